import { parse, type Options } from 'csv-parse/sync'
import { ContractError } from '../../contract/index.ts'

export const maxTableColumns = 1000
/** Longest record, in characters. */
const maxRecordLength = 2 ** 22
const delimiters = [',', ';', '\t'] as const
export type Delimiter = (typeof delimiters)[number]

export interface Records {
  readonly delimiter: Delimiter
  readonly header: readonly string[]
  /** Cells of each row, as many as the header has, trimmed; `line` is its last line in the file, 1-based. */
  readonly rows: readonly { readonly cells: readonly string[]; readonly line: number }[]
}

function unreadable(message: string): ContractError {
  return new ContractError('TABLE_UNREADABLE', message)
}

function parseRecords(text: string, delimiter: Delimiter, to: number): { record: string[]; line: number }[] {
  const options: Options = {
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    trim: true,
    max_record_size: maxRecordLength,
    ...(to > 0 ? { to } : {}),
  }
  try {
    const found = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[]
    return found.map(({ record, info }) => ({ record, line: info.lines }))
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message.slice(0, 300) : 'The table cannot be read.')
  }
}

/**
 * The delimiter under which the first lines have the same number of cells and the most of them; quoted text is
 * honoured, since a comma in it parts nothing.
 */
function detectDelimiter(text: string): Delimiter {
  let best: Delimiter = ','
  let bestScore = -1
  for (const delimiter of delimiters) {
    let counts: number[]
    try {
      counts = parseRecords(text, delimiter, 20).map(({ record }) => record.length)
    } catch {
      continue
    }
    const width = counts[0] ?? 0
    const agreeing = counts.filter((count) => count === width).length / Math.max(1, counts.length)
    const score = width > 1 ? agreeing * 1e6 + width : 0
    if (score > bestScore) {
      bestScore = score
      best = delimiter
    }
  }
  return best
}

const withoutTrailingEmpty = (cells: string[]) => {
  let end = cells.length
  while (end > 0 && cells[end - 1] === '') end--
  return cells.slice(0, end)
}

/**
 * Header and rows of a delimited text (RFC 4180; comma, semicolon or tab). Empty lines are passed over. Throws
 * TABLE_UNREADABLE: no rows, a row of another width, above 1000 columns, quotes that do not close.
 */
export function readRecords(source: string): Records {
  const stated = /^sep=([,;\t])\r?\n/i.exec(source)
  const text = stated === null ? source : source.slice(stated[0].length)
  const delimiter = (stated?.[1] as Delimiter | undefined) ?? detectDelimiter(text.slice(0, 2 ** 16))
  const [head] = parseRecords(text, delimiter, 1)
  if (head === undefined) throw unreadable('The table is empty.')
  const header = withoutTrailingEmpty(head.record)
  if (header.length > maxTableColumns)
    throw unreadable(`The table has ${header.length} columns; the limit is ${maxTableColumns}.`)
  const shift = stated === null ? 0 : 1
  const rows = parseRecords(text, delimiter, 0)
    .slice(1)
    .map(({ record, line }) => {
      const used = withoutTrailingEmpty(record)
      // A short row may be one whose last cells are empty only if its writer dropped them all alike: refuse to guess.
      if (used.length > header.length || record.length < header.length)
        throw unreadable(`Line ${line + shift} has ${record.length} cells, the header has ${header.length}.`)
      return { cells: record.slice(0, header.length), line: line + shift }
    })
  if (rows.length === 0) throw unreadable('The table has a header but no rows.')
  return { delimiter, header, rows }
}

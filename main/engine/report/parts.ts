import type { JobKind, Note, ReportSection, ReportTable } from '../../contract/index.ts'
import {
  countOf,
  formatNumber,
  missingMark,
  namedMeasures,
  shareInterval,
  unitText,
} from '../../figures/index.ts'
import type { ReportInput } from './input.ts'

export type SectionName = ReportSection['name']

/** Which jobs a section tells of: their refusals are printed there. */
const stepsOf: Readonly<Record<SectionName, readonly JobKind[]>> = {
  Import: ['simulate', 'import'],
  Segmentation: ['segment'],
  Measures: ['measure'],
  Dataset: ['freeze'],
  Model: ['train'],
  'Causal map': ['discover'],
  Candidates: ['optimize'],
  Manifest: ['scorecard', 'verify', 'report'],
}

const stepWords: Readonly<Record<JobKind, string>> = {
  simulate: 'Simulation',
  import: 'Import',
  segment: 'Segmentation',
  measure: 'Measuring',
  freeze: 'Freezing the dataset',
  train: 'Training',
  generator: 'Training the generator',
  discover: 'Mapping the causes',
  optimize: 'Proposing candidates',
  report: 'Writing the report',
  scorecard: 'The scorecard',
  verify: 'Verification',
}

/** What each refused step of a section said: the sentence, the item, and what to do. */
export function refusalParagraphs(input: ReportInput, name: SectionName): string[] {
  return input.refusals
    .filter(({ step }) => stepsOf[name].includes(step))
    .map(({ step, error }) => {
      const detail = error.detail === null ? '' : ` (${error.detail})`
      return `${stepWords[step]} was refused: ${namedMeasures(error.message.replace(/\.$/, '') + detail)}. ${error.hint} [${error.code}]`
    })
}

export type SectionContent = Partial<Omit<ReportSection, 'name'>>

/** A section with its refusals first. A section never stands empty: the composer gives the reason. */
export function sectionOf(input: ReportInput, name: SectionName, content: SectionContent): ReportSection {
  const { paragraphs = [], notes = [], tables = [], figures = [], images = [], graphs = [] } = content
  return {
    name,
    paragraphs: [...refusalParagraphs(input, name), ...paragraphs],
    notes: [...notes],
    tables: tables.filter((table) => table.rows.length > 0),
    figures,
    images,
    graphs,
  }
}

interface ColumnOf<Row> {
  readonly name: string
  readonly unit?: string
  readonly right?: boolean
  readonly of: (row: Row) => string
}

const rowLimit = 150

/**
 * A table of rows; beyond 150 the rest is left to the exports, and the caption says so. A column in which nothing
 * stands is left out.
 */
export function tableOf<Row>(
  caption: string,
  rows: readonly Row[],
  columns: readonly ColumnOf<Row>[],
  limit = rowLimit,
): ReportTable {
  const cut = rows.length > limit ? ` First ${limit} of ${rows.length} rows; the export holds all.` : ''
  const cells = rows.slice(0, limit).map((row) => columns.map((column) => column.of(row)))
  const used = columns.map((_, at) => cells.some((row) => row[at] !== ''))
  return {
    caption: caption + cut,
    columns: columns
      .map(({ name, unit = '', right = false }) => ({
        name,
        unit: unitText(unit),
        align: right ? ('right' as const) : ('left' as const),
      }))
      .filter((_, at) => used[at]),
    rows: cells.map((row) => row.filter((_, at) => used[at])),
  }
}

/** Notes of many items as one line for each code and sentence, with how many items and the first of them. */
export function groupNotes(notes: readonly Note[]): Note[] {
  const groups = new Map<string, { note: Note; items: string[]; count: number }>()
  for (const note of notes) {
    const key = `${note.code}\n${note.message}`
    const found = groups.get(key) ?? { note, items: [], count: 0 }
    found.count++
    if (note.item !== undefined) found.items.push(note.item)
    groups.set(key, found)
  }
  return [...groups.values()].map(({ note, items, count }) => {
    const { code } = note
    const message = namedMeasures(note.message)
    // What the sentence names itself need not stand behind it again.
    const named = [...new Set(items.map(namedMeasures))].filter((item) => !message.includes(item))
    const shown = named.slice(0, 5).join(', ')
    const rest = named.length > 5 ? ` and ${named.length - 5} more` : ''
    const item =
      named.length > 0 ? shown + rest : count > 1 && items.length === 0 ? `${count} times` : undefined
    return item === undefined ? { code, message } : { code, message, item }
  })
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? ''
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
}

export function percent(share: number | null, significant = 3): string {
  return share === null ? missingMark : `${formatNumber(100 * share, significant)} %`
}

/** A share of n with its 90 % Wilson interval in words. */
export function shareText(share: number, n: number): string {
  const { low, high } = shareInterval(share * n, n, 0.9)
  return `${percent(share)} of ${n} (90 % Wilson interval ${percent(low, 2)} to ${percent(high, 2)})`
}

/** UTC instant as `2026-11-03 14:05 UTC`. */
export function instantText(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`
}

/** First digits of a hash, enough to tell two apart by eye; the manifest has all. */
export const shortHash = (hash: string) => hash.slice(0, 12)

export const fewRows = 30

/** What a dataset below 30 rows can and cannot support, with the numbers that follow from its size. */
export function smallDatasetText(rowCount: number, groupCount: number): string | null {
  if (rowCount >= fewRows) return null
  const { low, high } = shareInterval(0.9 * rowCount, rowCount, 0.9)
  return (
    `This set is small: ${countOf(rowCount, 'row')} in ${countOf(groupCount, 'group')}, fewer than ${fewRows}. ` +
    'It can show strong effects and gross errors, and it can say where to measure next. It cannot rank parameters ' +
    'of similar strength, nor show that a weak effect is absent, nor prove the calibration of an interval: were the ' +
    `90 % interval exact, its observed coverage could still lie anywhere from ${percent(low, 2)} to ${percent(high, 2)}.`
  )
}

/** What fewer than three fields per specimen can support. */
export function fewFieldsText(fieldCounts: readonly number[]): string | null {
  const few = fieldCounts.filter((count) => count < 3).length
  if (few === 0) return null
  return (
    `${countOf(few, 'specimen')} of ${fieldCounts.length} ${few === 1 ? 'has' : 'have'} fewer than three fields of view. ` +
    'An interval from one or two fields hardly knows how much the microstructure varies within the specimen: it is ' +
    'wide or not to be had, and differences between such specimens are hints, not findings, until more fields are imaged.'
  )
}

import { ContractError } from '../../contract/index.ts'
import { isMissing } from './cells.ts'

export type IdKind = 'filename' | 'specimen'

interface IdCandidate {
  readonly header: string
  readonly cells: readonly string[]
  readonly lines: readonly number[]
}

const plain = (header: string) => header.toLowerCase().replace(/[^a-z0-9]+/g, '')
const fileHeaders = new Set([
  'filename',
  'file',
  'image',
  'imagename',
  'imagefile',
  'micrograph',
  'micrographname',
  'picture',
])
const specimenHeaders = new Set([
  'specimen',
  'specimenid',
  'specimenname',
  'specimenno',
  'sample',
  'sampleid',
  'samplename',
  'sampleno',
  'coupon',
  'couponid',
  'testpiece',
  'id',
])

function missingId(column: IdCandidate, row: number): ContractError {
  const line = column.lines[row]!
  return new ContractError('TABLE_MISSING_ID', `Line ${line} has no ${column.header}.`, `line ${line}`)
}

function uniqueIds(column: IdCandidate): readonly string[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  column.cells.forEach((cell, row) => {
    if (isMissing(cell)) throw missingId(column, row)
    // File systems of half our users do not tell case apart.
    const key = cell.normalize('NFC').toLowerCase()
    if (seen.has(key)) twice.add(cell)
    seen.add(key)
  })
  if (twice.size > 0) {
    const names = [...twice].slice(0, 20).join(', ')
    throw new ContractError(
      'TABLE_DUPLICATE_ID',
      `More than one row has the ${column.header} ${names}.`,
      names,
    )
  }
  return column.cells
}

/**
 * Which column names the rows: the file name before the specimen. Beside a file name, a specimen column says which
 * files are fields of one specimen and may repeat. Throws TABLE_NO_ID, TABLE_MISSING_ID, TABLE_DUPLICATE_ID.
 */
export function idColumns<C extends IdCandidate>(
  columns: readonly C[],
  required: boolean,
): {
  id: C | null
  kind: IdKind | null
  specimen: C | null
  rowIds: readonly string[]
  specimens: readonly string[]
} {
  const usable = (column: C) => required || isUnique(column)
  const file = columns.find((column) => fileHeaders.has(plain(column.header)) && usable(column)) ?? null
  const specimen = columns.find(({ header }) => specimenHeaders.has(plain(header))) ?? null
  if (file !== null) {
    const rowIds = uniqueIds(file)
    if (specimen === null) return { id: file, kind: 'filename', specimen, rowIds, specimens: rowIds }
    const bad = specimen.cells.findIndex(isMissing)
    if (bad >= 0) throw missingId(specimen, bad)
    return { id: file, kind: 'filename', specimen, rowIds, specimens: specimen.cells }
  }
  if (specimen !== null && usable(specimen)) {
    const rowIds = uniqueIds(specimen)
    return { id: specimen, kind: 'specimen', specimen: null, rowIds, specimens: rowIds }
  }
  if (required)
    throw new ContractError(
      'TABLE_NO_ID',
      'The table has neither a column "filename" nor a column "specimen".',
    )
  const numbers = (columns[0]?.cells ?? []).map((_, row) => String(row + 1))
  return { id: null, kind: null, specimen: null, rowIds: numbers, specimens: numbers }
}

/** In a bare table a column "id" or "sample" names the rows only if it does. */
function isUnique(column: IdCandidate): boolean {
  return !column.cells.some(isMissing) && new Set(column.cells).size === column.cells.length
}

import { ContractError } from '../../../contract/index.ts'
import { randomStream } from '../../../engine/math/index.ts'
import type { EvaluationFold } from '../../../engine/models/index.ts'

/** A folds file read: the train/test pairs, and the group of each row where the file names it. */
export interface FoldsFile {
  readonly folds: EvaluationFold[]
  readonly groups: readonly string[] | null
}

/**
 * Folds of a CSV with a column `row` (0-based). Columns g1, g2, … (split 'grouped') or r1, r2, … (split 'random')
 * hold a label per row: each label of each column is one fold whose test rows carry it. Columns s0, s1, … hold
 * 1 for test rows and are one fold each. Every row of the table must be there once.
 * @throws ContractError BAD_REQUEST
 */
export function foldsOf(
  records: readonly (readonly string[])[],
  split: 'grouped' | 'random',
  rowCount: number,
): FoldsFile {
  const [head = [], ...body] = records
  const at = head.indexOf('row')
  if (at < 0) throw new ContractError('BAD_REQUEST', 'The folds file has no column "row".', head.join(', '))
  const order = rowOrder(body, at, rowCount)
  const letter = split === 'grouped' ? 'g' : 'r'
  const labelled = head.filter((name) => new RegExp(`^${letter}\\d+$`).test(name))
  const single = head.filter((name) => /^s\d+$/.test(name))
  if (labelled.length + single.length === 0)
    throw new ContractError(
      'BAD_REQUEST',
      `The folds file has no columns ${letter}1, … or s0, ….`,
      head.join(', '),
    )
  const folds: EvaluationFold[] = []
  const cellsOf = (name: string): string[] =>
    order.map((record) => body[record]![head.indexOf(name)]?.trim() ?? '')
  for (const name of labelled) {
    const cells = cellsOf(name)
    const labels = [...new Set(cells)].sort((a, b) => Number(a) - Number(b))
    if (labels.includes('') || labels.length < 2)
      throw new ContractError(
        'BAD_REQUEST',
        'A fold column needs a label in every row and at least two labels.',
        name,
      )
    for (const label of labels)
      folds.push({
        name: `${name}:${label}`,
        repeat: Number(name.slice(1)),
        fold: Number(label),
        testRows: rowsWhere(cells, (cell) => cell === label),
      })
  }
  for (const name of labelled.length > 0 ? [] : single) {
    const testRows = rowsWhere(cellsOf(name), (cell) => cell === '1')
    folds.push({ name, repeat: Number(name.slice(1)), fold: 1, testRows })
  }
  return { folds, groups: head.includes('group') ? cellsOf('group') : null }
}

/** Index of the record of each row. */
function rowOrder(body: readonly (readonly string[])[], at: number, rowCount: number): number[] {
  const order = new Array<number>(rowCount).fill(-1)
  for (const [record, cells] of body.entries()) {
    const row = Number(cells[at])
    if (!Number.isInteger(row) || row < 0 || row >= rowCount || order[row] !== -1)
      throw new ContractError(
        'BAD_REQUEST',
        `The folds file names row ${cells[at] ?? ''}, which the table has not or which is named twice.`,
        `line ${record + 2}`,
      )
    order[row] = record
  }
  const missing = order.indexOf(-1)
  if (missing >= 0)
    throw new ContractError('BAD_REQUEST', `The folds file lacks row ${missing}.`, String(missing))
  return order
}

const rowsWhere = (cells: readonly string[], holds: (cell: string) => boolean): Int32Array =>
  Int32Array.from(cells.flatMap((cell, row) => (holds(cell) ? [row] : [])))

/** Folds made here: groups are shuffled by the seed, each goes to the fold with the fewest rows so far. */
export function groupedFolds(groups: Int32Array, count: number, seed: number): EvaluationFold[] {
  const names = randomStream(seed, 'evaluation-folds').shuffle([...new Set(groups)])
  const used = Math.min(count, names.length)
  if (used < 2) throw new ContractError('TOO_FEW_SPECIMENS', 'Evaluation needs at least two groups.', null)
  const rows: number[][] = Array.from({ length: used }, () => [])
  for (const name of names) {
    const least = rows.reduce((best, mine, k) => (mine.length < rows[best]!.length ? k : best), 0)
    for (let row = 0; row < groups.length; row++) if (groups[row] === name) rows[least]!.push(row)
  }
  return rows.map((testRows, fold) => ({
    name: `fold ${fold}`,
    repeat: 0,
    fold,
    testRows: Int32Array.from(testRows),
  }))
}

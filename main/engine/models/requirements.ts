import { ContractError } from '../../contract/index.ts'
import { indicesWhere } from './inner-folds.ts'
import type { Sample } from './types.ts'

export const LEAST_ROWS = 8
export const LEAST_GROUPS = 3
/** Measured rows of an output that must remain when a fold is held out. */
export const LEAST_TRAINING_ROWS = 4

export function observedRows(sample: Sample, j: number): Int32Array {
  const m = sample.outputs.length
  return indicesWhere(sample.n, (i) => !Number.isNaN(sample.y[i * m + j]!))
}

/** Whether column j of the inputs takes more than one value, missing being a value of its own. */
export function inputVaries(sample: Sample, j: number): boolean {
  const d = sample.inputs.length
  const first = sample.x[j]
  for (let i = 1; i < sample.n; i++) if (!Object.is(sample.x[i * d + j], first)) return true
  return false
}

/**
 * Errors: TOO_FEW_SPECIMENS (an output with fewer than 8 measured rows or 3 groups), COLUMN_CONSTANT (an output that
 * does not vary), NO_INPUTS (no input that varies).
 */
export function requireLearnable(sample: Sample): void {
  sample.outputs.forEach((output, j) => {
    const rows = observedRows(sample, j)
    const groups = new Set(Array.from(rows, (r) => sample.groups[r]!)).size
    if (rows.length < LEAST_ROWS)
      throw new ContractError(
        'TOO_FEW_SPECIMENS',
        `Output "${output.name}" is measured on ${rows.length} specimens; at least ${LEAST_ROWS} are needed.`,
        output.name,
      )
    if (groups < LEAST_GROUPS)
      throw new ContractError(
        'TOO_FEW_SPECIMENS',
        `Output "${output.name}" is measured in ${groups} independent groups; at least ${LEAST_GROUPS} are needed.`,
        output.name,
      )
    const m = sample.outputs.length
    const first = sample.y[rows[0]! * m + j]!
    // A bin that is always empty is a part like any other, as long as the whole varies.
    if (isConstant(sample, j, rows) && wholeOf(sample, j) === null)
      throw new ContractError(
        'COLUMN_CONSTANT',
        `Output "${output.name}" is ${first} in every row.`,
        output.name,
      )
  })
  for (const { name, first, parts } of sample.wholes ?? []) {
    const rows = observedRows(sample, first)
    if (Array.from({ length: parts }, (_, j) => first + j).every((j) => isConstant(sample, j, rows)))
      throw new ContractError('COLUMN_CONSTANT', `The parts of "${name}" are the same in every row.`, name)
  }
  if (!sample.inputs.some((_, j) => inputVaries(sample, j)))
    throw new ContractError('NO_INPUTS', 'None of the input columns varies over the rows with an output.')
}

function isConstant(sample: Sample, j: number, rows: Int32Array): boolean {
  const m = sample.outputs.length
  return rows.every((r) => sample.y[r * m + j] === sample.y[rows[0]! * m + j])
}

function wholeOf(sample: Sample, j: number): string | null {
  const found = sample.wholes?.find(({ first, parts, derived }) => j >= first && j < first + parts + derived)
  return found?.name ?? null
}

/** TOO_FEW_SPECIMENS when a training part keeps too few measured rows of an output. */
export function requireTrainable(training: Sample, part: string): void {
  training.outputs.forEach((output, j) => {
    const count = observedRows(training, j).length
    if (count < LEAST_TRAINING_ROWS)
      throw new ContractError(
        'TOO_FEW_SPECIMENS',
        `Output "${output.name}" has ${count} measured rows outside ${part}; at least ${LEAST_TRAINING_ROWS} are needed.`,
        output.name,
      )
  })
}

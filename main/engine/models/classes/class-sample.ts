import { ContractError } from '../../../contract/index.ts'
import type { Table } from '../../dataset/table.ts'
import { indicesWhere } from '../inner-folds.ts'
import { LEAST_GROUPS, LEAST_ROWS, LEAST_TRAINING_ROWS } from '../requirements.ts'
import { columnOf, takeRows } from '../sample.ts'
import type { ClassSample } from './types.ts'

/** Outputs of the table that are categories, and the others, in their order. */
export function splitOutputs(
  table: Table,
  outputs: readonly string[],
): { numbers: string[]; categories: string[] } {
  const isCategory = (name: string): boolean => columnOf(table, name).levels !== null
  return {
    numbers: outputs.filter((name) => !isCategory(name)),
    categories: outputs.filter(isCategory),
  }
}

/** Code of output `name` in each row of the table; −1 where it is missing. */
export function codesOf(table: Table, name: string): Int32Array {
  return Int32Array.from(columnOf(table, name).values, (v) => (Number.isNaN(v) ? -1 : v))
}

/** Levels of a category that rows have, and the codes into them: a level of no row is one that nothing can be said of. */
export function occurringLevels(
  levels: readonly string[],
  codes: Int32Array,
): { levels: string[]; codes: Int32Array } {
  const seen = new Set(codes)
  const kept = levels.map((_, code) => code).filter((code) => seen.has(code))
  return {
    levels: kept.map((code) => levels[code]!),
    codes: codes.map((code) => kept.indexOf(code)),
  }
}

export function classSubset(sample: ClassSample, rows: Int32Array): ClassSample {
  return {
    ...sample,
    n: rows.length,
    x: takeRows(sample.x, sample.inputs.length, rows),
    codes: Int32Array.from(rows, (r) => sample.codes[r]!),
    groups: Int32Array.from(rows, (r) => sample.groups[r]!),
  }
}

/** Rows for which `keep` holds. */
export function classRows(sample: ClassSample, keep: (row: number) => boolean): ClassSample {
  return classSubset(sample, indicesWhere(sample.n, keep))
}

/** TOO_FEW_SPECIMENS below 8 rows or 3 groups, COLUMN_CONSTANT for one level only. */
export function requireClasses({ output, levels, n, groups }: ClassSample): void {
  if (n < LEAST_ROWS)
    throw new ContractError(
      'TOO_FEW_SPECIMENS',
      `Output "${output}" is known of ${n} specimens; at least ${LEAST_ROWS} are needed.`,
      output,
    )
  if (new Set(groups).size < LEAST_GROUPS)
    throw new ContractError(
      'TOO_FEW_SPECIMENS',
      `Output "${output}" is known in ${new Set(groups).size} independent groups; at least ${LEAST_GROUPS} are needed.`,
      output,
    )
  if (levels.length < 2)
    throw new ContractError(
      'COLUMN_CONSTANT',
      `Output "${output}" is ${levels[0] ?? 'missing'} in every row.`,
      output,
    )
}

/** Rows of a sample that a categorical output is known of, with the levels that occur in them; `rows` are their numbers. */
export function classSampleOf(
  sample: Pick<ClassSample, 'n' | 'inputs' | 'x' | 'groups'>,
  {
    output,
    levels,
    codes,
  }: { readonly output: string; readonly levels: readonly string[]; readonly codes: Int32Array },
): { part: ClassSample; rows: Int32Array } {
  const rows = indicesWhere(sample.n, (i) => codes[i]! >= 0)
  const known = occurringLevels(
    levels,
    Int32Array.from(rows, (r) => codes[r]!),
  )
  return {
    rows,
    part: {
      n: rows.length,
      inputs: sample.inputs,
      output,
      levels: known.levels,
      x: takeRows(sample.x, sample.inputs.length, rows),
      codes: known.codes,
      groups: Int32Array.from(rows, (r) => sample.groups[r]!),
    },
  }
}

/** TOO_FEW_SPECIMENS when a training part keeps too few rows. */
export function requireClassTraining(training: ClassSample, part: string): void {
  if (training.n < LEAST_TRAINING_ROWS)
    throw new ContractError(
      'TOO_FEW_SPECIMENS',
      `Output "${training.output}" is known of ${training.n} specimens outside ${part}; at least ${LEAST_TRAINING_ROWS} are needed.`,
      training.output,
    )
}

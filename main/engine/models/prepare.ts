import { ContractError } from '../../contract/index.ts'
import type { Table } from '../dataset/table.ts'
import { standardDeviation } from '../math/index.ts'
import { indicesWhere } from './inner-folds.ts'
import { inputVaries, requireLearnable } from './requirements.ts'
import { sampleOf, subset } from './sample.ts'
import type { FitSpec, InputColumn, InputDomain, Sample } from './types.ts'

export interface Prepared {
  sample: Sample
  folds: Int32Array
  rowIds: string[]
  dropped: InputColumn[]
}

/** Rows with an output and inputs that vary, checked: see the errors of `fitModel`. */
export function prepare(table: Table, spec: FitSpec): Prepared {
  const all = sampleOf(table, spec.inputs, spec.outputs)
  if (spec.folds.length !== all.n)
    throw new ContractError('BAD_REQUEST', `${spec.folds.length} fold numbers were given for ${all.n} rows.`)
  const m = all.outputs.length
  const rows = indicesWhere(all.n, (i) => {
    for (let j = 0; j < m; j++) if (!Number.isNaN(all.y[i * m + j]!)) return true
    return false
  })
  const withOutput = subset(all, rows)
  requireLearnable(withOutput)
  const varying = spec.inputs.filter((_, j) => inputVaries(withOutput, j))
  const sample = subset(sampleOf(table, varying, spec.outputs), rows)
  const folds = Int32Array.from(rows, (r) => spec.folds[r]!)
  const foldOfGroup = new Map<number, number>()
  sample.groups.forEach((group, i) => {
    const fold = foldOfGroup.get(group) ?? folds[i]!
    if (fold !== folds[i])
      throw new ContractError(
        'BAD_REQUEST',
        'Rows of one group stand in two folds; held-out figures would be too good.',
        table.rowIds[rows[i]!] ?? null,
      )
    foldOfGroup.set(group, fold)
  })
  if (new Set(folds).size < 2)
    throw new ContractError('BAD_REQUEST', 'At least two folds are needed to test a model on unseen groups.')
  return {
    sample,
    folds,
    rowIds: Array.from(rows, (r) => table.rowIds[r]!),
    dropped: withOutput.inputs.filter((_, j) => !inputVaries(withOutput, j)),
  }
}

/** What each input looked like over the rows of the sample. */
export function domainOf(sample: Sample): InputDomain[] {
  const d = sample.inputs.length
  return sample.inputs.map((input, j) => {
    const values: number[] = []
    for (let i = 0; i < sample.n; i++)
      if (!Number.isNaN(sample.x[i * d + j]!)) values.push(sample.x[i * d + j]!)
    const missing = values.length < sample.n
    if (input.levels !== null) {
      const seen = new Set(values)
      return { low: 0, high: 0, levels: input.levels.filter((_, code) => seen.has(code)), missing, spread: 1 }
    }
    const sd = standardDeviation(values)
    const low = values.reduce((a, b) => Math.min(a, b), Infinity)
    const high = values.reduce((a, b) => Math.max(a, b), -Infinity)
    return { low, high, levels: null, missing, spread: sd > 0 ? sd : 1 }
  })
}

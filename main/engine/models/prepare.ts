import { ContractError } from '../../contract/index.ts'
import type { Table } from '../dataset/table.ts'
import { standardDeviation } from '../math/index.ts'
import { indicesWhere } from './inner-folds.ts'
import { codesOf, splitOutputs } from './classes/class-sample.ts'
import { inputVaries, requireLearnable } from './requirements.ts'
import { groupedSample } from './outputs/output-groups.ts'
import { columnOf, inputsOf, requireApart, subset } from './sample.ts'
import type { FitSpec, InputColumn, InputDomain, Sample } from './types.ts'

/** A categorical output over the rows of a sample; code −1 where it is missing. */
export interface ClassColumn {
  readonly output: string
  readonly levels: readonly string[]
  readonly codes: Int32Array
}

export interface Prepared {
  /** Rows with an output of any kind; its outputs are the numeric ones. */
  sample: Sample
  classes: ClassColumn[]
  folds: Int32Array
  rowIds: string[]
  dropped: InputColumn[]
}

/** Rows with an output and inputs that vary, checked: see the errors of `fitModel`. */
export function prepare(table: Table, spec: FitSpec): Prepared {
  const { numbers, categories } = splitOutputs(table, spec.outputs)
  const isNumeric = numbers.length + (spec.groups?.length ?? 0) > 0 || categories.length === 0
  const sampleWith = (inputs: readonly string[]): Sample =>
    isNumeric ? groupedSample(table, inputs, { ...spec, outputs: numbers }) : inputsOf(table, inputs)
  const all = sampleWith(spec.inputs)
  requireApart(spec.inputs, categories)
  const codes = categories.map((name) => codesOf(table, name))
  if (spec.folds.length !== all.n)
    throw new ContractError('BAD_REQUEST', `${spec.folds.length} fold numbers were given for ${all.n} rows.`)
  const m = all.outputs.length
  const rows = indicesWhere(all.n, (i) => {
    for (let j = 0; j < m; j++) if (!Number.isNaN(all.y[i * m + j]!)) return true
    return codes.some((own) => own[i]! >= 0)
  })
  const withOutput = subset(all, rows)
  requireLearnable(withOutput)
  const varying = spec.inputs.filter((_, j) => inputVaries(withOutput, j))
  const sample = subset(sampleWith(varying), rows)
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
    classes: categories.map((output, k) => ({
      output,
      levels: columnOf(table, output).levels!,
      codes: Int32Array.from(rows, (r) => codes[k]![r]!),
    })),
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

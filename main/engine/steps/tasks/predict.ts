import { readFileSync } from 'node:fs'
import type { ModelInput, OutputWindow, PredictionRow } from '../../../contract/index.ts'
import { localExecutor } from '../../compute/index.ts'
import {
  densityCurve,
  deserializeModel,
  impossibleInputs,
  nearestRows,
  parseRow,
  physicalLimits,
  posterior,
  predictiveQuantiles,
  windowProbabilities,
  type FittedModel,
  type InputRow,
  type NamedColumn,
  type Posterior,
  type Quantiles,
} from '../../models/index.ts'

interface Served {
  readonly path: string
  readonly model: FittedModel
  readonly posterior: Posterior
}
let newest: Served | null = null

/** The model behind a path, kept while the next question asks for the same: a path names its content by its hash. */
function serve(path: string): Served {
  if (newest?.path !== path) {
    const model = deserializeModel(readFileSync(path))
    newest = { path, model, posterior: posterior(model, localExecutor()) }
  }
  return newest
}

export interface PredictInput {
  readonly path: string
  readonly rows: InputRow[]
  readonly level: number
  readonly windows: readonly OutputWindow[]
  readonly distribution: boolean
  readonly neighbours: number
  /** Columns of the dataset, by which physical limits are known. */
  readonly columns: readonly NamedColumn[]
}

export function predictRows(input: PredictInput): PredictionRow[] {
  const { model, posterior: served } = serve(input.path)
  const { rows, level, windows, distribution, neighbours } = input
  const answers = served.predict(rows, level)
  const values = rows.map((row) => parseRow(row, model).values)
  const d = model.inputs.length
  const x = new Float64Array(rows.length * d)
  values.forEach((row, i) => {
    x.set(row, i * d)
  })
  const quantiles = windows.length > 0 || distribution ? predictiveQuantiles(served, rows) : null
  const probabilities =
    windows.length > 0 && quantiles !== null ? windowProbabilities(served, quantiles, x, windows) : null
  const inputs = input.columns.filter((column) => model.inputs.includes(column.name))
  return answers.map((answer, i) => ({
    ...answer,
    predictions:
      distribution && quantiles !== null
        ? answer.predictions.map((prediction, j) => ({
            ...prediction,
            distribution: distributionOf(prediction, quantiles[i]![j]!),
          }))
        : answer.predictions,
    impossible: impossibleInputs(rows[i]!, inputs),
    ...(probabilities === null ? {} : { windows: probabilities[i]! }),
    ...(neighbours === 0 ? {} : { nearest: nearestRows(model, values[i]!, neighbours) }),
  }))
}

function distributionOf(
  { mean, epistemicSd, aleatoricSd }: PredictionRow['predictions'][number],
  quantiles: Quantiles,
): NonNullable<PredictionRow['predictions'][number]['distribution']> {
  const curve = densityCurve(quantiles)
  const part = (value: number, sd: number): number =>
    sd > 0 ? Math.exp(-0.5 * ((value - mean) / sd) ** 2) : value === mean ? 1 : 0
  return {
    quantiles: Array.from(quantiles.p, (p, k) => ({ p, value: quantiles.values[k]! })),
    curve: Array.from(curve.values, (value, k) => ({
      value,
      whole: curve.heights[k]!,
      epistemic: part(value, epistemicSd),
      aleatoric: part(value, aleatoricSd),
    })),
  }
}

export interface ModelInputsInput {
  readonly path: string
  readonly columns: readonly NamedColumn[]
}

/** The inputs of a stored model with the limits of its data and of physics. */
export function modelInputs({ path, columns }: ModelInputsInput): ModelInput[] {
  const { model } = serve(path)
  const { n, x } = model.training
  const d = model.inputs.length
  return model.inputColumns.map(({ name, unit, levels }, j) => {
    const domain = model.domain[j]!
    const role = columns.find((column) => column.name === name)?.role ?? null
    const values = Array.from({ length: n }, (_, i) => x[i * d + j]!).filter((v) => !Number.isNaN(v))
    const limits = levels === null ? physicalLimits(unit, role) : { low: null, high: null }
    return {
      name,
      unit,
      kind: levels === null ? 'number' : 'category',
      low: domain.low,
      high: domain.high,
      physicalLow: limits.low,
      physicalHigh: limits.high,
      levels: [...(domain.levels ?? [])],
      missingSeen: domain.missing,
      typical: levels === null ? middle(values) : (levels[mostFrequent(values)] ?? ''),
    }
  })
}

/** The lower of the two middle values where their number is even: a value that some specimen has. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0
}

function mostFrequent(codes: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? -1
}

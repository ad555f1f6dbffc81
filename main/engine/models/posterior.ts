import { ContractError } from '../../contract/index.ts'
import type { ModelKind, PredictionRow } from '../../contract/index.ts'
import type { FittedModel } from './fit-model.ts'
import { predictorOf } from './fit-kind.ts'
import { halfWidths, predictCalibrated } from './held-out.ts'
import type { InputColumn, InputDomain, OutputColumn } from './types.ts'

export type InputRow = Record<string, number | string | null>

/** n x m each, in the outputs' units, calibrated: sd² = epistemicSd² + aleatoricSd². */
export interface PosteriorMoments {
  readonly mean: Float64Array
  readonly epistemicSd: Float64Array
  readonly aleatoricSd: Float64Array
  readonly sd: Float64Array
}

export interface Posterior {
  readonly kind: ModelKind
  readonly inputs: readonly InputColumn[]
  readonly outputs: readonly OutputColumn[]
  /**
   * Predictive distributions with conformal intervals at `level` (0 < level < 1). A row names every input; null is
   * a missing cell. Errors: BAD_REQUEST for an input left out, a text where a number belongs, a level outside (0, 1).
   */
  predict(rows: readonly InputRow[], level: number): PredictionRow[]
  /** x: n x d in the order of `inputs`; categories as codes, NaN = missing. */
  moments(x: Float64Array, n: number): PosteriorMoments
  /**
   * S x n x m mean functions of S weight draws (epistemic part only, calibrated): draw s is the same function at
   * every call, so values at different x belong together.
   */
  samples(x: Float64Array, n: number, sampleCount: number): Float64Array
}

/** Serves the recommended kind, or the one asked for. BAD_REQUEST when the model was fitted without it. */
export function posterior(model: FittedModel, options: { kind?: ModelKind } = {}): Posterior {
  const kind = options.kind ?? model.recommended
  const served = model.models.find((candidate) => candidate.state.kind === kind)
  if (served === undefined)
    throw new ContractError('BAD_REQUEST', `The model was fitted without the kind "${kind}".`, kind)
  const predictor = predictorOf(served.state)
  const m = model.outputs.length
  const moments = (x: Float64Array, n: number): ReturnType<typeof predictCalibrated> => {
    if (x.length !== n * model.inputs.length)
      throw new ContractError(
        'BAD_REQUEST',
        `${x.length} input values were given for ${n} rows of ${model.inputs.length}.`,
      )
    return predictCalibrated(served, x, n)
  }
  return {
    kind,
    inputs: model.inputColumns,
    outputs: model.outputs,
    predict(rows, level) {
      if (!(level > 0 && level < 1))
        throw new ContractError('BAD_REQUEST', `The level of an interval lies between 0 and 1, not ${level}.`)
      const parsed = rows.map((row) => parseRow(row, model))
      const d = model.inputs.length
      const x = new Float64Array(rows.length * d)
      parsed.forEach((row, i) => {
        x.set(row.values, i * d)
      })
      const predicted = moments(x, rows.length)
      const half = halfWidths(predicted, served.calibration, level)
      return parsed.map((row, i) => ({
        predictions: model.outputs.map((output, j) => {
          const at = i * m + j
          return {
            output: output.name,
            unit: output.unit,
            mean: predicted.mean[at]!,
            sd: predicted.sd[at]!,
            low: predicted.mean[at]! - half[at]!,
            high: predicted.mean[at]! + half[at]!,
            level,
            epistemicSd: predicted.epistemicSd[at]!,
            aleatoricSd: predicted.aleatoricSd[at]!,
          }
        }),
        insideDomain: row.inside,
        nearestSpecimen: nearest(row.values, model),
      }))
    },
    moments(x, n) {
      const { mean, epistemicSd, aleatoricSd, sd } = moments(x, n)
      return { mean, epistemicSd, aleatoricSd, sd }
    },
    samples(x, n, sampleCount) {
      const { mean } = moments(x, n)
      const drawn = predictor.drawMeans(x, n, sampleCount)
      return drawn.map((v, i) => {
        const centre = mean[i % (n * m)]!
        return centre + served.calibration[i % m]!.factor * (v - centre)
      })
    },
  }
}

function parseRow(row: InputRow, model: FittedModel): { values: Float64Array; inside: boolean } {
  const values = new Float64Array(model.inputs.length)
  let inside = true
  model.inputColumns.forEach((input, j) => {
    const domain = model.domain[j]!
    const given = row[input.name]
    if (given === undefined)
      throw new ContractError(
        'BAD_REQUEST',
        `Input "${input.name}" is not given; write null for a missing cell.`,
        input.name,
      )
    values[j] = given === null ? Number.NaN : codeOf(given, input)
    inside &&= isInside(values[j], given, domain)
  })
  return { values, inside }
}

function codeOf(given: number | string, input: InputColumn): number {
  // A level that was never seen has no one-hot at all: code -1, and the row counts as outside the domain.
  if (input.levels !== null) return input.levels.indexOf(String(given))
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new ContractError(
      'BAD_REQUEST',
      `"${given}" is not a number for input "${input.name}".`,
      input.name,
    )
  return value
}

function isInside(value: number, given: number | string | null, domain: InputDomain): boolean {
  if (given === null) return domain.missing
  if (domain.levels !== null) return domain.levels.includes(String(given))
  return value >= domain.low && value <= domain.high
}

/** Training row at the smallest distance over inputs in units of their spread; a mismatch or a gap counts 1. */
function nearest(values: Float64Array, model: FittedModel): string {
  const { n, x, rowIds } = model.training
  const d = values.length
  let best = 0
  let bestDistance = Infinity
  for (let i = 0; i < n; i++) {
    let distance = 0
    for (let j = 0; j < d; j++) {
      const a = values[j]!
      const b = x[i * d + j]!
      if (Number.isNaN(a) || Number.isNaN(b)) distance += Number.isNaN(a) === Number.isNaN(b) ? 0 : 1
      else if (model.inputColumns[j]!.levels !== null) distance += a === b ? 0 : 1
      else distance += ((a - b) / model.domain[j]!.spread) ** 2
    }
    if (distance < bestDistance) {
      best = i
      bestDistance = distance
    }
  }
  return rowIds[best]!
}

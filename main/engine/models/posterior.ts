import { ContractError } from '../../contract/index.ts'
import type { ModelKind, PredictionRow } from '../../contract/index.ts'
import type { FittedModel } from './fit-model.ts'
import type { LocalExecutor } from '../graph/index.ts'
import { classPosterior } from './classes/index.ts'
import { carried, closeParts } from './outputs/carried.ts'
import { linkOf } from './outputs/support.ts'
import { applyCalibration, halfWidths, servedPredictors, type Calibrated } from './held-out.ts'
import { nearestRows } from './neighbours.ts'
import type { InputColumn, InputDomain, OutputColumn, Predictor } from './types.ts'
import type { LevelPosterior } from './window.ts'

export type InputRow = Record<string, number | string | null>

/** n x m each, in the outputs' units, calibrated: sd² = epistemicSd² + aleatoricSd². */
export interface PosteriorMoments {
  readonly mean: Float64Array
  readonly epistemicSd: Float64Array
  readonly aleatoricSd: Float64Array
  readonly sd: Float64Array
}

export interface Posterior extends LevelPosterior {
  readonly kind: ModelKind
  readonly inputs: readonly InputColumn[]
  /** Numbers. */
  readonly outputs: readonly OutputColumn[]
  /** Outputs that are categories; where outputs are counted, as in `levelsOf`, they follow the numbers. */
  readonly classes: readonly { readonly name: string; readonly levels: readonly string[] }[]
  /**
   * Predictive distributions with conformal intervals at `level` (0 < level < 1). A row names every input; null is
   * a missing cell. Errors: BAD_REQUEST for an input left out, a text where a number belongs, a level outside (0, 1).
   */
  predict(rows: readonly InputRow[], level: number): PredictionRow[]
  /** x: n x d in the order of `inputs`; categories as codes, NaN = missing. */
  moments(x: Float64Array, n: number): PosteriorMoments
  /**
   * S x n x m mean functions of S weight draws (epistemic part only, calibrated): draw s is the same function at
   * every call, so values at different x belong together. Parts of a whole add up to its total in every draw.
   */
  samples(x: Float64Array, n: number, sampleCount: number): Float64Array
}

/** Serves the recommended kind, or the one asked for. BAD_REQUEST when the model was fitted without it. */
export function posterior(
  model: FittedModel,
  executor: LocalExecutor,
  options: { kind?: ModelKind } = {},
): Posterior {
  const kind = options.kind ?? model.recommended
  const m = model.outputs.length
  const served = model.models.find((candidate) => candidate.kind === kind)
  const known = m > 0 ? served : model.classes[0]?.models.find((candidate) => candidate.kind === kind)
  if (known === undefined)
    throw new ContractError('BAD_REQUEST', `The model was fitted without the kind "${kind}".`, kind)
  const predictor = served === undefined ? noNumbers : servedPredictors(executor, model)(served)
  const calibration = served?.calibration ?? []
  const classes = classPosterior(model.classes, executor, options.kind)
  const links = model.outputs.map(({ support }) => linkOf(support))
  /** In latent units of the outputs (outputs/support.ts). */
  const moments = (x: Float64Array, n: number): Calibrated => {
    if (x.length !== n * model.inputs.length)
      throw new ContractError(
        'BAD_REQUEST',
        `${x.length} input values were given for ${n} rows of ${model.inputs.length}.`,
      )
    return applyCalibration(predictor.moments(x, n), calibration)
  }
  return {
    kind,
    inputs: model.inputColumns,
    outputs: model.outputs,
    classes: classes.outputs,
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
      const half = halfWidths(predicted, calibration, level)
      const stated = carried(predicted, model.outputs)
      const levels = model.classes.length === 0 ? null : classes.predict(x, rows.length, level)
      return parsed.map((row, i) => ({
        predictions: model.outputs.map((output, j) => {
          const at = i * m + j
          return {
            output: output.name,
            unit: output.unit,
            mean: stated.mean[at]!,
            sd: stated.sd[at]!,
            low: links[j]!.fromLatent(predicted.mean[at]! - half[at]!),
            high: links[j]!.fromLatent(predicted.mean[at]! + half[at]!),
            level,
            epistemicSd: stated.epistemicSd[at]!,
            aleatoricSd: stated.aleatoricSd[at]!,
          }
        }),
        ...(levels === null ? {} : { classes: levels[i]! }),
        insideDomain: row.inside,
        nearestSpecimen: nearestRows(model, row.values, 1)[0]!.specimen,
      }))
    },
    moments(x, n) {
      const { mean, epistemicSd, aleatoricSd, sd } = carried(moments(x, n), model.outputs)
      return { mean, epistemicSd, aleatoricSd, sd }
    },
    samples(x, n, sampleCount) {
      const { mean } = moments(x, n)
      const drawn = predictor.drawMeans(x, n, sampleCount)
      const stated = drawn.map((v, i) => {
        const centre = mean[i % (n * m)]!
        return links[i % m]!.fromLatent(centre + calibration[i % m]!.factor * (v - centre))
      })
      return closeParts(stated, model.outputs)
    },
    levelsOf: (output) => (output < m ? null : classes.levelsOf(output - m)),
    levelDraws: (x, n, draws, output) => classes.levelDraws(x, n, draws, output - m),
  }
}

/** Of a model whose outputs are all categories. */
const noNumbers: Predictor = {
  moments: () => ({
    mean: new Float64Array(0),
    epistemicVariance: new Float64Array(0),
    aleatoricVariance: new Float64Array(0),
  }),
  drawMeans: () => new Float64Array(0),
}

/** A row in the order of the model's inputs (d values, NaN = missing), and whether it lies inside the data. */
export function parseRow(row: InputRow, model: FittedModel): { values: Float64Array; inside: boolean } {
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

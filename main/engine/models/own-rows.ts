import { ContractError, type PredictionRow } from '../../contract/index.ts'
import type { LocalExecutor } from '../graph/index.ts'
import { normalQuantile } from '../math/index.ts'
import type { KindFit } from './fit-kinds.ts'
import type { FittedModel } from './fit-model.ts'
import { applyCalibration, servedPredictors } from './held-out.ts'
import {
  adapt,
  applyOffsetInputs,
  fitOffset,
  offsetInputs,
  type OffsetInputs,
  type OffsetModel,
  type PredictedRows,
} from './offset/index.ts'
import { carriedMoments } from './outputs/carried.ts'
import { linkOf } from './outputs/support.ts'
import { parseRow, posterior, type InputRow } from './posterior.ts'
import type { Moments, Sample } from './types.ts'

/** What rows of one heat or laboratory share beyond what a kind predicts of them, for each output: plain data. */
export interface GroupOffsets {
  readonly inputs: OffsetInputs
  /** null where too few groups of several rows could tell. */
  readonly outputs: readonly (OffsetModel | null)[]
}

/** Fits the offsets of one kind on the rows that its inner folds left out. sample: in latent units. */
export function fitGroupOffsets(
  sample: Sample,
  fit: Pick<KindFit, 'outOfFold' | 'calibration'>,
  seed: number,
): GroupOffsets {
  const inputs = offsetInputs(sample)
  const z = applyOffsetInputs(inputs, sample.x, sample.n)
  const m = sample.outputs.length
  const { outOfFold } = fit
  const outputs = sample.outputs.map((_, j) => {
    const pick = (values: ArrayLike<number>): Float64Array =>
      Float64Array.from({ length: sample.n }, (_row, i) => values[i * m + j]!)
    const epistemic = pick(outOfFold.epistemicVariance)
    const aleatoric = pick(outOfFold.aleatoricVariance)
    const { factor } = fit.calibration[j]!
    return fitOffset(
      {
        y: pick(sample.y),
        mean: pick(outOfFold.mean),
        sd: epistemic.map((v, i) => factor * Math.sqrt(v + aleatoric[i]!)),
        groups: sample.groups,
        z,
        width: inputs.columns.length,
      },
      seed,
    )
  })
  return { inputs, outputs }
}

/** A measured specimen of the heat or laboratory that is asked about. */
export interface OwnRow {
  readonly inputs: InputRow
  /** By output; a missing one teaches nothing about it. */
  readonly measured: Readonly<Record<string, number | null>>
}

/**
 * Predictions of rows of one group of which some specimens are measured: the recommended kind, moved by what the group has
 * been seen to share (offset/). Outputs without an offset model are predicted as always, and so are all without own
 * rows. Errors: as `Posterior.predict`; BAD_REQUEST for a measured value outside its support.
 */
export function predictWithOwnRows(
  model: FittedModel,
  executor: LocalExecutor,
  own: readonly OwnRow[],
  rows: readonly InputRow[],
  level: number,
): PredictionRow[] {
  const plain = posterior(model, executor).predict(rows, level)
  const offsets = model.offsets
  const served = model.models.find(({ kind }) => kind === model.recommended)
  if (offsets === null || served === undefined || own.length === 0) return plain
  const predictor = servedPredictors(executor, model)(served)
  const m = model.outputs.length
  const predicted = (of: readonly InputRow[]): ((j: number) => PredictedRows) => {
    const x = Float64Array.from(of.flatMap((row) => [...parseRow(row, model).values]))
    const { mean, epistemicSd, aleatoricSd } = applyCalibration(
      predictor.moments(x, of.length),
      served.calibration,
    )
    const z = applyOffsetInputs(offsets.inputs, x, of.length)
    return (j) => {
      const pick = (values: Float64Array, power: number): Float64Array =>
        Float64Array.from(of, (_, i) => values[i * m + j]! ** power)
      const moments: Moments = {
        mean: pick(mean, 1),
        epistemicVariance: pick(epistemicSd, 2),
        aleatoricVariance: pick(aleatoricSd, 2),
      }
      return { moments, z }
    }
  }
  const ofOwn = predicted(own.map(({ inputs }) => inputs))
  const ofRows = predicted(rows)
  const half = normalQuantile(0.5 + level / 2)
  const adapted = model.outputs.map((output, j) => {
    const offset = offsets.outputs[j] ?? null
    // Parts of a whole moved one by one would no longer add up to it.
    if (offset === null || output.whole !== undefined) return null
    const link = linkOf(output.support)
    const targets = Float64Array.from(own, ({ measured }) => {
      const value = measured[output.name] ?? null
      const latent = value === null ? Number.NaN : link.toLatent(value)
      if (value !== null && !Number.isFinite(latent))
        throw new ContractError('BAD_REQUEST', `"${output.name}" cannot be ${value}.`, output.name)
      return latent
    })
    return adapt(offset, ofOwn(j), targets, ofRows(j))
  })
  return plain.map((row, i) => ({
    ...row,
    predictions: row.predictions.map((prediction, j) => {
      const moments = adapted[j] ?? null
      if (moments === null) return prediction
      const link = linkOf(model.outputs[j]!.support)
      const [mean, epistemic, aleatoric] = [
        moments.mean[i]!,
        moments.epistemicVariance[i]!,
        moments.aleatoricVariance[i]!,
      ]
      const sd = Math.sqrt(epistemic + aleatoric)
      const stated = carriedMoments(link, mean, sd)
      const share = sd > 0 ? stated.sd / sd : 0
      return {
        ...prediction,
        mean: stated.mean,
        sd: stated.sd,
        low: link.fromLatent(mean - half * sd),
        high: link.fromLatent(mean + half * sd),
        epistemicSd: share * Math.sqrt(epistemic),
        aleatoricSd: share * Math.sqrt(aleatoric),
      }
    }),
  }))
}

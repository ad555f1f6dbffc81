import { ContractError } from '../../../contract/index.ts'
import { cholesky, choleskySolve, matrix } from '../../math/index.ts'
import type { Moments } from '../types.ts'
import type { OffsetModel } from './fit.ts'
import { covariance } from './kernel.ts'

/** Rows as a predictor sees them: its moments (n x 1) and the group-internal inputs (n x width). */
export interface PredictedRows {
  readonly moments: Moments
  readonly z: Float64Array
}

/**
 * Corrected moments at new rows of a group of which some rows are measured: best linear unbiased prediction of the group's
 * offset (Henderson 1950; with Gaussian effects the exact posterior), added to the predictor's mean. The epistemic variance
 * is what stays open of the offset; the aleatoric one is the noise of a single row, which no number of own rows lowers.
 * Without own rows: the predictor's mean, and the variance that out-of-fold groups had. Own rows whose target is missing
 * do not count. Errors: BAD_REQUEST for lengths that do not agree.
 */
export function adapt(
  model: OffsetModel,
  own: PredictedRows,
  targets: Float64Array,
  fresh: PredictedRows,
): Moments {
  const n = requireRows(model, fresh, 'new')
  const given = requireRows(model, own, 'own')
  if (targets.length !== given)
    throw new ContractError('BAD_REQUEST', `${targets.length} targets were given for ${given} own rows.`)
  const { scales } = model
  const used = [...targets.keys()].filter((i) => Number.isFinite(targets[i]!))
  const k = used.length
  const ownZ = filled(own.z)
  const newZ = filled(fresh.z)
  const ownSd = used.map((i) => sdAt(model, own.moments, i))
  const system = matrix(k, k)
  used.forEach((i, a) => {
    used.forEach((j, b) => {
      const common = covariance(scales, ownZ, i, ownZ, j)
      system.data[a * k + b] = ownSd[a]! * ownSd[b]! * (common + (a === b ? scales.noise : 0))
    })
  })
  const factor = k === 0 ? null : cholesky(system)
  if (k > 0 && factor === null)
    throw new RangeError('the covariance of the own rows is not positive definite')
  const residual = Float64Array.from(used, (i) => targets[i]! - own.moments.mean[i]!)
  const alpha = factor === null ? residual : choleskySolve(factor, residual)
  const out: Moments = {
    mean: Float64Array.from(fresh.moments.mean),
    epistemicVariance: new Float64Array(n),
    aleatoricVariance: new Float64Array(n),
  }
  const cross = new Float64Array(k)
  for (let i = 0; i < n; i++) {
    const sd = sdAt(model, fresh.moments, i)
    used.forEach((j, b) => {
      cross[b] = sd * ownSd[b]! * covariance(scales, newZ, i, ownZ, j)
    })
    let explained = 0
    if (factor !== null) {
      const solved = choleskySolve(factor, cross)
      for (let b = 0; b < k; b++) {
        out.mean[i]! += cross[b]! * alpha[b]!
        explained += cross[b]! * solved[b]!
      }
    }
    out.epistemicVariance[i] = Math.max(0, sd * sd * covariance(scales, newZ, i, newZ, i) - explained)
    out.aleatoricVariance[i] = sd * sd * scales.noise
  }
  return out
}

function sdAt(model: OffsetModel, moments: Moments, i: number): number {
  if (model.unit === 'one sd') return model.sd
  return Math.sqrt(moments.epistemicVariance[i]! + moments.aleatoricVariance[i]!)
}

/** A group-internal input that is missing stands at the centre. */
const filled = (z: Float64Array): Float64Array => z.map((v) => (Number.isNaN(v) ? 0 : v))

function requireRows(model: OffsetModel, { moments, z }: PredictedRows, which: string): number {
  const n = moments.mean.length
  if (
    moments.epistemicVariance.length !== n ||
    moments.aleatoricVariance.length !== n ||
    z.length !== n * model.width
  )
    throw new ContractError('BAD_REQUEST', `The ${which} rows' moments and inputs differ in length.`)
  return n
}

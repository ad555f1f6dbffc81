import { ContractError } from '../../contract/index.ts'
import { correlation, radialMean } from '../math/index.ts'

/**
 * Two-point probability S₂(r) of a phase (Torquato 2002, Random Heterogeneous Materials, section 2.2): the share of
 * point pairs at distance r px of which both lie in it, over all directions. indicator: rows x cols, 1 in the phase,
 * 0 outside, or a share between; the result has the values at r = 0, 1, …, maxLagPx (S₂(0) is the volume fraction of
 * an indicator). `periodic` for simulated fields of a power of two, else pairs inside the field alone count. Error
 * BAD_REQUEST when the field is smaller than asked for.
 */
export function twoPointProbability(
  indicator: ArrayLike<number>,
  rows: number,
  cols: number,
  maxLagPx: number,
  periodic = false,
): Float64Array {
  const shortest = Math.min(rows, cols)
  if (indicator.length !== rows * cols)
    throw new ContractError('BAD_REQUEST', `${indicator.length} pixels are not ${rows} x ${cols}.`)
  if (
    !Number.isInteger(maxLagPx) ||
    maxLagPx < 0 ||
    (periodic ? 2 * maxLagPx > shortest : maxLagPx >= shortest)
  )
    throw new ContractError(
      'BAD_REQUEST',
      'The largest distance is a whole number below the size of the field (at most half of it when periodic).',
      `${maxLagPx} of ${rows} x ${cols}`,
    )
  return radialMean(correlation(indicator, indicator, rows, cols, maxLagPx, periodic))
}

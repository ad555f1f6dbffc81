import { logAddExp } from '../constants.ts'

/**
 * How the linear predictor η becomes the value: as it is; as the size grown from nothing beside an initial size; as ln of
 * the number of transformed volumes, of which 1 − exp(−e^η) is the share (JMAK: η = n ln(k t)).
 */
export type LawKind = 'linear' | 'growth' | 'transformation'

/** Value of the law at one row and its slopes in the linear predictor η and in the time exponent 1/n. */
export interface LawValue {
  readonly value: number
  readonly slope: number
  readonly exponentSlope: number
}

/** Time exponents beyond these are no grain growth; the law stays finite. */
const LEAST_EXPONENT = 0.05
const MOST_EXPONENT = 0.5

/**
 * lnInitial: ln of the initial size, NaN where it is not known: then growth is its linear predictor. With one,
 * ln D = m ln(D0^(1/m) + exp(η/m)), m = 1/n: what D^n = D0^n + D_k^n says when η = ln D_k.
 */
export function lawValue(kind: LawKind, eta: number, exponent: number, lnInitial: number): LawValue {
  if (kind === 'transformation') {
    const volumes = Math.exp(Math.min(eta, 30))
    const rest = Math.exp(-volumes)
    return { value: -Math.expm1(-volumes), slope: volumes * rest, exponentSlope: 0 }
  }
  if (kind === 'linear' || Number.isNaN(lnInitial)) return { value: eta, slope: 1, exponentSlope: 0 }
  const m = Math.min(MOST_EXPONENT, Math.max(LEAST_EXPONENT, exponent))
  const sum = logAddExp(lnInitial / m, eta / m)
  const value = m * sum
  const slope = Math.exp(eta / m - sum)
  const free = m === exponent
  return {
    value,
    slope,
    exponentSlope: free ? (value - (1 - slope) * lnInitial - slope * eta) / m : 0,
  }
}

/** Shares nearer to 0 or 1 than this are taken there where a first η is wanted: at the ends it would be infinite. */
const LEAST_SHARE = 0.02

/** ln(−ln(1 − share)), the η of a share under JMAK. */
export function etaOfShare(share: number): number {
  return Math.log(-Math.log1p(-Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, share))))
}

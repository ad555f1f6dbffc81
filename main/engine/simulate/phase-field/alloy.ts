import { ContractError } from '../../../contract/index.ts'
import type { Alloy, PhaseFieldSpec } from './types.ts'

/** f(c) = W (c − cα)² (cβ − c)². */
export function chemicalEnergy({ alpha, beta, barrier }: Alloy, c: number): number {
  return barrier * ((c - alpha) * (beta - c)) ** 2
}

/** f′(c) = 2 W (c − cα)(cβ − c)(cα + cβ − 2c). */
export function chemicalPotential({ alpha, beta, barrier }: Alloy, c: number): number {
  return 2 * barrier * (c - alpha) * (beta - c) * (alpha + beta - 2 * c)
}

/** f″(c); negative between the spinodal compositions. */
export function curvature({ alpha, beta, barrier }: Alloy, c: number): number {
  const s = alpha + beta - 2 * c
  return 2 * barrier * (s * s - 2 * (c - alpha) * (beta - c))
}

/**
 * Growth rate of a small wave of wave number k (rad/px) about the mean composition c (Cahn 1961, Acta Metall. 9,
 * 795): R(k) = −M k² (f″(c) + κ k²), 1/time.
 */
export function growthRate(alloy: Alloy, c: number, k: number): number {
  return -alloy.mobility * k * k * (curvature(alloy, c) + alloy.gradientEnergy * k * k)
}

/** Wave number of fastest growth, rad/px; null outside the spinodal, where no small wave grows. */
export function fastestWaveNumber(alloy: Alloy, c: number): number | null {
  const f = curvature(alloy, c)
  return f < 0 ? Math.sqrt(-f / (2 * alloy.gradientEnergy)) : null
}

/** Width over which a flat interface goes from 10 to 90 %, px: the profile is tanh(x/2δ), δ = √(κ/2W)/(cβ − cα). */
export function interfaceWidthPx({ alpha, beta, barrier, gradientEnergy }: Alloy): number {
  return (4 * Math.atanh(0.8) * Math.sqrt(gradientEnergy / (2 * barrier))) / (beta - alpha)
}

/** Area fraction of the beta phase at rest by the lever rule. */
export function leverRule({ alpha, beta }: Alloy, c: number): number {
  return (c - alpha) / (beta - alpha)
}

export interface AgeingConditions {
  readonly temperatureK: number
  /** Top of the miscibility gap (at mole fraction ½), K. */
  readonly criticalTemperatureK: number
  /** Of diffusion, J/mol. */
  readonly activationEnergy: number
  /** Temperature at which the mobility is 1 in reduced units, K. */
  readonly referenceTemperatureK: number
}

const gasConstant = 8.314462618

/**
 * The alloy at an ageing temperature: Arrhenius mobility; a gap that closes at the critical temperature as in mean
 * field, cβ − cα = √(1 − T/Tc). The curvature −W (cβ − cα)² in the middle of the gap then falls with 1 − T/Tc, so
 * that the structure starts coarser nearer the critical point. Error BAD_REQUEST at or above it.
 */
export function alloyAt(conditions: AgeingConditions, barrier = 1, gradientEnergy = 1): Alloy {
  const { temperatureK, criticalTemperatureK, activationEnergy, referenceTemperatureK } = conditions
  if (!(temperatureK > 0 && temperatureK < criticalTemperatureK && referenceTemperatureK > 0))
    throw new ContractError(
      'BAD_REQUEST',
      `Two phases exist below ${criticalTemperatureK} K only.`,
      `${temperatureK} K`,
    )
  const half = Math.sqrt(1 - temperatureK / criticalTemperatureK) / 2
  return {
    alpha: 0.5 - half,
    beta: 0.5 + half,
    barrier,
    gradientEnergy,
    mobility: Math.exp((-activationEnergy / gasConstant) * (1 / temperatureK - 1 / referenceTemperatureK)),
  }
}

/** Throws BAD_REQUEST for what cannot be computed or would be resolved too coarsely to be believed. */
export function checkSpec(spec: PhaseFieldSpec): void {
  const bad = (message: string, detail: string): never => {
    throw new ContractError('BAD_REQUEST', message, detail)
  }
  const { alloy, meanComposition, rows, cols, times } = spec
  if (!(alloy.barrier > 0 && alloy.gradientEnergy > 0 && alloy.mobility > 0 && alloy.alpha < alloy.beta))
    bad(
      'Barrier, gradient energy and mobility are positive and alpha lies below beta.',
      JSON.stringify(alloy),
    )
  if (!(meanComposition > alloy.alpha && meanComposition < alloy.beta))
    bad('The mean composition lies outside the two phases.', String(meanComposition))
  for (const size of [rows, cols])
    if (!(size >= 16 && size <= 1024 && Number.isInteger(Math.log2(size))))
      bad('The grid is a power of two from 16 to 1024.', String(size))
  if (times.length === 0 || times.some((time, i) => !(time >= 0) || time <= (times[i - 1] ?? -1)))
    bad('Times ascend from 0 on.', times.join(', '))
  if (!(spec.noise >= 0 && spec.tolerance > 0))
    bad('The noise is 0 or more and the tolerance positive.', `${spec.noise}, ${spec.tolerance}`)
  const width = interfaceWidthPx(alloy)
  if (width < 3)
    bad(
      'The interface is thinner than 3 grid points: raise the gradient energy or lower the barrier.',
      `${width.toFixed(2)} px`,
    )
}

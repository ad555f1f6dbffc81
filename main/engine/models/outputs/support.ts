import { ContractError } from '../../../contract/index.ts'
import type { OutputColumn, Sample } from '../types.ts'

/**
 * Where the values of an output can lie: any number, above 0 (and, with `most`, not above it), or between two ends (a
 * fraction, a percentage).
 */
export type Support =
  | { readonly kind: 'real' }
  | { readonly kind: 'positive'; readonly most?: number }
  | { readonly kind: 'bounded'; readonly low: number; readonly high: number }

/**
 * How an output is modelled: the model is normal in u = toLatent(y); what it says of y is carried back, so that no part of
 * a predictive distribution lies where the output cannot. positive: ln y. bounded: the logit, a little inside the ends so
 * that a measured 0 or 1 stays finite (Smithson & Verkuilen 2006).
 */
export interface Link {
  toLatent(y: number): number
  fromLatent(u: number): number
  /** ln |du/dy| at y, which brings a density in u to one in y. */
  logSlope(y: number): number
  /** Mean and sd of fromLatent(u), u ~ N(mean, sd²), where they have a closed form. */
  readonly moments?: (mean: number, sd: number) => { mean: number; sd: number }
}

/** Share of the range by which both ends are drawn in: an empty field of view says «below half a percent», not «never». */
export const INSET = 0.005

const real: Link = { toLatent: (y) => y, fromLatent: (u) => u, logSlope: () => 0 }
const positive: Link = {
  toLatent: Math.log,
  fromLatent: Math.exp,
  logSlope: (y) => -Math.log(y),
  moments(mean, sd) {
    const centre = Math.exp(mean + 0.5 * sd * sd)
    return { mean: centre, sd: centre * Math.sqrt(Math.expm1(sd * sd)) }
  },
}

export function linkOf(support: Support | undefined): Link {
  if (support === undefined || support.kind === 'real') return real
  if (support.kind === 'positive') {
    const { most } = support
    if (most === undefined) return positive
    const { toLatent, logSlope } = positive
    return { toLatent, logSlope, fromLatent: (u) => Math.min(most, Math.exp(u)) }
  }
  const { low, high } = support
  const range = high - low
  const share = (y: number): number => INSET + ((1 - 2 * INSET) * (y - low)) / range
  return {
    toLatent: (y) => Math.log(share(y) / (1 - share(y))),
    fromLatent: (u) => {
      const p = (1 / (1 + Math.exp(-u)) - INSET) / (1 - 2 * INSET)
      return low + range * Math.max(0, Math.min(1, p))
    },
    logSlope: (y) => Math.log((1 - 2 * INSET) / range / (share(y) * (1 - share(y)))),
  }
}

/** Whether an output is modelled as it is. */
export function isPlain(output: OutputColumn): boolean {
  return output.support === undefined || output.support.kind === 'real'
}

/** The sample with its targets in latent units. BAD_REQUEST, naming row and output, for a value outside its support. */
export function toLatentSample(sample: Sample, rowName: (row: number) => string = String): Sample {
  if (sample.outputs.every(isPlain)) return sample
  const m = sample.outputs.length
  const links = sample.outputs.map(({ support }) => linkOf(support))
  return {
    ...sample,
    outputs: sample.outputs.map((output) => ({ ...output, unit: latentUnit(output) })),
    y: sample.y.map((y, i) => {
      if (Number.isNaN(y)) return y
      const { name, support } = sample.outputs[i % m]!
      requireInside(y, name, support, () => rowName(Math.floor(i / m)))
      return links[i % m]!.toLatent(y)
    }),
  }
}

/** Units say what was done to a value: physics/ knows a logarithm by it. */
function latentUnit({ unit, support }: OutputColumn): string {
  if (support?.kind === 'positive') return `ln(${unit})`
  return support?.kind === 'bounded' ? `logit(${unit})` : unit
}

function requireInside(y: number, name: string, support: Support | undefined, row: () => string): void {
  if (support?.kind === 'positive' && !(y > 0))
    throw new ContractError('BAD_REQUEST', `"${name}" must be above 0 and is ${y} in row ${row()}.`, name)
  if (support?.kind === 'bounded' && !(y >= support.low && y <= support.high))
    throw new ContractError(
      'BAD_REQUEST',
      `"${name}" lies between ${support.low} and ${support.high} and is ${y} in row ${row()}.`,
      name,
    )
}

/**
 * The support that a column's unit and meaning speak for: what is counted, sized, hard or strong is above 0, a share of a
 * whole lies between 0 and 1 or 0 and 100 %. Real where the values say otherwise, so that a column that only looks
 * like a fraction is still modelled.
 */
export function supportOf(
  unit: string,
  role: 'microstructure' | 'property' | string,
  values: ArrayLike<number>,
): Support {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!
    if (Number.isNaN(v)) continue
    low = Math.min(low, v)
    high = Math.max(high, v)
  }
  if (role === 'microstructure' && unit === '1' && low >= 0 && high <= 1)
    return { kind: 'bounded', low: 0, high: 1 }
  if (role === 'microstructure' && unit === '%' && low >= 0 && high <= 100)
    return { kind: 'bounded', low: 0, high: 100 }
  return low > 0 && POSITIVE_UNITS.has(unit) ? { kind: 'positive' } : { kind: 'real' }
}

const POSITIVE_UNITS = new Set(['nm', 'µm', 'um', 'mm', 'µm²', 'nm²', '1/mm²', '1/µm²', 'px', 'px²'])

import { studentTwoSided } from '../math/index.ts'

/** A Student t distribution around an estimate, or with se 0 a single value. */
export interface Component {
  readonly estimate: number
  readonly se: number
  readonly df: number
  readonly weight: number
}

function cdf(components: readonly Component[], x: number): number {
  let total = 0
  let sum = 0
  for (const { estimate, se, df, weight } of components) {
    total += weight
    if (se === 0) {
      if (x >= estimate) sum += weight
      continue
    }
    const t = (x - estimate) / se
    const tail = 0.5 * studentTwoSided(t, df)
    sum += weight * (t < 0 ? tail : 1 - tail)
  }
  return sum / total
}

/** Smallest x at which the mixture's distribution function reaches p. */
export function mixtureQuantile(components: readonly Component[], p: number): number {
  let low = Infinity
  let high = -Infinity
  for (const { estimate, se } of components) {
    low = Math.min(low, estimate - 4 * se)
    high = Math.max(high, estimate + 4 * se)
  }
  let width = Math.max(high - low, Math.abs(low) * 1e-12, Number.MIN_VALUE)
  while (cdf(components, low) >= p && width < 1e300) {
    if (components.every((c) => c.se === 0)) break
    low -= width
    width *= 2
  }
  width = Math.max(high - low, Number.MIN_VALUE)
  while (cdf(components, high) < p && width < 1e300) {
    high += width
    width *= 2
  }
  if (cdf(components, low) >= p) return low
  for (let i = 0; i < 60 && high - low > 1e-10 * Math.max(Math.abs(low), Math.abs(high)); i++) {
    const middle = 0.5 * (low + high)
    if (cdf(components, middle) >= p) high = middle
    else low = middle
  }
  // A value that many graphs share is met exactly, so that «0» is 0 and not 1e−11.
  for (const { estimate, se } of components)
    if (
      se === 0 &&
      Math.abs(estimate - high) <= 1e-9 * Math.max(1e-300, Math.abs(high), Math.abs(high - low))
    )
      return estimate
  return high
}

export function mixtureSd(components: readonly Component[]): number {
  let total = 0
  let first = 0
  for (const c of components) {
    total += c.weight
    first += c.weight * c.estimate
  }
  const centre = first / total
  let second = 0
  for (const c of components) second += c.weight * (c.se ** 2 + (c.estimate - centre) ** 2)
  return Math.sqrt(second / total)
}

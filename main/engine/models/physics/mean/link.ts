/** Whether a law is fitted to the output or to its natural logarithm. */
export type Link = 'identity' | 'ln'

/** y on the link scale; NaN where it has none. */
export function toLink(link: Link, y: number): number {
  if (link === 'identity') return y
  return y > 0 ? Math.log(y) : Number.NaN
}

/** Mean and the two variances of y when its link value is N(mean, epistemic + aleatoric): law of total variance. */
export function momentsFromLink(
  link: Link,
  mean: number,
  epistemic: number,
  aleatoric: number,
): { mean: number; epistemic: number; aleatoric: number } {
  if (link === 'identity') return { mean, epistemic, aleatoric }
  const centre = Math.exp(mean + 0.5 * (epistemic + aleatoric))
  const square = centre * centre
  const known = square * Math.expm1(epistemic)
  return { mean: centre, epistemic: known, aleatoric: square * Math.expm1(epistemic + aleatoric) - known }
}

/** Nodes and weights of Gauss–Hermite quadrature for a standard normal, 9 points. */
const HERMITE = [0, 1.0232556637891326, 2.0768479786778302, 3.2054290028564703, 4.512745863399783]
const HERMITE_WEIGHTS = [
  0.4063492063492063, 0.2440975028949394, 0.049916406765217, 0.0027891413212317, 0.0000223458440077,
]

/** Mean and variance of f(z), z ~ N(0, 1), exact for polynomials up to degree 17 (8 for the variance). */
export function hermite(f: (z: number) => number): [number, number] {
  let first = 0
  let second = 0
  const add = (z: number, w: number): void => {
    const v = f(z)
    first += w * v
    second += w * v * v
  }
  HERMITE.forEach((z, k) => {
    add(z, HERMITE_WEIGHTS[k]!)
    if (k > 0) add(-z, HERMITE_WEIGHTS[k]!)
  })
  return [first, Math.max(0, second - first * first)]
}

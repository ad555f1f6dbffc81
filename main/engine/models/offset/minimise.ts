/** A function of a few parameters with its gradient; NaN or Infinity where it is not defined. */
export type Objective = (at: Float64Array) => { value: number; gradient: Float64Array }

export interface Minimum {
  readonly at: Float64Array
  readonly value: number
  readonly steps: number
}

/**
 * Minimum of a smooth function of a few parameters by BFGS with a backtracking line search (Nocedal & Wright 2006, ch. 6).
 * Steps are at most `longest` in any parameter, which keeps logarithms of scales sane.
 */
export function minimise(objective: Objective, start: Float64Array, steps: number, longest = 1): Minimum {
  const p = start.length
  let at: Float64Array = Float64Array.from(start)
  let { value, gradient } = objective(at)
  const inverse = identity(p)
  let step = 0
  for (; step < steps; step++) {
    const direction = descent(inverse, gradient, p, longest)
    const slope = dot(gradient, direction)
    if (!(slope < -1e-10)) break
    let found: { at: Float64Array; value: number; gradient: Float64Array } | null = null
    for (let size = 1; size > 1e-6; size *= 0.4) {
      const next = at.map((v, j) => v + size * direction[j]!)
      const there = objective(next)
      if (there.value <= value + 1e-4 * size * slope) {
        found = { at: next, ...there }
        break
      }
    }
    if (found === null) break
    update(
      inverse,
      found.at.map((v, j) => v - at[j]!),
      found.gradient.map((v, j) => v - gradient[j]!),
      p,
    )
    const gain = value - found.value
    ;({ at, value, gradient } = found)
    if (gain < 1e-7 * (1 + Math.abs(value))) break
  }
  return { at, value, steps: step }
}

function identity(p: number): Float64Array {
  return Float64Array.from({ length: p * p }, (_, i) => (i % (p + 1) === 0 ? 1 : 0))
}

function descent(inverse: Float64Array, gradient: Float64Array, p: number, longest: number): Float64Array {
  const out = new Float64Array(p)
  let most = 0
  for (let a = 0; a < p; a++) {
    for (let b = 0; b < p; b++) out[a]! -= inverse[a * p + b]! * gradient[b]!
    most = Math.max(most, Math.abs(out[a]!))
  }
  return most > longest ? out.map((v) => (v * longest) / most) : out
}

/** BFGS update of the inverse Hessian by a step s and the change y of the gradient; skipped where curvature is not positive. */
function update(inverse: Float64Array, s: Float64Array, y: Float64Array, p: number): void {
  const curvature = dot(s, y)
  if (!(curvature > 1e-12)) return
  const product = new Float64Array(p)
  for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) product[a]! += inverse[a * p + b]! * y[b]!
  const factor = (1 + dot(y, product) / curvature) / curvature
  for (let a = 0; a < p; a++)
    for (let b = 0; b < p; b++)
      inverse[a * p + b]! += factor * s[a]! * s[b]! - (product[a]! * s[b]! + s[a]! * product[b]!) / curvature
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

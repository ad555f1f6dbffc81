import { cholesky, choleskyInverse, choleskySolve, matrix } from '../../../math/index.ts'
import type { Matrix } from '../../../math/index.ts'
import type { MixedProblem, MixedScales, MixedSolution, ScaleBlock } from './types.ts'

const LEAST_VARIANCE = 1e-10

/**
 * Posterior of a linear mixed model at given scales, exact (Henderson 1950: the group blocks are eliminated), its log
 * evidence, and MacKay's fixed-point step for the scales (MacKay 1992), each with a prior of `strength` observations.
 */
export function solveMixed(problem: MixedProblem, scales: MixedScales): MixedSolution {
  const { n, p, q, y, x } = problem
  const precision = coefficientPrecision(problem, scales)
  const system = matrix(p, p)
  const right = new Float64Array(p)
  accumulate(problem, scales, precision, system, right)
  const parts = groupParts(problem, scales)
  let logDeterminants = 0
  for (const part of parts) {
    logDeterminants += part.logDeterminant
    subtractGroup(part, p, q, system, right)
  }
  const factor = requireFactor(system)
  const weights = choleskySolve(factor, right)
  const covariance = choleskyInverse(factor).data
  const effects = new Float64Array(problem.groupCount * q)
  const effectTrace = new Float64Array(q)
  parts.forEach((part, g) => {
    effectsOf(part, weights, covariance, p, q, effects.subarray(g * q, (g + 1) * q), effectTrace)
  })

  let squares = 0
  for (let i = 0; i < n; i++) {
    let r = y[i]!
    for (let j = 0; j < p; j++) r -= x[i * p + j]! * weights[j]!
    const g = problem.groups[i]!
    for (let k = 0; k < q; k++) r -= problem.z[i * q + k]! * effects[g * q + k]!
    squares += r * r
  }
  const learnt = nextScales(problem, scales, precision, weights, covariance, effects, effectTrace, squares)

  let penalty = squares / scales.noise
  let logPriors = n * Math.log(scales.noise)
  for (let j = 0; j < p; j++) {
    penalty += precision[j]! * (weights[j]! - problem.priorMean[j]!) ** 2
    logPriors -= Math.log(precision[j]!)
    logDeterminants += 2 * Math.log(factor.data[j * p + j]!)
  }
  for (let k = 0; k < q; k++) {
    for (let g = 0; g < problem.groupCount; g++) penalty += effects[g * q + k]! ** 2 / scales.random[k]!
    logPriors += problem.groupCount * Math.log(scales.random[k]!)
  }
  const logEvidence =
    -0.5 * (n * Math.log(2 * Math.PI) + penalty + logPriors + logDeterminants) + scalePrior(problem, scales)
  return { weights, covariance, effects, logEvidence, next: learnt }
}

/** Fixed-point rounds from the first guesses; returns the scales reached and the solution at them. */
export function fitMixed(
  problem: MixedProblem,
  rounds: number,
  start: MixedScales = guesses(problem),
  check: () => void = () => undefined,
): { scales: MixedScales; solution: MixedSolution } {
  let scales = start
  let solution = solveMixed(problem, scales)
  for (let round = 0; round < rounds; round++) {
    check()
    const moved = farthestStep(scales, solution.next)
    scales = solution.next
    solution = solveMixed(problem, scales)
    if (moved < 1e-3) break
  }
  return { scales, solution }
}

export function guesses(problem: MixedProblem): MixedScales {
  return {
    blocks: Float64Array.from(problem.blocks, (b) => b.guess),
    random: Float64Array.from(problem.random, (b) => b.guess),
    noise: problem.noise.guess,
  }
}

function farthestStep(a: MixedScales, b: MixedScales): number {
  let most = Math.abs(Math.log(a.noise / b.noise))
  a.blocks.forEach((v, i) => (most = Math.max(most, Math.abs(Math.log(v / b.blocks[i]!)))))
  a.random.forEach((v, i) => (most = Math.max(most, Math.abs(Math.log(v / b.random[i]!)))))
  return most
}

function coefficientPrecision(problem: MixedProblem, scales: MixedScales): Float64Array {
  return problem.priorVariance.map((v, j) => {
    const block = problem.blockOf[j]!
    return 1 / (block < 0 ? v : scales.blocks[block]!)
  })
}

function accumulate(
  { n, p, x, y, priorMean }: MixedProblem,
  { noise }: MixedScales,
  precision: Float64Array,
  system: Matrix,
  right: Float64Array,
): void {
  const s = system.data
  for (let i = 0; i < n; i++) {
    const row = i * p
    for (let a = 0; a < p; a++) {
      const f = x[row + a]! / noise
      if (f === 0) continue
      right[a]! += f * y[i]!
      for (let b = 0; b <= a; b++) s[a * p + b]! += f * x[row + b]!
    }
  }
  for (let a = 0; a < p; a++) {
    s[a * p + a]! += precision[a]!
    right[a]! += precision[a]! * priorMean[a]!
    for (let b = 0; b < a; b++) s[b * p + a] = s[a * p + b]!
  }
}

interface GroupPart {
  /** ZᵀZ/σ² + Ω⁻¹, factored. */
  readonly factor: Matrix
  readonly logDeterminant: number
  /** ZᵀX/σ², q x p. */
  readonly cross: Float64Array
  /** Zᵀy/σ². */
  readonly right: Float64Array
  /** M⁻¹ ZᵀX/σ², q x p. */
  readonly solved: Float64Array
}

function groupParts(problem: MixedProblem, { noise, random }: MixedScales): GroupPart[] {
  const { n, p, q, x, y, z, groups, groupCount } = problem
  if (q === 0) return []
  const cross = Array.from({ length: groupCount }, () => new Float64Array(q * p))
  const right = Array.from({ length: groupCount }, () => new Float64Array(q))
  const inner = Array.from({ length: groupCount }, () => matrix(q, q))
  for (let i = 0; i < n; i++) {
    const g = groups[i]!
    for (let k = 0; k < q; k++) {
      const f = z[i * q + k]! / noise
      if (f === 0) continue
      right[g]![k]! += f * y[i]!
      for (let l = 0; l < q; l++) inner[g]!.data[k * q + l]! += f * z[i * q + l]!
      for (let j = 0; j < p; j++) cross[g]![k * p + j]! += f * x[i * p + j]!
    }
  }
  return inner.map((m, g) => {
    for (let k = 0; k < q; k++) m.data[k * q + k]! += 1 / random[k]!
    const factor = requireFactor(m)
    let logDeterminant = 0
    for (let k = 0; k < q; k++) logDeterminant += 2 * Math.log(factor.data[k * q + k]!)
    const solved = new Float64Array(q * p)
    const column = new Float64Array(q)
    for (let j = 0; j < p; j++) {
      for (let k = 0; k < q; k++) column[k] = cross[g]![k * p + j]!
      const s = choleskySolve(factor, column)
      for (let k = 0; k < q; k++) solved[k * p + j] = s[k]!
    }
    return { factor, logDeterminant, cross: cross[g]!, right: right[g]!, solved }
  })
}

function subtractGroup(part: GroupPart, p: number, q: number, system: Matrix, right: Float64Array): void {
  for (let k = 0; k < q; k++) {
    for (let a = 0; a < p; a++) {
      const f = part.solved[k * p + a]!
      if (f === 0) continue
      right[a]! -= f * part.right[k]!
      for (let b = 0; b < p; b++) system.data[a * p + b]! -= f * part.cross[k * p + b]!
    }
  }
}

/** Effects of one group into `out`; adds the diagonal of their posterior covariance to `trace`. */
function effectsOf(
  part: GroupPart,
  weights: Float64Array,
  covariance: Float64Array,
  p: number,
  q: number,
  out: Float64Array,
  trace: Float64Array,
): void {
  const rest = part.right.slice()
  for (let k = 0; k < q; k++) for (let j = 0; j < p; j++) rest[k]! -= part.cross[k * p + j]! * weights[j]!
  out.set(choleskySolve(part.factor, rest))
  const inverse = choleskyInverse(part.factor).data
  for (let k = 0; k < q; k++) {
    let quadratic = inverse[k * q + k]!
    for (let a = 0; a < p; a++) {
      const f = part.solved[k * p + a]!
      if (f === 0) continue
      for (let b = 0; b < p; b++) quadratic += f * covariance[a * p + b]! * part.solved[k * p + b]!
    }
    trace[k]! += quadratic
  }
}

function nextScales(
  problem: MixedProblem,
  scales: MixedScales,
  precision: Float64Array,
  weights: Float64Array,
  covariance: Float64Array,
  effects: Float64Array,
  effectTrace: Float64Array,
  squares: number,
): MixedScales {
  const { n, p, q, groupCount, blocks, blockOf, priorMean } = problem
  const size = new Float64Array(blocks.length)
  const known = new Float64Array(blocks.length)
  let freedom = 0
  for (let j = 0; j < p; j++) {
    const learnt = 1 - precision[j]! * covariance[j * p + j]!
    freedom += learnt
    const block = blockOf[j]!
    if (block < 0) continue
    known[block]! += learnt
    size[block]! += (weights[j]! - priorMean[j]!) ** 2
  }
  const random = new Float64Array(q)
  for (let k = 0; k < q; k++) {
    let sum = 0
    for (let g = 0; g < groupCount; g++) sum += effects[g * q + k]! ** 2
    const learnt = groupCount - effectTrace[k]! / scales.random[k]!
    freedom += learnt
    random[k] = updated(problem.random[k]!, sum, learnt)
  }
  return {
    blocks: Float64Array.from(blocks, (block, k) => updated(block, size[k]!, known[k]!)),
    random,
    noise: updated(problem.noise, squares, n - freedom),
  }
}

function updated({ strength, guess }: ScaleBlock, squares: number, freedom: number): number {
  return Math.max(LEAST_VARIANCE, (squares + strength * guess) / (Math.max(0, freedom) + strength))
}

/** ln of the inverse-gamma priors of all scales, without constants. */
function scalePrior(problem: MixedProblem, scales: MixedScales): number {
  const one = ({ strength, guess }: ScaleBlock, v: number): number =>
    -0.5 * strength * (Math.log(v / guess) + guess / v)
  let sum = one(problem.noise, scales.noise)
  problem.blocks.forEach((b, k) => (sum += one(b, scales.blocks[k]!)))
  problem.random.forEach((b, k) => (sum += one(b, scales.random[k]!)))
  return sum
}

function requireFactor(m: Matrix): Matrix {
  let jitter = 0
  let mean = 0
  for (let j = 0; j < m.rows; j++) mean += m.data[j * m.rows + j]! / m.rows
  for (let attempt = 0; attempt < 6; attempt++) {
    const factor = cholesky(m)
    if (factor !== null) return factor
    const add = mean * 1e-12 * 100 ** attempt - jitter
    jitter += add
    for (let j = 0; j < m.rows; j++) m.data[j * m.rows + j]! += add
  }
  throw new RangeError('the system of the mixed model is not positive definite')
}

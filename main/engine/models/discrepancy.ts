import { randomStream } from '../math/index.ts'
import { indicesWhere } from './inner-folds.ts'
import { kernelValue, similarity } from './quadratic-kernel.ts'
import type { QuadraticKernel } from './quadratic-kernel.ts'
import { takeRows } from './sample.ts'
import { factorOf, fitSurface, surfaceVariance } from './surface.ts'
import type { Surface } from './surface.ts'
import type { Moments } from './types.ts'

/** Rows that distances are measured to; of more, a random part stands for all, which can only widen. */
const MOST_ANCHORS = 256

interface OutputDiscrepancy extends Surface {
  /** Share of δ's variance that held-out rows speak for (discrepancy-strength.ts), 0..1. */
  readonly strength: number
  readonly anchors: Float64Array
  readonly factor: Float64Array
  /** Ascending, one a group: largest variance of its held-out rows, in units of amplitude, given the other folds. */
  readonly heldOut: Float64Array
}

/**
 * How far the response may be from what the network makes of it, as a function of where the specimens are.
 *
 * Members trained on nearly the same rows agree with each other where none of them has data: the encoding saturates at
 * the outermost specimens, and they all extrapolate alike. Their spread is therefore no measure of ignorance there, and
 * an optimiser finds just those places. So the response is f = network + δ, with δ the part of a Bayesian
 * quadratic surface over the network's own features (quadratic-kernel.ts) that the specimens leave open:
 * Var δ(x) = τ² (k(x, x) − kᵀ(K + λI)⁻¹k), the leverage of x. It is small at the specimens and grows with the distance
 * in every direction, most where several inputs are extreme together. τ², λ and the reach of k are those under which
 * the training targets are likeliest. A row of fold f is judged by the other folds, as the member is that predicts it,
 * so that the calibration sees members and δ as they are on new specimens.
 *
 * The noise is told from what the network merely fails to fit by λ: the noise variance is the mean of the network's own
 * (which counts misfit as noise, and keeps its dependence on x) and λτ².
 *
 * How large errors are at distance v was seen only on the groups that lay as far out when held out: `support` counts
 * them, and calibration.ts widens an interval accordingly.
 */
export interface Discrepancy {
  readonly kernel: QuadraticKernel
  readonly outputs: readonly OutputDiscrepancy[]
  readonly seed: number
}

/**
 * x: n x d features, y: n x m standardised targets (NaN = not observed), folds and groups: of each row.
 * Result: what is served, and the variance of δ at each row given the other folds, n x m standardised.
 */
export function fitDiscrepancy(
  rows: { n: number; x: Float64Array; y: Float64Array; folds: Int32Array; groups: Int32Array },
  seed: number,
  check: () => void,
): { discrepancy: Discrepancy; outOfFold: Float64Array } {
  const { n, x, y, folds, groups } = rows
  const width = x.length / n
  const m = y.length / n
  const power = x.reduce((total, v) => total + v * v, 0) / n
  const kernel = { width, power: power > 0 ? power : 1 }
  const outOfFold = new Float64Array(n * m)
  const outputs = Array.from({ length: m }, (_, j): OutputDiscrepancy => {
    const observed = indicesWhere(n, (i) => !Number.isNaN(y[i * m + j]!))
    const anchorRows = anchorsAmong(observed, seed)
    const anchors = takeRows(x, width, anchorRows)
    const count = anchorRows.length
    const similarities = new Float64Array(count * count)
    for (let a = 0; a < count; a++)
      for (let b = 0; b <= a; b++) {
        const value = similarity(kernel, anchors, a, anchors, b)
        similarities[a * count + b] = value
        similarities[b * count + a] = value
      }
    const surface = fitSurface(
      similarities,
      Float64Array.from(anchorRows, (r) => y[r * m + j]!),
      check,
    )
    for (const fold of new Set(folds)) {
      check()
      const others = takeRows(
        x,
        width,
        anchorRows.filter((r) => folds[r] !== fold),
      )
      const own = indicesWhere(n, (i) => folds[i] === fold)
      const variance = surfaceVariance(
        kernel,
        surface,
        others,
        factorAt(kernel, surface, others),
        takeRows(x, width, own),
        own.length,
      )
      own.forEach((row, i) => (outOfFold[row * m + j] = variance[i]!))
    }
    return {
      ...surface,
      strength: 1,
      anchors,
      factor: factorAt(kernel, surface, anchors),
      heldOut: largestOfGroups(observed, groups, (row) => outOfFold[row * m + j]!),
    }
  })
  return { discrepancy: { kernel, outputs, seed }, outOfFold }
}

/** Variance of δ in units of amplitude at n rows of features, n x m. */
export function discrepancyVariance(discrepancy: Discrepancy, x: Float64Array, n: number): Float64Array {
  const m = discrepancy.outputs.length
  const out = new Float64Array(n * m)
  discrepancy.outputs.forEach((output, j) => {
    const { anchors, factor } = output
    const variance = surfaceVariance(discrepancy.kernel, output, anchors, factor, x, n)
    for (let i = 0; i < n; i++) out[i * m + j] = variance[i]!
  })
  return out
}

/**
 * Variance of δ as it is served, n x m standardised: at most that of the targets, since a model that knows nothing of a
 * specimen errs by no more, times the strength.
 */
export function openVariance({ outputs }: Discrepancy, variance: Float64Array): Float64Array {
  return variance.map((v, i) => {
    const { amplitude, strength } = outputs[i % outputs.length]!
    return strength * Math.min(1, amplitude * v)
  })
}

/** The network's moments with δ and its noise in them; `variance` is that of `discrepancyVariance`. */
export function withDiscrepancy(
  moments: Moments,
  discrepancy: Discrepancy,
  variance: Float64Array,
  scaleSd: Float64Array,
): Moments {
  const m = scaleSd.length
  const open = openVariance(discrepancy, variance)
  const support = new Float64Array(variance.length)
  const epistemicVariance = moments.epistemicVariance.slice()
  const aleatoricVariance = moments.aleatoricVariance.slice()
  variance.forEach((v, i) => {
    const j = i % m
    const output = discrepancy.outputs[j]!
    const unit = scaleSd[j]! ** 2
    epistemicVariance[i]! += unit * open[i]!
    aleatoricVariance[i] = 0.5 * (aleatoricVariance[i]! + unit * output.amplitude * output.noise)
    support[i] = countFrom(output.heldOut, v)
  })
  return { mean: moments.mean, epistemicVariance, aleatoricVariance, support }
}

function anchorsAmong(observed: Int32Array, seed: number): Int32Array {
  if (observed.length <= MOST_ANCHORS) return observed
  const shuffled = randomStream(seed, 'discrepancy anchors').shuffle(Array.from(observed))
  return Int32Array.from(shuffled.slice(0, MOST_ANCHORS)).sort()
}

function factorAt(kernel: QuadraticKernel, surface: Surface, anchors: Float64Array): Float64Array {
  const count = anchors.length / kernel.width
  const values = new Float64Array(count * count)
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++)
      values[a * count + b] = kernelValue(similarity(kernel, anchors, a, anchors, b), surface.reach)
  const factor = factorOf(values, count, surface.noise)
  if (factor === null) throw new RangeError('the system of the discrepancy is not positive definite')
  return factor.data
}

/** Largest value of each group, ascending; of rows of a single group, each value, as calibration.ts counts them. */
function largestOfGroups(
  rows: Int32Array,
  groups: Int32Array,
  valueOf: (row: number) => number,
): Float64Array {
  const single = new Set(Array.from(rows, (row) => groups[row]!)).size < 2
  const largest = new Map<number, number>()
  for (const row of rows) {
    const key = single ? row : groups[row]!
    largest.set(key, Math.max(largest.get(key) ?? 0, valueOf(row)))
  }
  return Float64Array.from(largest.values()).sort()
}

/** How many entries of an ascending list are `least` or more. */
function countFrom(ascending: Float64Array, least: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < least) low = middle + 1
    else high = middle
  }
  return ascending.length - low
}

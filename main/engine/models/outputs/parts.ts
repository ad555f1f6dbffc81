import type { ModelKind } from '../../../contract/index.ts'
import { cholesky, matrix, randomStream, type RandomStream } from '../../math/index.ts'
import { emptyMoments } from '../moments.ts'
import type { Moments, OutputColumn, Predictor, Sample } from '../types.ts'
import type { GroupCoordinates } from './coordinates.ts'
import { sharesAt } from './coordinates.ts'
import { derivedOf } from './histogram.ts'
import { linkOf, type Link } from './support.ts'

/** Antithetic pairs of draws by which a distribution of coordinates becomes one of parts. */
const PAIRS = 100
/** Smallest predictive standard deviation of a part or derived quantity, in units of its link. */
const SD_FLOOR = 0.01

/** What turns predictions of coordinates into predictions of parts: plain data. */
export interface PartsState {
  readonly outputs: readonly OutputColumn[]
  readonly alone: number
  readonly groups: readonly GroupCoordinates[]
  /** Of each kind and group: lower factor of the correlation of the noise of its coordinates, kept x kept. */
  readonly correlations: readonly { readonly kind: ModelKind; readonly factors: readonly Float64Array[] }[]
  readonly seed: number
}

/** Of one kind: what the draws of the parts take beside the moments of the coordinates. */
type Factors = readonly Float64Array[]

/**
 * Lower Cholesky factor of the correlation of held-out residuals of each group's coordinates, drawn in towards
 * independence by as many groups of rows as there are coordinates. Coordinates are fitted as outputs with noise of their own; a part
 * depends on all of them, so its width depends on how they err together.
 */
export function correlationFactors(
  latent: Sample,
  outOfFold: Moments,
  alone: number,
  groups: readonly GroupCoordinates[],
): Factors {
  const m = latent.outputs.length
  const independent = new Set(latent.groups).size
  let first = alone
  return groups.map(({ kept }) => {
    const at = first
    first += kept
    const c = new Float64Array(kept * kept)
    for (let i = 0; i < latent.n; i++) {
      const r = Float64Array.from({ length: kept }, (_, k) => {
        const cell = i * m + at + k
        const variance = outOfFold.epistemicVariance[cell]! + outOfFold.aleatoricVariance[cell]!
        return (latent.y[cell]! - outOfFold.mean[cell]!) / Math.sqrt(variance)
      })
      if (!r.every(Number.isFinite)) continue
      for (let a = 0; a < kept; a++) for (let b = 0; b < kept; b++) c[a * kept + b]! += r[a]! * r[b]!
    }
    const strength = independent / (independent + kept)
    const correlation = c.map((v, i) => {
      const a = Math.floor(i / kept)
      const b = i % kept
      if (a === b) return 1
      const scale = Math.sqrt(c[a * kept + a]! * c[b * kept + b]!)
      return scale > 0 ? (strength * v) / scale : 0
    })
    return cholesky(matrix(kept, kept, correlation))?.data ?? identity(kept)
  })
}

function identity(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0))
}

/** Standard normal draws of a group's coordinates, 2·PAIRS x (D − 1): antithetic, of unit variance, kept ones correlated. */
function drawsOf({ whole, kept }: GroupCoordinates, factor: Float64Array, seed: number): Float64Array[] {
  const d = whole.parts - 1
  const stream: RandomStream = randomStream(seed, `parts of ${whole.name}`)
  const half = Array.from({ length: PAIRS }, () => Float64Array.from({ length: d }, () => stream.normal()))
  for (let k = 0; k < d; k++) {
    const rms = Math.sqrt(half.reduce((sum, z) => sum + z[k]! ** 2, 0) / PAIRS)
    for (const z of half) z[k]! /= rms
  }
  const correlated = half.map((z) =>
    z.map((v, k) => {
      if (k >= kept) return v
      let sum = 0
      for (let l = 0; l <= k; l++) sum += factor[k * kept + l]! * z[l]!
      return sum
    }),
  )
  return correlated.flatMap((z) => [z, z.map((v) => -v)])
}

/** Parts and derived quantities of one place along the axes, in the latent units of their links. */
function statedAt(group: GroupCoordinates, links: readonly Link[], place: ArrayLike<number>): Float64Array {
  const { whole, axes } = group
  const shares = sharesAt(axes, place)
  const values = Float64Array.from(shares, (p, j) => links[whole.first + j]!.toLatent(whole.total * p))
  if (whole.edges === null) return values
  const derived = derivedOf(shares, whole.edges)
  return Float64Array.from([
    ...values,
    ...derived.map((v, q) => links[whole.first + whole.parts + q]!.toLatent(v)),
  ])
}

/**
 * Moments of all outputs (n x m, latent units of their links) from those of the outputs alone and the coordinates:
 * coordinates are drawn with their correlation, carried to parts, and mean and standard deviation taken there. Draws of the
 * epistemic part alone give its variance; the rest, with the axes that are not modelled, is aleatoric.
 */
export function statedMoments(state: PartsState, factors: Factors, latent: Moments, n: number): Moments {
  const { outputs, alone, groups, seed } = state
  const m = outputs.length
  const width = alone + groups.reduce((sum, { kept }) => sum + kept, 0)
  const links = outputs.map(({ support }) => linkOf(support))
  const out = emptyMoments(n * m)
  const support = latent.support === undefined ? null : new Float64Array(n * m)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < alone; j++) {
      out.mean[i * m + j] = latent.mean[i * width + j]!
      out.epistemicVariance[i * m + j] = latent.epistemicVariance[i * width + j]!
      out.aleatoricVariance[i * m + j] = latent.aleatoricVariance[i * width + j]!
      if (support !== null) support[i * m + j] = latent.support![i * width + j]!
    }
  let first = alone
  groups.forEach((group, g) => {
    const { whole, axes, kept } = group
    const size = whole.parts + whole.derived
    const draws = drawsOf(group, factors[g]!, seed)
    const place = new Float64Array(whole.parts - 1)
    for (let i = 0; i < n; i++) {
      const at = i * width + first
      if (Number.isNaN(latent.mean[at]!)) continue
      const total = spread(draws, size, (z) => {
        for (let k = 0; k < place.length; k++) {
          const noise = latent.epistemicVariance[at + k]! + latent.aleatoricVariance[at + k]!
          place[k] =
            k < kept ? latent.mean[at + k]! + Math.sqrt(noise) * z[k]! : Math.sqrt(axes.variance[k]!) * z[k]!
        }
        return statedAt(group, links, place)
      })
      const epistemic = spread(draws, size, (z) => {
        for (let k = 0; k < place.length; k++)
          place[k] =
            k < kept ? latent.mean[at + k]! + Math.sqrt(latent.epistemicVariance[at + k]!) * z[k]! : 0
        return statedAt(group, links, place)
      })
      for (let q = 0; q < size; q++) {
        const cell = i * m + whole.first + q
        const variance = Math.max(SD_FLOOR ** 2, total.variance[q]!)
        out.mean[cell] = total.mean[q]!
        out.epistemicVariance[cell] = Math.min(variance, epistemic.variance[q]!)
        out.aleatoricVariance[cell] = variance - out.epistemicVariance[cell]
        if (support !== null)
          support[cell] = latent.support!.subarray(at, at + kept).reduce((a, b) => Math.min(a, b), Infinity)
      }
    }
    first += kept
  })
  return { ...out, ...(support === null ? {} : { support }) }
}

function spread(
  draws: readonly Float64Array[],
  size: number,
  valuesOf: (z: Float64Array) => Float64Array,
): { mean: Float64Array; variance: Float64Array } {
  const sum = new Float64Array(size)
  const all = draws.map((z) => {
    const values = valuesOf(z)
    for (let q = 0; q < size; q++) sum[q]! += values[q]!
    return values
  })
  const mean = sum.map((v) => v / draws.length)
  const variance = new Float64Array(size)
  for (const values of all)
    for (let q = 0; q < size; q++) variance[q]! += (values[q]! - mean[q]!) ** 2 / draws.length
  return { mean, variance }
}

/** The predictor of all outputs behind that of the outputs alone and the coordinates. */
export function statedPredictor(state: PartsState, kind: ModelKind, latent: Predictor): Predictor {
  const { outputs, alone, groups } = state
  const m = outputs.length
  const links = outputs.map(({ support }) => linkOf(support))
  const factors = state.correlations.find((entry) => entry.kind === kind)?.factors
  if (factors === undefined) throw new Error(`the parts were not fitted with the kind ${kind}`)
  return {
    moments: (x, n) => statedMoments(state, factors, latent.moments(x, n), n),
    drawMeans(x, n, count) {
      const drawn = latent.drawMeans(x, n, count)
      const width = drawn.length / (count * n)
      const out = new Float64Array(count * n * m)
      for (let row = 0; row < count * n; row++) {
        for (let j = 0; j < alone; j++) out[row * m + j] = drawn[row * width + j]!
        let first = row * width + alone
        for (const group of groups) {
          const place = new Float64Array(group.whole.parts - 1)
          place.set(drawn.subarray(first, first + group.kept))
          out.set(statedAt(group, links, place), row * m + group.whole.first)
          first += group.kept
        }
      }
      return out
    },
  }
}

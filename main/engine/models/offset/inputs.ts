import { mean } from '../../math/index.ts'
import { featuresOf, physicsFeatures } from '../physics/features/features.ts'
import type { FeatureRecipe } from '../physics/features/features.ts'
import type { FeatureItem } from '../physics/features/items.ts'
import type { Sample } from '../types.ts'

/** Inputs that vary inside groups, standardised by how they vary there: plain data. */
export interface OffsetInputs {
  readonly recipe: FeatureRecipe
  /** Columns chosen of the raw inputs followed by the derived ones. */
  readonly columns: readonly {
    readonly at: number
    readonly name: string
    readonly centre: number
    readonly scale: number
  }[]
}

const MOST_COLUMNS = 3
/** A column counts as internal when this share of its variance lies inside groups; two may go together this far. */
const LEAST_INSIDE = 0.1
const MOST_TOGETHER = 0.8
/** Standardised values stay within these, so that a slope is not carried far beyond what groups showed. */
const WIDEST = 4

/** Derived columns of one quantity; mixtures of several (Larson–Miller, pinning) go with these. */
const plain = new Set<FeatureItem['kind']>([
  'inverseTemperature',
  'lnTime',
  'lnSize',
  'inverseRootSize',
  'lnRate',
  'lnZener',
  'profile',
])

/**
 * At most three inputs over which rows of one group differ, for the slopes of an offset: derived physics (1/T, ln t, ln D0)
 * before raw numbers, and none that goes with one taken before it. Chosen by inputs alone, never by targets.
 */
export function offsetInputs(sample: Sample): OffsetInputs {
  const features = physicsFeatures(sample)
  const derived = features.apply(sample.x, sample.n)
  const d = sample.inputs.length
  const f = features.columns.length
  const chosen: { at: number; name: string; centre: number; scale: number; inside: Float64Array }[] = []
  const candidates = [
    ...features.recipe.derived.flatMap(({ name, item }, j) =>
      plain.has(item.kind) ? [{ at: d + j, name, values: column(derived, f, j) }] : [],
    ),
    ...sample.inputs.flatMap((c, j) =>
      c.levels === null ? [{ at: j, name: c.name, values: column(sample.x, d, j) }] : [],
    ),
  ]
  for (const { at, name, values } of candidates) {
    if (chosen.length === MOST_COLUMNS) break
    const spread = spreadInside(values, sample.groups)
    if (spread === null || spread.share < LEAST_INSIDE) continue
    if (chosen.some((c) => together(c.inside, spread.inside) > MOST_TOGETHER)) continue
    chosen.push({ at, name, centre: spread.centre, scale: spread.scale, inside: spread.inside })
  }
  return {
    recipe: features.recipe,
    columns: chosen.map(({ at, name, centre, scale }) => ({ at, name, centre, scale })),
  }
}

/** Standardised group-internal inputs of n rows of raw inputs, n x columns.length; NaN where missing. */
export function applyOffsetInputs(
  { recipe, columns }: OffsetInputs,
  x: Float64Array,
  n: number,
): Float64Array {
  const d = recipe.width
  const f = recipe.derived.length
  const derived = featuresOf(recipe).apply(x, n)
  const out = new Float64Array(n * columns.length)
  for (let i = 0; i < n; i++)
    columns.forEach(({ at, centre, scale }, j) => {
      const raw = at < d ? x[i * d + at]! : derived[i * f + at - d]!
      out[i * columns.length + j] = Math.max(-WIDEST, Math.min(WIDEST, (raw - centre) / scale))
    })
  return out
}

function column(x: Float64Array, width: number, j: number): Float64Array {
  return Float64Array.from({ length: x.length / width }, (_, i) => x[i * width + j]!)
}

/** Deviations from the mean of each group (0 where missing), their sd, and their share of the whole variance. */
function spreadInside(
  values: Float64Array,
  groups: Int32Array,
): { centre: number; scale: number; share: number; inside: Float64Array } | null {
  const sums = new Map<number, { sum: number; count: number }>()
  const known: number[] = []
  values.forEach((v, i) => {
    if (!Number.isFinite(v)) return
    known.push(v)
    const s = sums.get(groups[i]!) ?? { sum: 0, count: 0 }
    s.sum += v
    s.count++
    sums.set(groups[i]!, s)
  })
  if (known.length < 3) return null
  const centre = mean(known)
  const inside = values.map((v, i) => {
    const s = sums.get(groups[i]!)
    return Number.isFinite(v) && s !== undefined ? v - s.sum / s.count : 0
  })
  const squares = inside.reduce((sum, v) => sum + v * v, 0)
  const whole = known.reduce((sum, v) => sum + (v - centre) ** 2, 0)
  const freedom = known.length - sums.size
  if (!(whole > 1e-20) || freedom < 2 || !(squares > 1e-12 * whole)) return null
  return { centre, scale: Math.sqrt(squares / freedom), share: squares / whole, inside }
}

/** |correlation| of two columns inside groups. */
function together(a: Float64Array, b: Float64Array): number {
  let ab = 0
  let aa = 0
  let bb = 0
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!
    aa += a[i]! * a[i]!
    bb += b[i]! * b[i]!
  }
  return Math.abs(ab) / Math.sqrt(aa * bb)
}

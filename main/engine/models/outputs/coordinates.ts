import type { OutputColumn, Sample, Whole } from '../types.ts'
import { drawnIn, fromIlr, ilr, letOut } from './composition.ts'
import { principalAxes, type PrincipalAxes } from './principal-axes.ts'
import { linkOf } from './support.ts'

/** Most coordinates of a group that are modelled; the rest of a long histogram is noise about its mean shape. */
const MOST_AXES = 8
/** Share of the variance that may be left to that noise. */
const LEFT_OVER = 0.005

/** The log-ratio coordinates of a group as they are modelled: plain data. The first `kept` axes are outputs of their own. */
export interface GroupCoordinates {
  readonly whole: Whole
  readonly axes: PrincipalAxes
  readonly kept: number
}

/** Outputs before the first group: they are modelled as they are. */
export function aloneCount(sample: Sample): number {
  return sample.wholes?.[0]?.first ?? sample.outputs.length
}

/**
 * The sample with each group as coordinates along the principal axes of its isometric log-ratios over these rows, which
 * stand after the outputs that are alone. Targets are in the latent units of their links on both sides.
 */
export function coordinateSample(sample: Sample): { sample: Sample; groups: GroupCoordinates[] } {
  const { n, y, outputs } = sample
  const m = outputs.length
  const alone = aloneCount(sample)
  const links = outputs.map(({ support }) => linkOf(support))
  const groups = (sample.wholes ?? []).map((whole) => {
    const { total, first, parts } = whole
    const points = Array.from({ length: n }, (_, i) => {
      const shares = Array.from({ length: parts }, (_part, j) => {
        const at = first + j
        return links[at]!.fromLatent(y[i * m + at]!) / total
      })
      return shares.some(Number.isNaN) ? null : ilr(drawnIn(shares))
    })
    const seen = points.filter((point) => point !== null)
    const axes = principalAxes(seen, parts - 1)
    return { whole, axes, kept: keptAxes(axes.variance), points }
  })
  const columns = groups.flatMap(({ whole, axes, kept, points }) =>
    Array.from({ length: kept }, (_, k) => ({
      output: { name: `${whole.name} coordinate ${k + 1}`, unit: '1' } satisfies OutputColumn,
      values: points.map((point) => (point === null ? Number.NaN : along(axes, k, point))),
    })),
  )
  const width = alone + columns.length
  const latent = new Float64Array(n * width)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < alone; j++) latent[i * width + j] = y[i * m + j]!
    columns.forEach(({ values }, k) => (latent[i * width + alone + k] = values[i]!))
  }
  const { wholes: _wholes, ...rest } = sample
  return {
    sample: { ...rest, outputs: [...outputs.slice(0, alone), ...columns.map((c) => c.output)], y: latent },
    groups: groups.map(({ whole, axes, kept }) => ({ whole, axes, kept })),
  }
}

/** At least one axis, at most `MOST_AXES`, none without variance. */
function keptAxes(variance: Float64Array): number {
  const total = variance.reduce((a, b) => a + b, 0)
  let left = total
  let kept = 0
  while (kept < Math.min(MOST_AXES, variance.length) && (kept === 0 || left > LEFT_OVER * total))
    left -= variance[kept++]!
  return kept
}

function along({ centre, axes }: PrincipalAxes, k: number, point: Float64Array): number {
  const d = centre.length
  let sum = 0
  for (let j = 0; j < d; j++) sum += axes[k * d + j]! * (point[j]! - centre[j]!)
  return sum
}

/** Shares (D, sum 1) at a place along the axes (D − 1). */
export function sharesAt({ centre, axes }: PrincipalAxes, place: ArrayLike<number>): Float64Array {
  const d = centre.length
  const point = centre.slice()
  for (let k = 0; k < d; k++) {
    const v = place[k]!
    if (v !== 0) for (let j = 0; j < d; j++) point[j]! += v * axes[k * d + j]!
  }
  return letOut(fromIlr(point))
}

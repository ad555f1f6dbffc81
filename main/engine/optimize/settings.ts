import type { Score } from './search.ts'
import { pointOfRow, snapRow, type DesignSpace } from './space.ts'

/** How many steps neighbouring settings lie from the rounded one, nearest first. */
const rings = [1, 2, 4, 8, 16, 32]

/**
 * The row at settings a person can dial in. Where the rounded row scores `least` or less (it doubles a candidate, or
 * rounding took it across a limit) the best-scored neighbouring setting of the nearest ring that scores above `least`
 * is taken, one or two columns moved. Null when no ring has one.
 */
export function settableRow(
  space: DesignSpace,
  row: Float64Array,
  score: Score,
  least: number,
): Float64Array | null {
  const rounded = snapRow(space, row)
  if (score(pointOfRow(space, rounded), 1)[0]! > least) return rounded
  const q = space.varied.length
  for (const ring of rings) {
    const rows = moves(q, ring).map((steps) => {
      const moved = rounded.slice()
      space.varied.forEach(({ index, step }, k) => (moved[index]! += steps[k]! * step))
      return snapRow(space, moved)
    })
    const points = Float64Array.from(rows.flatMap((r) => [...pointOfRow(space, r)]))
    const scores = score(points, rows.length)
    let best = -1
    scores.forEach((value, i) => {
      if (value > least && (best < 0 || value > scores[best]!)) best = i
    })
    if (best >= 0) return rows[best]!
  }
  return null
}

/** Steps of each column: one column moved up or down by `ring`, or two. */
function moves(q: number, ring: number): number[][] {
  const out: number[][] = []
  const zero = new Array<number>(q).fill(0)
  for (let a = 0; a < q; a++)
    for (const up of [ring, -ring]) {
      out.push(zero.with(a, up))
      for (let b = a + 1; b < q; b++)
        for (const other of [ring, -ring]) out.push(zero.with(a, up).with(b, other))
    }
  return out
}

type Point = readonly [number, number]

const turn = (a: Point, b: Point, c: Point) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

/** The outer hull of an outline whose rows ascend, the second coordinate pointing outwards (Andrew's monotone chain). */
function outerHull(points: readonly Point[]): Point[] {
  const hull: Point[] = []
  for (const point of points) {
    while (hull.length >= 2 && turn(hull[hull.length - 2]!, hull[hull.length - 1]!, point) >= 0) hull.pop()
    hull.push(point)
  }
  return hull
}

/** Adds a corner; of two on one line between rows the outer one stays. */
function addCorner(outline: Point[], row: number, outward: number): void {
  const last = outline[outline.length - 1]
  if (last?.[0] !== row) outline.push([row, outward])
  else if (outward > last[1]) outline[outline.length - 1] = [row, outward]
}

/**
 * Largest distance between two points of an object, from corner to corner of its pixels as ImageJ measures it
 * (ISO 9276-6 maximum Feret diameter); on a disc up to 1 px more than the diameter.
 * `spans`: [row, first column, last column] of each row, rows ascending; pixel sides in the wanted unit.
 */
export function feretMax(spans: Int32Array, pixelRow: number, pixelCol: number): number {
  const left: Point[] = []
  const right: Point[] = []
  for (let k = 0; k < spans.length; k += 3) {
    for (const edge of [spans[k]!, spans[k]! + 1]) {
      addCorner(left, edge * pixelRow, -spans[k + 1]! * pixelCol)
      addCorner(right, edge * pixelRow, (spans[k + 2]! + 1) * pixelCol)
    }
  }
  const hull = [...outerHull(right), ...outerHull(left).map(([row, outward]): Point => [row, -outward])]
  let longest = 0
  for (let i = 0; i < hull.length; i++)
    for (let j = i + 1; j < hull.length; j++) {
      const square = (hull[i]![0] - hull[j]![0]) ** 2 + (hull[i]![1] - hull[j]![1]) ** 2
      if (square > longest) longest = square
    }
  return Math.sqrt(longest)
}

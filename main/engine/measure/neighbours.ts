export interface Neighbours {
  /** Distance to the nearest other point, in the unit of the coordinates; NaN when there is no other. */
  readonly distance: Float64Array
  /** That point, −1 when there is no other. */
  readonly index: Int32Array
}

/**
 * The nearest other point of each point.
 * A grid of about one point a cell keeps it linear for patterns without extreme clusters.
 */
export function nearestNeighbours(x: Float64Array, y: Float64Array): Neighbours {
  const n = x.length
  const distance = new Float64Array(n).fill(Number.NaN)
  const index = new Int32Array(n).fill(-1)
  if (n < 2) return { distance, index }
  const low = [Infinity, Infinity]
  const high = [-Infinity, -Infinity]
  for (let i = 0; i < n; i++) {
    low[0] = Math.min(low[0]!, x[i]!)
    low[1] = Math.min(low[1]!, y[i]!)
    high[0] = Math.max(high[0]!, x[i]!)
    high[1] = Math.max(high[1]!, y[i]!)
  }
  const spanX = high[0]! - low[0]!
  const spanY = high[1]! - low[1]!
  const cell = Math.max(Math.sqrt((spanX * spanY) / n), Math.max(spanX, spanY) / n) || 1
  const cellsX = Math.floor(spanX / cell) + 1
  const cellsY = Math.floor(spanY / cell) + 1
  const cells: number[][] = Array.from({ length: cellsX * cellsY }, () => [])
  const cellX = (i: number) => Math.min(cellsX - 1, Math.floor((x[i]! - low[0]!) / cell))
  const cellY = (i: number) => Math.min(cellsY - 1, Math.floor((y[i]! - low[1]!) / cell))
  for (let i = 0; i < n; i++) cells[cellY(i) * cellsX + cellX(i)]!.push(i)
  for (let i = 0; i < n; i++) {
    let best = Infinity
    for (let ring = 0; ring <= Math.max(cellsX, cellsY); ring++) {
      // Every point of a farther ring is at least (ring − 1) cells away.
      if ((ring - 1) * cell > 0 && ((ring - 1) * cell) ** 2 > best) break
      for (let cy = cellY(i) - ring; cy <= cellY(i) + ring; cy++) {
        if (cy < 0 || cy >= cellsY) continue
        const isEnd = Math.abs(cy - cellY(i)) === ring
        for (let cx = cellX(i) - ring; cx <= cellX(i) + ring; cx += isEnd || ring === 0 ? 1 : 2 * ring) {
          if (cx < 0 || cx >= cellsX) continue
          for (const j of cells[cy * cellsX + cx]!) {
            if (j === i) continue
            const square = (x[i]! - x[j]!) ** 2 + (y[i]! - y[j]!) ** 2
            if (square >= best) continue
            best = square
            index[i] = j
          }
        }
      }
    }
    distance[i] = Math.sqrt(best)
  }
  return { distance, index }
}

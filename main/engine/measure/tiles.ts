/** Tiles along the shorter side: 4 × 4 = 16 at least. */
const shortSide = 4
/** A tile narrower than this holds too little to stand for the field. */
const leastTilePx = 8

export interface TileGrid {
  readonly down: number
  readonly across: number
}

/**
 * Quadrats of nearly square shape that cover the field, four along its shorter side; the grid turns with the field.
 * Null when the field is too small for 16 tiles.
 */
export function tileGrid(rows: number, cols: number): TileGrid | null {
  const shorter = Math.min(rows, cols)
  if (shorter < shortSide * leastTilePx) return null
  const longSide = Math.round((shortSide * Math.max(rows, cols)) / shorter)
  return rows <= cols ? { down: shortSide, across: longSide } : { down: longSide, across: shortSide }
}

/** Tile of a pixel coordinate along one side. */
export function tileOf(position: number, length: number, tiles: number): number {
  return Math.min(tiles - 1, Math.max(0, Math.floor((position * tiles) / length)))
}

/** Area fraction of labels > 0 in each tile. */
export function tileFractions(labels: Int32Array, rows: number, cols: number, grid: TileGrid): Float64Array {
  const covered = new Float64Array(grid.down * grid.across)
  const area = new Float64Array(grid.down * grid.across)
  const tileOfCol = Int32Array.from({ length: cols }, (_, col) => tileOf(col, cols, grid.across))
  for (let row = 0, i = 0; row < rows; row++) {
    const start = tileOf(row, rows, grid.down) * grid.across
    for (let col = 0; col < cols; col++, i++) {
      const tile = start + tileOfCol[col]!
      area[tile]!++
      if (labels[i] !== 0) covered[tile]!++
    }
  }
  return covered.map((count, tile) => count / area[tile]!)
}

import type { Progress } from '../dataset/table.ts'
import { renumber } from './components.ts'
import { squaredDistance } from './distance.ts'

/** Phase pixels from the highest to the lowest distance, equal ones in raster order. */
function pixelsByDistance(squared: Float64Array): Int32Array {
  const pixels: number[] = []
  let highest = 0
  for (let i = 0; i < squared.length; i++) {
    if (squared[i]! <= 0) continue
    pixels.push(i)
    if (squared[i]! > highest && squared[i]! < Infinity) highest = squared[i]!
  }
  // Squared distances are whole numbers, so that a counting sort is exact.
  const starts = new Int32Array(highest + 3)
  const level = (i: number) => (squared[i]! > highest ? 0 : highest + 1 - squared[i]!)
  for (const i of pixels) starts[level(i) + 1]!++
  for (let k = 1; k < starts.length; k++) starts[k]! += starts[k - 1]!
  const ordered = new Int32Array(pixels.length)
  for (const i of pixels) ordered[starts[level(i)]!++] = i
  return ordered
}

/**
 * Splits touching objects at their necks: watershed of the Euclidean distance transform (Vincent & Soille, IEEE
 * Trans. PAMI 13, 583, 1991), flooded from the peaks down. A peak keeps its own basin when it stands at least
 * `depthPx` above the pass to a higher peak (its dynamics, as h-maxima keep it); shallower ones join the higher
 * basin. No pixel of the phase is lost to a dividing line. Labels are changed in place; gives the count.
 */
export function splitTouching(
  labels: Int32Array,
  rows: number,
  cols: number,
  depthPx: number,
  progress: Progress,
): number {
  const squared = squaredDistance(labels, rows, cols, progress)
  const basin = new Int32Array(labels.length)
  const parent: number[] = [0]
  const peak: number[] = [0]
  const find = (a: number): number => {
    let root = a
    while (parent[root]! !== root) root = parent[root]!
    while (parent[a]! !== root) {
      const next = parent[a]!
      parent[a] = root
      a = next
    }
    return root
  }
  const ordered = pixelsByDistance(squared)
  for (let k = 0; k < ordered.length; k++) {
    if (k % 65_536 === 0) progress.check()
    const i = ordered[k]!
    const row = Math.floor(i / cols)
    const col = i - row * cols
    const distance = Math.sqrt(squared[i]!)
    let owner = 0
    let ownerDistance = -1
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
      for (let c = Math.max(0, col - 1); c <= Math.min(cols - 1, col + 1); c++) {
        const j = r * cols + c
        if (basin[j] === 0) continue
        const other = find(basin[j]!)
        if (owner === 0) {
          owner = other
          ownerDistance = squared[j]!
          continue
        }
        if (other === owner) {
          ownerDistance = Math.max(ownerDistance, squared[j]!)
          continue
        }
        const [higher, lower] = peak[owner]! >= peak[other]! ? [owner, other] : [other, owner]
        const rise = peak[lower]! - distance
        if (rise < depthPx || rise === 0) {
          parent[lower] = higher
          owner = higher
          ownerDistance = Math.max(ownerDistance, squared[j]!)
        } else if (squared[j]! > ownerDistance) {
          // On a lasting divide the pixel goes up the steeper side.
          owner = other
          ownerDistance = squared[j]!
        }
      }
    }
    if (owner === 0) {
      owner = parent.length
      parent.push(owner)
      peak.push(distance)
    }
    basin[i] = owner
  }
  for (let i = 0; i < labels.length; i++) labels[i] = basin[i] === 0 ? 0 : find(basin[i]!)
  return renumber(labels, parent.length - 1)
}

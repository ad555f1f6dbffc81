import type { Named } from './histogram.ts'
import type { Picture } from './picture.ts'

const LEVELS = 16
const DISTANCES = [1, 2, 4, 8]
const DIRECTIONS = [
  [0, 1],
  [1, 0],
  [1, 1],
  [1, -1],
] as const

/**
 * Contrast, homogeneity, energy and correlation of the symmetric grey-level co-occurrence matrix (Haralick, Shanmugam &
 * Dinstein 1973) over 16 equal steps of the picture's own range, averaged over four directions, at 1, 2, 4 and 8 px.
 */
export function coOccurrenceDescriptors(picture: Picture): Named[] {
  const level = quantise(picture.grey)
  return DISTANCES.flatMap((distance) => {
    const sums = [0, 0, 0, 0]
    for (const [down, across] of DIRECTIONS) {
      const found = statistics(matrixOf(picture, level, down * distance, across * distance))
      found.forEach((value, i) => (sums[i]! += value / DIRECTIONS.length))
    }
    return ['contrast', 'homogeneity', 'energy', 'correlation'].map((name, i): Named => [
      `${name} at ${distance} px`,
      sums[i]!,
    ])
  })
}

function quantise(grey: Float32Array): Uint8Array {
  let low = Infinity
  let high = -Infinity
  for (const v of grey) {
    low = Math.min(low, v)
    high = Math.max(high, v)
  }
  const scale = high > low ? LEVELS / (high - low) : 0
  return Uint8Array.from(grey, (v) => Math.min(LEVELS - 1, Math.floor((v - low) * scale)))
}

function matrixOf({ rows, columns }: Picture, level: Uint8Array, down: number, across: number): Float64Array {
  const counts = new Float64Array(LEVELS * LEVELS)
  let total = 0
  for (let r = 0; r + down < rows; r++)
    for (let c = Math.max(0, -across); c + Math.max(0, across) < columns; c++) {
      const a = level[r * columns + c]!
      const b = level[(r + down) * columns + c + across]!
      counts[a * LEVELS + b]!++
      counts[b * LEVELS + a]!++
      total += 2
    }
  return total === 0 ? counts : counts.map((count) => count / total)
}

function statistics(p: Float64Array): number[] {
  let mean = 0
  let square = 0
  let product = 0
  let contrast = 0
  let homogeneity = 0
  let energy = 0
  for (let a = 0; a < LEVELS; a++)
    for (let b = 0; b < LEVELS; b++) {
      const share = p[a * LEVELS + b]!
      mean += share * a
      square += share * a * a
      product += share * a * b
      contrast += share * (a - b) ** 2
      homogeneity += share / (1 + (a - b) ** 2)
      energy += share * share
    }
  const variance = square - mean * mean
  return [contrast, homogeneity, energy, variance > 1e-12 ? (product - mean * mean) / variance : 1]
}

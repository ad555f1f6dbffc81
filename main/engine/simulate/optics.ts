import type { RandomStream } from '../math/index.ts'

/** Gaussian blur in place, edges replicated. image: rows x cols. */
export function blur(image: Float32Array, rows: number, cols: number, sigmaPx: number): void {
  const half = Math.max(1, Math.ceil(3 * sigmaPx))
  const kernel = Float64Array.from({ length: 2 * half + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - half) / sigmaPx) ** 2),
  )
  const sum = kernel.reduce((a, b) => a + b, 0)
  for (let i = 0; i < kernel.length; i++) kernel[i]! /= sum
  const line = new Float64Array(Math.max(rows, cols) + 2 * half)
  const pass = (count: number, stride: number, start: number): void => {
    for (let i = 0; i < count + 2 * half; i++) {
      const at = Math.min(count - 1, Math.max(0, i - half))
      line[i] = image[start + at * stride]!
    }
    for (let i = 0; i < count; i++) {
      let value = 0
      for (let k = 0; k < kernel.length; k++) value += kernel[k]! * line[i + k]!
      image[start + i * stride] = value
    }
  }
  for (let r = 0; r < rows; r++) pass(cols, 1, r * cols)
  for (let c = 0; c < cols; c++) pass(rows, cols, c)
}

/** Smooth field of mean 0 and about unit variance: a few random plane waves of at least `shortestPx`. */
export function mottle(
  rows: number,
  cols: number,
  shortestPx: number,
  random: RandomStream,
): (row: number, col: number) => number {
  const waves = Array.from({ length: 5 }, () => {
    const length = shortestPx * (1 + 2 * random.uniform())
    const direction = 2 * Math.PI * random.uniform()
    const k = (2 * Math.PI) / length
    return { kr: k * Math.sin(direction), kc: k * Math.cos(direction), phase: 2 * Math.PI * random.uniform() }
  })
  // Tables of one-dimensional phases: cos(a + b) from sums, so that a pixel costs no cosine.
  const tables = waves.map(({ kr, kc, phase }) => ({
    cosR: Float64Array.from({ length: rows }, (_, r) => Math.cos(kr * r + phase)),
    sinR: Float64Array.from({ length: rows }, (_, r) => Math.sin(kr * r + phase)),
    cosC: Float64Array.from({ length: cols }, (_, c) => Math.cos(kc * c)),
    sinC: Float64Array.from({ length: cols }, (_, c) => Math.sin(kc * c)),
  }))
  const scale = Math.sqrt(2 / waves.length)
  return (row, col) => {
    let sum = 0
    for (const t of tables) sum += t.cosR[row]! * t.cosC[col]! - t.sinR[row]! * t.sinC[col]!
    return scale * sum
  }
}

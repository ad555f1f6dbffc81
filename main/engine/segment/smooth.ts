import type { Progress } from '../dataset/table.ts'

/** Index mirrored into 0..n−1 about the pixel edges (… 1 0 | 0 1 …), so that no border is darker than its neighbourhood. */
function mirror(i: number, n: number): number {
  const period = 2 * n
  const k = ((i % period) + period) % period
  return k < n ? k : period - 1 - k
}

function gaussianWeights(sigmaPx: number): Float64Array {
  const radius = Math.max(1, Math.ceil(4 * sigmaPx))
  const weights = new Float64Array(2 * radius + 1)
  let sum = 0
  for (let k = -radius; k <= radius; k++) sum += weights[k + radius] = Math.exp(-0.5 * (k / sigmaPx) ** 2)
  return weights.map((weight) => weight / sum)
}

/**
 * Gaussian of standard deviation `sigmaPx`, rows × cols in C order; separable, cut at 4 σ, edges mirrored.
 * σ = 0 gives the values as they are.
 */
export function gaussian(
  values: Float32Array,
  rows: number,
  cols: number,
  sigmaPx: number,
  progress: Progress,
): Float32Array {
  if (sigmaPx <= 0) return values.slice()
  const weights = gaussianWeights(sigmaPx)
  const radius = (weights.length - 1) / 2
  const half = new Float32Array(values.length)
  const padded = new Float64Array(cols + 2 * radius)
  for (let row = 0; row < rows; row++) {
    if (row % 64 === 0) progress.check()
    for (let k = 0; k < padded.length; k++) padded[k] = values[row * cols + mirror(k - radius, cols)]!
    for (let col = 0; col < cols; col++) {
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * padded[col + k]!
      half[row * cols + col] = sum
    }
  }
  const out = new Float32Array(values.length)
  const line = new Float64Array(cols)
  for (let row = 0; row < rows; row++) {
    if (row % 64 === 0) progress.check()
    line.fill(0)
    for (let k = 0; k < weights.length; k++) {
      const weight = weights[k]!
      const from = mirror(row + k - radius, rows) * cols
      for (let col = 0; col < cols; col++) line[col]! += weight * half[from + col]!
    }
    out.set(line, row * cols)
  }
  return out
}

/** Running mean over 2·radius + 1 values of one line, edges mirrored; `stride` steps through rows or columns. */
function boxLine(
  from: Float32Array,
  to: Float32Array,
  start: number,
  stride: number,
  n: number,
  radius: number,
) {
  const width = 2 * radius + 1
  let sum = 0
  for (let k = -radius; k <= radius; k++) sum += from[start + mirror(k, n) * stride]!
  for (let i = 0; i < n; i++) {
    to[start + i * stride] = sum / width
    sum += from[start + mirror(i + radius + 1, n) * stride]! - from[start + mirror(i - radius, n) * stride]!
  }
}

/** Radii of three running means whose variances add up to σ² as nearly as whole pixels allow (Wells 1986). */
function boxRadii(sigmaPx: number): number[] {
  const ideal = Math.sqrt(4 * sigmaPx ** 2 + 1)
  const narrow = Math.max(0, Math.floor((ideal - 1) / 2))
  const width = 2 * narrow + 1
  const narrowCount = Math.round((3 * width * width + 12 * width + 9 - 12 * sigmaPx ** 2) / (4 * width + 4))
  return [0, 1, 2].map((pass) => (pass < narrowCount ? narrow : narrow + 1))
}

/**
 * Very wide smoothing for a background estimate: three running means in each direction, so that the time does not
 * depend on σ.
 */
export function wideGaussian(
  values: Float32Array,
  rows: number,
  cols: number,
  sigmaPx: number,
  progress: Progress,
): Float32Array {
  const out = values.slice()
  const between = new Float32Array(values.length)
  for (const radius of boxRadii(sigmaPx)) {
    for (let row = 0; row < rows; row++) {
      if (row % 64 === 0) progress.check()
      boxLine(out, between, row * cols, 1, cols, radius)
    }
    for (let col = 0; col < cols; col++) {
      if (col % 64 === 0) progress.check()
      boxLine(between, out, col, cols, rows, radius)
    }
  }
  return out
}

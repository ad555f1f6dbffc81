import type { Walk } from './walk.ts'

/** Sums x along a walk of x (operand 0) and y (operand 1, stride 0 on summed axes); `total` is scratch of y's size. */
export function sumAlong(
  { runs, length, strides: [s = 0, t = 0], starts }: Walk,
  x: Float32Array,
  y: Float32Array,
  total: Float64Array,
): void {
  total.fill(0)
  for (let o = 0; o < runs; o++) {
    let p = starts[0]![o]!
    let q = starts[1]![o]!
    if (t === 0) {
      let sum = 0
      for (let i = 0; i < length; i++, p += s) sum += x[p]!
      total[q]! += sum
    } else for (let i = 0; i < length; i++, p += s, q += t) total[q]! += x[p]!
  }
  y.set(total)
}

/** Softmax, or its logarithm, of every row of `width` elements; the largest is taken off first. */
export function softmaxRows(x: Float32Array, y: Float32Array, width: number, logarithm: boolean): void {
  for (let row = 0; row < x.length; row += width) {
    let high = -Infinity
    for (let i = row; i < row + width; i++) if (!(x[i]! <= high)) high = x[i]!
    let sum = 0
    for (let i = row; i < row + width; i++) sum += Math.exp(x[i]! - high)
    const log = high + Math.log(sum)
    for (let i = row; i < row + width; i++) y[i] = logarithm ? x[i]! - log : Math.exp(x[i]! - high) / sum
  }
}

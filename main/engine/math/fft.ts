/** Transforms of one grid size, in place on a complex field held as two arrays, rows x cols in C order. */
export interface Fft2 {
  readonly rows: number
  readonly cols: number
  /** X[k] = Σ x[n] exp(−2πi k·n/N) over both axes, not normalised. */
  forward(re: Float64Array, im: Float64Array): void
  /** Reverse of `forward`, divided by rows·cols. */
  inverse(re: Float64Array, im: Float64Array): void
}

export function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(n) && n > 0 && Number.isInteger(Math.log2(n))
}

export function nextPowerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, n)))
}

interface Twiddles {
  readonly cos: Float64Array
  readonly sin: Float64Array
  readonly reversed: Int32Array
}

function twiddles(n: number): Twiddles {
  const angle = (i: number): number => (2 * Math.PI * i) / n
  const reversed = new Int32Array(n)
  for (let i = 1; i < n; i++) reversed[i] = (reversed[i >> 1]! >> 1) | ((i & 1) * (n >> 1))
  return {
    cos: Float64Array.from({ length: n / 2 }, (_, i) => Math.cos(angle(i))),
    sin: Float64Array.from({ length: n / 2 }, (_, i) => Math.sin(angle(i))),
    reversed,
  }
}

/**
 * Cooley–Tukey with decimation in time along the first axis: one butterfly works on two whole rows of `width`
 * numbers, so that the inner loop is contiguous and one twiddle serves it.
 */
function alongRows(re: Float64Array, im: Float64Array, width: number, w: Twiddles, sign: 1 | -1): void {
  const n = w.reversed.length
  for (let i = 0; i < n; i++) {
    const j = w.reversed[i]!
    if (j <= i) continue
    for (let c = 0, p = i * width, q = j * width; c < width; c++, p++, q++) {
      const r = re[p]!
      re[p] = re[q]!
      re[q] = r
      const s = im[p]!
      im[p] = im[q]!
      im[q] = s
    }
  }
  for (let half = 1, stride = n / 2; half < n; half *= 2, stride /= 2)
    for (let k = 0; k < half; k++) {
      const c = w.cos[k * stride]!
      const s = sign * w.sin[k * stride]!
      for (let start = k; start < n; start += 2 * half) {
        const end = (start + 1) * width
        for (let p = start * width, q = (start + half) * width; p < end; p++, q++) {
          const a = re[q]!
          const b = im[q]!
          const tr = a * c - b * s
          const ti = a * s + b * c
          re[q] = re[p]! - tr
          im[q] = im[p]! - ti
          re[p]! += tr
          im[p]! += ti
        }
      }
    }
}

function transpose(from: Float64Array, to: Float64Array, rows: number, cols: number): void {
  const block = 16
  for (let r0 = 0; r0 < rows; r0 += block)
    for (let c0 = 0; c0 < cols; c0 += block) {
      const r1 = Math.min(rows, r0 + block)
      const c1 = Math.min(cols, c0 + block)
      for (let r = r0; r < r1; r++) for (let c = c0; c < c1; c++) to[c * rows + r] = from[r * cols + c]!
    }
}

/**
 * Two-dimensional fast Fourier transform of a rows x cols grid, float64, both powers of two (RangeError otherwise).
 * The plan holds work space: one plan must not be used by two callers at once.
 */
export function fft2(rows: number, cols: number): Fft2 {
  if (!isPowerOfTwo(rows) || !isPowerOfTwo(cols))
    throw new RangeError(`fft2 of ${rows} x ${cols}: both must be powers of two`)
  const rowTwiddles = twiddles(rows)
  const colTwiddles = twiddles(cols)
  const workRe = new Float64Array(rows * cols)
  const workIm = new Float64Array(rows * cols)
  function run(re: Float64Array, im: Float64Array, sign: 1 | -1): void {
    if (re.length !== rows * cols || im.length !== rows * cols)
      throw new RangeError(`fft2 of ${rows} x ${cols} given ${re.length} and ${im.length} numbers`)
    alongRows(re, im, cols, rowTwiddles, sign)
    transpose(re, workRe, rows, cols)
    transpose(im, workIm, rows, cols)
    alongRows(workRe, workIm, rows, colTwiddles, sign)
    transpose(workRe, re, cols, rows)
    transpose(workIm, im, cols, rows)
  }
  return {
    rows,
    cols,
    forward(re, im) {
      run(re, im, -1)
    },
    inverse(re, im) {
      run(re, im, 1)
      const scale = 1 / (rows * cols)
      for (let i = 0; i < re.length; i++) {
        re[i]! *= scale
        im[i]! *= scale
      }
    },
  }
}

/** Signed frequency of each index of an axis of n points, cycles per point: 0, 1/n, …, −1/n. */
export function fftFrequencies(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => (i <= n / 2 ? i : i - n) / n)
}

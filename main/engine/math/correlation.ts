import { fft2, nextPowerOfTwo } from './fft.ts'

/** Means of a(x)·b(x + v) for every lag v of up to `maxLag` points along both axes. */
export interface LagMap {
  readonly maxLag: number
  /** (2·maxLag + 1)² values in C order: lag (v_r, v_c) is at ((v_r + maxLag)·(2·maxLag + 1) + v_c + maxLag). */
  readonly values: Float64Array
}

/**
 * Correlation (not centred) of two fields of rows x cols in C order, by FFT. `periodic`: the field goes on beyond its
 * edge, and powers of two of at least 2·maxLag are needed; else the mean is over the pairs of points that both lie in
 * the field, which is unbiased, and maxLag must be less than both sides. RangeError otherwise.
 */
export function correlation(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  rows: number,
  cols: number,
  maxLag: number,
  periodic: boolean,
): LagMap {
  const shortest = Math.min(rows, cols)
  if (periodic ? 2 * maxLag > shortest : maxLag >= shortest)
    throw new RangeError(`lags of up to ${maxLag} in a field of ${rows} x ${cols}`)
  const height = periodic ? rows : nextPowerOfTwo(rows + maxLag)
  const width = periodic ? cols : nextPowerOfTwo(cols + maxLag)
  const transform = fft2(height, width)
  const re = new Float64Array(height * width)
  const im = new Float64Array(height * width)
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++) {
      re[r * width + c] = a[r * cols + c]!
      im[r * width + c] = b[r * cols + c]!
    }
  transform.forward(re, im)
  const outRe = new Float64Array(height * width)
  const outIm = new Float64Array(height * width)
  for (let r = 0; r < height; r++)
    for (let c = 0; c < width; c++) {
      const k = r * width + c
      const m = ((height - r) % height) * width + ((width - c) % width)
      // One complex transform of a + ib holds both spectra: A = (X(k) + X*(−k))/2, B = (X(k) − X*(−k))/2i.
      const aRe = (re[k]! + re[m]!) / 2
      const aIm = (im[k]! - im[m]!) / 2
      const bRe = (im[k]! + im[m]!) / 2
      const bIm = (re[m]! - re[k]!) / 2
      outRe[k] = aRe * bRe + aIm * bIm
      outIm[k] = aRe * bIm - aIm * bRe
    }
  transform.inverse(outRe, outIm)
  const side = 2 * maxLag + 1
  const values = new Float64Array(side * side)
  for (let r = -maxLag; r <= maxLag; r++)
    for (let c = -maxLag; c <= maxLag; c++) {
      const pairs = periodic ? rows * cols : (rows - Math.abs(r)) * (cols - Math.abs(c))
      values[(r + maxLag) * side + c + maxLag] =
        outRe[((r + height) % height) * width + ((c + width) % width)]! / pairs
    }
  return { maxLag, values }
}

/** Mean over the lags of each length 0, 1, …, maxLag, a lag counting for the nearest whole length. */
export function radialMean({ maxLag, values }: LagMap): Float64Array {
  const sums = new Float64Array(maxLag + 1)
  const counts = new Float64Array(maxLag + 1)
  for (let r = -maxLag, i = 0; r <= maxLag; r++)
    for (let c = -maxLag; c <= maxLag; c++, i++) {
      const length = Math.round(Math.hypot(r, c))
      if (length > maxLag) continue
      sums[length]! += values[i]!
      counts[length]!++
    }
  return sums.map((sum, length) => sum / counts[length]!)
}

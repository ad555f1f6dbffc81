/** Bins of the histogram, more than 8-bit images have levels, so that smoothing is not undone. */
const bins = 1024

/**
 * Threshold of largest between-class variance (Otsu, IEEE Trans. SMC 9, 62, 1979) on a 1024-bin histogram between
 * the least and the largest value. Of a run of equally good bins the middle is taken, so that two flat phases are
 * split half-way. Values above it are the bright class. Null when all values are equal: there is nothing to separate.
 */
export function otsuThreshold(values: Float32Array): number | null {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value < low) low = value
    if (value > high) high = value
  }
  // Smoothing in single precision leaves a flat image flat only to about seven digits.
  if (!(high - low > 1e-5 * Math.max(Math.abs(low), Math.abs(high)))) return null
  const counts = new Float64Array(bins)
  const scale = bins / (high - low)
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor((values[i]! - low) * scale)
    counts[bin < bins ? bin : bins - 1]!++
  }
  const n = values.length
  let sum = 0
  for (let k = 0; k < bins; k++) sum += k * counts[k]!
  let best = -1
  let first = 0
  let last = 0
  let below = 0
  let sumBelow = 0
  for (let k = 0; k < bins - 1; k++) {
    below += counts[k]!
    sumBelow += k * counts[k]!
    if (below === 0 || below === n) continue
    const between = (sum * below - sumBelow * n) ** 2 / (below * (n - below))
    if (between > best * (1 + 1e-12)) {
      best = between
      first = k
      last = k
    } else if (last === k - 1 && between >= best * (1 - 1e-12)) last = k
  }
  // The boundary lies at the upper edge of its bin; a run of empty bins above gives its middle.
  return low + ((first + last) / 2 + 1) / scale
}

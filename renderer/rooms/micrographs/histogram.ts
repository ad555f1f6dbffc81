export interface Bin {
  low: number
  high: number
  count: number
}

/**
 * Equal bins over the range of the values, their number by Freedman and Diaconis (1981), but not
 * fewer than Sturges (1926) and not more than 24.
 * The last bin holds its upper end. No values give no bins; equal values give one.
 */
export function histogram(values: readonly number[]): Bin[] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b)
  const low = sorted[0]
  const high = sorted.at(-1)
  if (low === undefined || high === undefined) return []
  if (low === high) return [{ low: low * 0.95, high: high * 1.05, count: sorted.length }]
  const quartile = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? low
  const width = (2 * (quartile(0.75) - quartile(0.25))) / Math.cbrt(sorted.length)
  const least = Math.ceil(Math.log2(sorted.length)) + 1
  const count = Math.min(24, Math.max(least, width > 0 ? Math.ceil((high - low) / width) : least))
  const bins: Bin[] = Array.from({ length: count }, (_, index) => ({
    low: low + ((high - low) * index) / count,
    high: low + ((high - low) * (index + 1)) / count,
    count: 0,
  }))
  for (const value of sorted) {
    const bin = bins[Math.min(count - 1, Math.floor(((value - low) / (high - low)) * count))]
    if (bin !== undefined) bin.count++
  }
  return bins
}

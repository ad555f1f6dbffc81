/** Cut of |robust z| above which a specimen is flagged (Iglewicz & Hoaglin 1993, their recommendation). */
const outlierCut = 3.5

export interface RobustScores {
  /** One per value; null where the value is missing or no scale could be formed. */
  readonly z: readonly (number | null)[]
  /** How the scale was formed: MAD, mean absolute deviation when half the values are equal, or none. */
  readonly scale: 'mad' | 'meanDeviation' | 'none'
  readonly n: number
}

function median(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

const ascending = (a: number, b: number): number => a - b

/**
 * Modified z of every value over the specimens: 0.6745 (x − median) / MAD (Iglewicz & Hoaglin 1993, eq. 3.2);
 * with MAD = 0 the mean absolute deviation times 1.2533 stands in, so that ties do not flag everything.
 * Below 5 values no scale is formed, since median and MAD of fewer are set by single values.
 */
export function robustScores(values: readonly (number | null)[]): RobustScores {
  const known = values.filter((v): v is number => v !== null && Number.isFinite(v))
  const none: RobustScores = { z: values.map(() => null), scale: 'none', n: known.length }
  if (known.length < 5) return none
  const centre = median(known.toSorted(ascending))
  const deviations = known.map((v) => Math.abs(v - centre))
  const mad = median(deviations.toSorted(ascending))
  const meanDeviation = deviations.reduce((sum, d) => sum + d, 0) / deviations.length
  if (meanDeviation === 0) return none
  const divisor = mad > 0 ? mad / 0.6745 : meanDeviation * 1.253314
  return {
    z: values.map((v) => (v === null || !Number.isFinite(v) ? null : (v - centre) / divisor)),
    scale: mad > 0 ? 'mad' : 'meanDeviation',
    n: known.length,
  }
}

export function isOutlier(z: number | null): boolean {
  return z !== null && Math.abs(z) > outlierCut
}

/** One sentence that says how outliers were flagged, for captions and the inspector. */
export function describeOutlierRule(scores: RobustScores): string {
  if (scores.scale === 'none') {
    return scores.n < 5
      ? `No specimen is flagged: ${scores.n} values are too few for a robust scale (5 needed).`
      : 'No specimen is flagged: all values are equal.'
  }
  const scale =
    scores.scale === 'mad'
      ? 'MAD / 0.6745'
      : '1.253 × the mean absolute deviation (more than half the values are equal)'
  return `Flagged when |x − median| exceeds ${outlierCut} × ${scale} over the ${scores.n} specimens; a flag asks for a look, it removes nothing.`
}

import { studentHalfWidth } from '../../../main/engine/math/index.ts'

/**
 * Mean over folds of a/b with its 90 % interval: Student's t on the logarithms with the corrected resampled variance
 * s²(1/n + test/train) of Nadeau & Bengio (2003), test and train of equal size.
 */
export function ratioInterval(
  a: readonly number[],
  b: readonly number[],
): { ratio: number; low: number; high: number } {
  const logs = a.map((v, i) => Math.log(v / (b[i] ?? Number.NaN)))
  const mean = logs.reduce((sum, v) => sum + v, 0) / logs.length
  const variance = logs.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, logs.length - 1)
  const half =
    studentHalfWidth(0.9, Math.max(1, logs.length - 1)) * Math.sqrt(variance * (1 / logs.length + 1))
  return { ratio: Math.exp(mean), low: Math.exp(mean - half), high: Math.exp(mean + half) }
}

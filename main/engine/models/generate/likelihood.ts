import type { ConditionTarget } from './targets.ts'
import type { StatisticLabel } from './statistic-list.ts'

/** What the loss compares: targets and weights of every condition, k x S each, row-major. */
export interface Likelihood {
  readonly size: number
  readonly means: Float32Array
  /** Weight of (statistic − mean)²; the sum over a row is the synthetic chi-square of its condition. */
  readonly weights: Float32Array
}

/**
 * Synthetic likelihood of the mean statistics of each condition (Wood 2010, Nature 466, 1102): normal about those of
 * the decoder, with the variance between windows over their number and the decoder's own discrepancy (relative, of the
 * statistic's size here and, for a tenth, of its largest anywhere). Statistics of one structure repeat each other, so
 * the sum is scaled to their effective number.
 */
export function likelihoodOf(
  targets: readonly ConditionTarget[],
  labels: readonly StatisticLabel[],
  discrepancy: number,
): Likelihood {
  const size = labels.length
  const effective = effectiveNumber(targets)
  const pooled = new Float64Array(size)
  const largest = new Float64Array(size)
  for (const { mean, variance } of targets)
    for (let s = 0; s < size; s++) {
      pooled[s]! += variance[s]! / targets.length
      largest[s] = Math.max(largest[s]!, Math.abs(mean[s]!))
    }
  const total = labels.reduce((sum, { weight }) => sum + weight, 0)
  const means = new Float32Array(targets.length * size)
  const weights = new Float32Array(targets.length * size)
  targets.forEach(({ mean, variance, windows }, k) => {
    for (let s = 0; s < size; s++) {
      const noise = (variance[s]! + pooled[s]!) / 2 / windows
      const floor = discrepancy * (Math.abs(mean[s]!) + 0.1 * largest[s]!) + 1e-5
      means[k * size + s] = mean[s]!
      weights[k * size + s] = (effective * labels[s]!.weight) / total / (noise + floor * floor)
    }
  })
  return { size, means, weights }
}

/**
 * Effective number of statistics S²/Σᵢⱼ C²ᵢⱼ, C their correlations between windows of one condition; √S where there are
 * too few windows to tell.
 */
function effectiveNumber(targets: readonly ConditionTarget[]): number {
  const size = targets[0]?.mean.length ?? 0
  const rows = targets.flatMap(({ residuals }) => (residuals.length > 1 ? residuals : []))
  if (rows.length < 10) return Math.sqrt(size)
  const sd = Float64Array.from({ length: size }, (_, s) =>
    Math.sqrt(rows.reduce((sum, row) => sum + row[s]! ** 2, 0) / rows.length),
  )
  const live = [...sd.keys()].filter((s) => sd[s]! > 1e-9)
  const scaled = rows.map((row) => Float64Array.from(live, (s) => row[s]! / sd[s]!))
  const correlations = new Float64Array(live.length * live.length)
  for (const row of scaled)
    for (let i = 0; i < live.length; i++)
      for (let j = 0; j <= i; j++) correlations[i * live.length + j]! += row[i]! * row[j]!
  let squares = 0
  for (let i = 0; i < live.length; i++)
    for (let j = 0; j <= i; j++)
      squares += (i === j ? 1 : 2) * (correlations[i * live.length + j]! / rows.length) ** 2
  return live.length ** 2 / squares
}

import { calibrate } from './calibration.ts'
import { mean } from '../math/index.ts'
import { withDiscrepancy } from './discrepancy.ts'
import type { Discrepancy } from './discrepancy.ts'
import { gaussianCrps } from './gaussian.ts'
import type { Moments, Sample } from './types.ts'

const WEAKER = [0.5, 0.25, 0.1, 0]
/** Standard errors by which a weaker strength must predict better; too wide costs a little, too narrow an experiment. */
const CLEARLY = 2

/**
 * The strength of each output's discrepancy that held-out rows speak for: theory's, 1, unless a weaker one predicts them better
 * in mean CRPS, each with its own factor of calibration, by more than two standard errors of that difference. Where
 * groups lie apart (papers, say) and the model carries over well nonetheless, it is weakened; from few or
 * undecided rows it is not. outOfFold: of the model alone; variance: of δ given the other folds, n x m.
 */
export function chooseStrengths(
  discrepancy: Discrepancy,
  sample: Sample,
  outOfFold: Moments,
  variance: Float64Array,
  scaleSd: Float64Array,
): number[] {
  const m = sample.outputs.length
  const at = (strength: number): Discrepancy => ({
    ...discrepancy,
    outputs: discrepancy.outputs.map((output) => ({ ...output, strength })),
  })
  const losses = (strength: number): number[][] => {
    const moments = withDiscrepancy(outOfFold, at(strength), variance, scaleSd)
    return sample.outputs.map((_, j) => {
      const { factor } = calibrate(sample, moments, j)
      const out: number[] = []
      for (let i = j; i < sample.n * m; i += m) {
        if (Number.isNaN(sample.y[i]!)) continue
        const sd = factor * Math.sqrt(moments.epistemicVariance[i]! + moments.aleatoricVariance[i]!)
        out.push(gaussianCrps(sample.y[i]!, moments.mean[i]!, sd))
      }
      return out
    })
  }
  const full = losses(1)
  const trials = WEAKER.map((strength) => ({ strength, losses: losses(strength) }))
  return discrepancy.outputs.map((_, j) => {
    let strength = 1
    let most = 0
    for (const trial of trials) {
      const gains = full[j]!.map((loss, i) => loss - trial.losses[j]![i]!)
      const gain = mean(gains)
      const error = Math.sqrt(mean(gains.map((g) => (g - gain) ** 2)) / gains.length)
      if (gain > CLEARLY * error && gain > most) {
        most = gain
        strength = trial.strength
      }
    }
    return strength
  })
}

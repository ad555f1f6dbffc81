import type { ModelScore, ModelSummary } from '../../../main/contract/index.ts'
import { shareInterval } from '../../../main/figures/builders/parts.ts'
import { modelNames, sentenceStart } from '../../../main/figures/labels.ts'
import { formatFixed, formatNumber, columnName, withUnit } from '../../ui/format.ts'

/** Level of the interval that judges a coverage; one judgement in twenty is wrong by chance. */
const judgeLevel = 0.95

/** 95 % interval of an observed coverage. */
export function coverageInterval(coverage: number, n: number): { low: number; high: number } {
  return n > 0 ? shareInterval(coverage * n, n, judgeLevel) : { low: 0, high: 1 }
}

export type CoverageVerdict = 'holds' | 'too narrow' | 'too wide'

/** Whether the nominal level lies inside the interval of the observed coverage. */
export function coverageVerdict(coverage: number, n: number, nominal = 0.9): CoverageVerdict {
  const { low, high } = coverageInterval(coverage, n)
  if (high < nominal) return 'too narrow'
  return low > nominal ? 'too wide' : 'holds'
}

/** Why the recommended model is recommended, one sentence per output, from its held-out scores alone. */
export function whyRecommended(model: Pick<ModelSummary, 'recommended' | 'scores' | 'outputs'>): string[] {
  return model.outputs.flatMap(({ name }) => {
    const scores = model.scores.filter((score) => score.output === name)
    const own = scores.find((score) => score.model === model.recommended)
    if (own === undefined) return []
    const others = scores
      .filter((score) => score !== own)
      .map((score) => `${formatNumber(score.crps, 3, true)} (${modelNames[score.model]})`)
    const { low, high } = coverageInterval(own.coverage90, own.n)
    const against = others.length === 0 ? '' : ` against ${others.join(' and ')}`
    return [
      `${sentenceStart(columnName(name))}: CRPS ${withUnit(formatNumber(own.crps, 3, true), own.unit)}${against}; its 90 % intervals hold ${formatFixed(own.coverage90, 2)} (${formatFixed(low, 2)} … ${formatFixed(high, 2)}) of ${String(own.n)} held-out specimens.`,
    ]
  })
}

/** The score that a smaller (or, for R² and accuracy, larger) value wins, per output; ties all win. */
export function bestOf(
  scores: readonly ModelScore[],
  key: 'rmse' | 'mae' | 'r2' | 'accuracy' | 'nll' | 'crps',
): ReadonlySet<ModelScore> {
  const sign = key === 'r2' || key === 'accuracy' ? -1 : 1
  const best = new Set<ModelScore>()
  for (const output of new Set(scores.map((score) => score.output))) {
    const known = scores.filter((score) => score.output === output && score[key] !== null)
    if (known.length < 2) continue
    const least = Math.min(...known.map((score) => sign * (score[key] ?? Number.NaN)))
    for (const score of known) if (sign * (score[key] ?? Number.NaN) === least) best.add(score)
  }
  return best
}

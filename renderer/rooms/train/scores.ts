import type { ComparisonRow } from '../../../main/contract/index.ts'
import { formatFixed, formatNumber } from '../../ui/format.ts'

export type CoverageVerdict = 'holds' | 'too narrow' | 'too wide'

/** Whether the nominal level lies inside the interval of the observed coverage. */
export function coverageVerdict(
  { low, high }: Pick<ComparisonRow['coverage90'], 'low' | 'high'>,
  nominal = 0.9,
): CoverageVerdict {
  if (high < nominal) return 'too narrow'
  return low > nominal ? 'too wide' : 'holds'
}

/** A ratio in per cent with its interval: "58 (45 to 68)"; the mark of the missing where there is none. */
export function ratioText(ratio: ComparisonRow['skill']): string {
  if (ratio === null) return formatNumber(null)
  const { value, low, high } = ratio
  const percent = (v: number) => formatFixed(100 * v, 0)
  return low === null || high === null
    ? percent(value)
    : `${percent(value)} (${percent(low)} to ${percent(high)})`
}

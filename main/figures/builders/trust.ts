import type { Figure, FigurePoint, ModelTrust, TrustRow } from '../../contract/index.ts'
import { countOf, formatNumber } from '../format.ts'
import { columnName, modelNames } from '../labels.ts'
import { figureId, figureOf, seriesOf } from './parts.ts'

const groupLimit = 24

function heldOutText({ n, groupCount, foldCount }: ModelTrust): string {
  return `n = ${countOf(n, 'held-out specimen')} of ${countOf(groupCount, 'group')} in ${countOf(foldCount, 'grouped fold')}`
}

/**
 * Held-out prediction against observation with the 90 % predictive interval. Points whose interval misses the observation
 * stand out, or, with `group` named, those of one group.
 */
export function trustParity(trust: ModelTrust, group: string | null = null): Figure {
  const name = columnName(trust.output)
  const chosen = (row: TrustRow) => (group === null ? !row.inside : row.group === group)
  const points = (keep: boolean): FigurePoint[] =>
    trust.rows
      .filter((row) => chosen(row) === keep)
      .map((row) => ({
        x: row.y,
        y: row.mean,
        low: row.low90,
        high: row.high90,
        label: `${row.specimen}, group ${row.group}`,
      }))
  const inside = trust.rows.filter((row) => row.inside).length
  return figureOf({
    id: figureId('trust-parity', trust.output, trust.model),
    title: `Predicted against observed ${name}`,
    caption:
      `Mean and 90 % predictive interval (${modelNames[trust.model]}); ${heldOutText(trust)}; ` +
      `${inside} of ${trust.n} intervals hold the observation.`,
    x: { name: `observed ${name}`, unit: trust.unit },
    y: { name: `predicted ${name}`, unit: trust.unit },
    diagonal: true,
    series: [
      seriesOf(
        group === null ? 'interval holds it' : 'other groups',
        'points',
        group === null ? 'main' : 'muted',
        points(false),
      ),
      seriesOf(
        group === null ? 'interval misses it' : `group ${group}`,
        'points',
        group === null ? 'warn' : 'main',
        points(true),
      ),
    ],
  })
}

/** Observed against nominal coverage: of the stated intervals, and of the predictive distribution. */
export function trustReliability(trust: ModelTrust): Figure {
  const line = (points: ModelTrust['intervals']): FigurePoint[] =>
    points.map(({ nominal, share, low, high }) => ({
      x: 100 * nominal,
      y: 100 * share,
      low: 100 * low,
      high: 100 * high,
    }))
  return figureOf({
    id: figureId('trust-reliability', trust.output, trust.model),
    title: 'Reliability',
    caption:
      `Share of held-out observations inside central intervals of each nominal level (${modelNames[trust.model]}); whiskers: ` +
      `90 % Wilson interval for independent specimens; ${heldOutText(trust)}. Below the diagonal intervals are too narrow.`,
    x: { name: 'nominal coverage', unit: '%', fromZero: true },
    y: { name: 'observed coverage', unit: '%', fromZero: true },
    diagonal: true,
    series: [
      seriesOf(
        'stated intervals',
        trust.intervals.length > 1 ? 'line' : 'points',
        'main',
        line(trust.intervals),
      ),
      seriesOf('normal distribution of the same mean and sd', 'line', 'second', line(trust.distribution)),
    ],
  })
}

/** Histogram of the probability integral transform with the counts that chance allows a calibrated model. */
export function pitFigure(trust: ModelTrust): Figure {
  const { bins, expected, low, high, outside, outsideByChance } = trust.pit
  const categories = bins.map(({ from, to }) => `${formatNumber(from, 2)}–${formatNumber(to, 2)}`)
  const rule = (y: number): FigurePoint[] => categories.map((_, x) => ({ x, y }))
  return figureOf({
    id: figureId('pit', trust.output, trust.model),
    title: 'Probability integral transform',
    caption:
      `Where observations fall in their predicted distribution; ${heldOutText(trust)}. A calibrated model is flat: a bin lies ` +
      `between ${low} and ${high} with 90 % chance (independent specimens). ${outside} of ${bins.length} bins lie outside, chance ` +
      `allows ${outsideByChance}. High ends: too narrow; a hump: too wide; a slope: biased.`,
    x: { name: 'share of the distribution below the observation', kind: 'category', categories },
    y: { name: 'specimens', fromZero: true },
    series: [
      seriesOf(
        'specimens',
        'bars',
        'main',
        bins.map(({ count }, x) => ({ x, y: count })),
      ),
      seriesOf('expected', 'dashed', 'truth', rule(expected)),
      seriesOf('90 % of chance', 'dashed', 'second', rule(low)),
      seriesOf('', 'dashed', 'second', rule(high)),
    ],
  })
}

/** Coverage of the 90 % interval in each group, the least covered first. */
export function groupCoverage(trust: ModelTrust): Figure {
  const shown = trust.groups.slice(0, groupLimit)
  const rest = trust.groups.length - shown.length
  const categories = shown.map(({ group, inside, n }) => `${group} (${inside} of ${n})`)
  const points = (keep: (g: ModelTrust['groups'][number]) => boolean): FigurePoint[] =>
    shown.flatMap((g, y) =>
      keep(g) ? [{ x: 100 * g.share, y, xLow: 100 * g.low, xHigh: 100 * g.high, label: g.group }] : [],
    )
  const low = (g: ModelTrust['groups'][number]) => g.high < 0.9
  return figureOf({
    id: figureId('group-coverage', trust.output, trust.model),
    title: 'Coverage of each group',
    caption:
      `Share of a group's specimens inside their 90 % interval, with its 90 % Wilson interval; n = ${countOf(trust.n, 'specimen')} in ` +
      `${countOf(trust.groupCount, 'group')}, none of them seen in training.` +
      (rest > 0 ? ` The ${shown.length} least covered groups; ${rest} more are not drawn.` : ''),
    x: { name: 'coverage', unit: '%', fromZero: true },
    y: { name: '', kind: 'category', categories },
    series: [
      seriesOf(
        'holds 90 %',
        'range',
        'main',
        points((g) => !low(g)),
      ),
      seriesOf('too narrow here', 'range', 'warn', points(low)),
      seriesOf(
        'nominal',
        'dashed',
        'truth',
        shown.map((_, y) => ({ x: 90, y })),
      ),
    ].filter((series) => series.points.length > 0),
  })
}

/** What a residual trend says, with its interval; null for a category. */
export function trendText(trend: ModelTrust['trends'][number]): string | null {
  const { correlation, low, high } = trend
  if (correlation === null) return null
  const said = `rank correlation ${formatNumber(correlation, 2)}`
  if (low === null || high === null) return `${said}, too few groups for an interval`
  return `${said} (90 % interval ${formatNumber(low, 2)} to ${formatNumber(high, 2)} over groups)`
}

/** Whether the residuals still go with the input beyond chance: the 90 % interval of the correlation leaves out 0. */
export function hasTrend({ low, high }: ModelTrust['trends'][number]): boolean {
  return low !== null && high !== null && (low > 0 || high < 0)
}

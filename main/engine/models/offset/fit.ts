import { ContractError } from '../../../contract/index.ts'
import { silentProgress } from '../../dataset/table.ts'
import type { Progress } from '../../dataset/table.ts'
import { randomStream } from '../../math/index.ts'
import { scalesOf } from './kernel.ts'
import type { OffsetScales } from './kernel.ts'
import { negativeLogMarginal } from './marginal.ts'
import type { GroupResiduals, LogPrior } from './marginal.ts'
import { minimise } from './minimise.ts'

/** Predictions of rows that the predictor had not seen, with the truth: what an offset is learnt from. */
export interface OutOfFoldRows {
  readonly y: Float64Array
  readonly mean: Float64Array
  /** Predictive standard deviation of a single row (epistemic and aleatoric together). */
  readonly sd: Float64Array
  readonly groups: Int32Array
  /** Group-internal inputs (`offsetInputs`), n x width. */
  readonly z: Float64Array
  readonly width: number
}

/** How far groups lie from a predictor, and what of it their rows share: plain data. */
export interface OffsetModel {
  readonly kind: 'offset'
  readonly width: number
  readonly scales: OffsetScales
  /** Whether residuals are measured in the predictor's own sd at each row, or in one sd for all. */
  readonly unit: 'predicted sd' | 'one sd'
  /** That one sd, in the output's unit; 1 where residuals are in predicted sd. */
  readonly sd: number
  readonly groupCount: number
  readonly rows: number
  readonly logEvidence: number
}

/** Below so many groups of two rows or more nothing is said of what rows of a group share. */
export const LEAST_OFFSET_GROUPS = 3
/** Rows of one group beyond these add cost and little knowledge of the scales. */
const MOST_ROWS_A_GROUP = 40
const STEPS = 60

/**
 * Random-effects model of a predictor's residuals on rows it had not seen: each group has a level, slopes and a smooth bend
 * over its internal inputs, all Gaussian; their variances by the marginal likelihood over all groups. Whether residuals
 * scale with the predicted sd is decided by the same likelihood. null below `LEAST_OFFSET_GROUPS` groups with two rows.
 * Errors: BAD_REQUEST for lengths that do not agree or an sd that is not positive.
 */
export function fitOffset(
  rows: OutOfFoldRows,
  seed: number,
  progress: Progress = silentProgress,
): OffsetModel | null {
  requireRows(rows)
  const all = rows.y.map((v, i) => v - rows.mean[i]!)
  const usable = all.filter((v) => Number.isFinite(v))
  if (usable.length === 0) return null
  const oneSd = Math.max(Math.sqrt(usable.reduce((s, v) => s + v * v, 0) / usable.length), 1e-12)
  let best: OffsetModel | null = null
  for (const unit of ['one sd', 'predicted sd'] as const) {
    const scaleOf = (i: number): number => (unit === 'one sd' ? oneSd : rows.sd[i]!)
    const groups = dealGroups(rows, all, scaleOf, seed)
    if (groups.filter((g) => g.n > 1).length < LEAST_OFFSET_GROUPS) return null
    const model = fitUnit(rows, groups, unit, unit === 'one sd' ? oneSd : 1, progress)
    if (best === null || model.logEvidence > best.logEvidence) best = model
  }
  return best
}

function fitUnit(
  rows: OutOfFoldRows,
  groups: readonly (GroupResiduals & { logScale: number })[],
  unit: OffsetModel['unit'],
  sd: number,
  progress: Progress,
): OffsetModel {
  const p = rows.width
  const priors = priorsOf(p)
  const start = Float64Array.from(priors, ({ mean }) => mean)
  const found = minimise(
    (logs) => {
      progress.check()
      return negativeLogMarginal(groups, logs, priors)
    },
    start,
    STEPS,
  )
  const jacobian = groups.reduce((sum, g) => sum + g.logScale, 0)
  return {
    kind: 'offset',
    width: p,
    scales: scalesOf(found.at),
    unit,
    sd,
    groupCount: groups.length,
    rows: groups.reduce((sum, g) => sum + g.n, 0),
    logEvidence: -found.value - jacobian,
  }
}

/**
 * Weak priors: half of the predictor's variance is the group's, a tenth goes with each slope and with the bend, which
 * runs over about one and a half standard deviations of the inputs.
 */
function priorsOf(p: number): LogPrior[] {
  const prior = (v: number, sd: number): LogPrior => ({ mean: Math.log(v), sd })
  return [
    prior(0.5, 1.5),
    ...Array.from({ length: p }, () => prior(0.05, 1.5)),
    prior(0.05, 1.5),
    prior(1.5, 0.5),
    prior(0.3, 1.5),
  ]
}

function dealGroups(
  rows: OutOfFoldRows,
  residual: Float64Array,
  scaleOf: (i: number) => number,
  seed: number,
): (GroupResiduals & { logScale: number })[] {
  const members = new Map<number, number[]>()
  residual.forEach((v, i) => {
    if (!Number.isFinite(v)) return
    const list = members.get(rows.groups[i]!) ?? []
    list.push(i)
    members.set(rows.groups[i]!, list)
  })
  const p = rows.width
  return [...members].map(([group, all]) => {
    const kept =
      all.length <= MOST_ROWS_A_GROUP
        ? all
        : randomStream(seed, `offset group ${group}`)
            .shuffle([...all])
            .slice(0, MOST_ROWS_A_GROUP)
    const z = new Float64Array(kept.length * p)
    kept.forEach((row, i) => {
      for (let j = 0; j < p; j++) {
        const v = rows.z[row * p + j]!
        z[i * p + j] = Number.isNaN(v) ? 0 : v
      }
    })
    return {
      n: kept.length,
      z,
      residual: Float64Array.from(kept, (row) => residual[row]! / scaleOf(row)),
      logScale: kept.reduce((sum, row) => sum + Math.log(scaleOf(row)), 0),
    }
  })
}

function requireRows({ y, mean, sd, groups, z, width }: OutOfFoldRows): void {
  const n = y.length
  if (mean.length !== n || sd.length !== n || groups.length !== n || z.length !== n * width)
    throw new ContractError('BAD_REQUEST', 'Residuals, groups and inputs of an offset differ in length.')
  const bad = sd.findIndex((v, i) => !(v > 0) && Number.isFinite(y[i]! - mean[i]!))
  if (bad >= 0)
    throw new ContractError(
      'BAD_REQUEST',
      `Row ${bad} has no positive predictive standard deviation.`,
      String(bad),
    )
}

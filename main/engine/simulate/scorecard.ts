import { ContractError, type EdgeMark } from '../../contract/index.ts'
import type { Campaign } from './campaign.ts'
import { inputsByName, trueOutcome } from './outcome.ts'

/** Pixel agreement of the counted phase; each ratio 0..1, null where it has no denominator. */
export interface LabelIoU {
  readonly iou: number | null
  readonly precision: number | null
  readonly recall: number | null
  readonly predictedFraction: number
  readonly trueFraction: number
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)

function sameLength(predicted: ArrayLike<number>, truth: ArrayLike<number>): void {
  if (predicted.length !== truth.length || truth.length === 0)
    throw new ContractError(
      'BAD_REQUEST',
      'Prediction and truth differ in length, or are empty.',
      `${String(predicted.length)} and ${String(truth.length)}`,
    )
}

/**
 * Intersection over union of foreground (label above 0) in two label images of the same shape. Leave out the databar by
 * passing the first (rows − databarRows) · cols entries. Error BAD_REQUEST when lengths differ.
 */
export function labelIoU(predicted: ArrayLike<number>, truth: ArrayLike<number>): LabelIoU {
  sameLength(predicted, truth)
  let both = 0
  let p = 0
  let t = 0
  for (let i = 0; i < truth.length; i++) {
    const inP = predicted[i]! > 0
    const inT = truth[i]! > 0
    if (inP) p++
    if (inT) t++
    if (inP && inT) both++
  }
  return {
    iou: ratio(both, p + t - both),
    precision: ratio(both, p),
    recall: ratio(both, t),
    predictedFraction: p / truth.length,
    trueFraction: t / truth.length,
  }
}

/** Objects found: a predicted and a true object match when their own IoU is above one half (then one to one). */
export function objectScores(
  predicted: ArrayLike<number>,
  truth: ArrayLike<number>,
): { matched: number; predicted: number; truth: number; precision: number | null; recall: number | null } {
  sameLength(predicted, truth)
  const areaP = new Map<number, number>()
  const areaT = new Map<number, number>()
  const shared = new Map<string, { p: number; t: number; n: number }>()
  for (let i = 0; i < truth.length; i++) {
    const p = predicted[i]!
    const t = truth[i]!
    if (p > 0) areaP.set(p, (areaP.get(p) ?? 0) + 1)
    if (t > 0) areaT.set(t, (areaT.get(t) ?? 0) + 1)
    if (p > 0 && t > 0) {
      const key = `${String(p)}/${String(t)}`
      const pair = shared.get(key) ?? { p, t, n: 0 }
      pair.n++
      shared.set(key, pair)
    }
  }
  let matched = 0
  for (const { p, t, n } of shared.values()) if (n / (areaP.get(p)! + areaT.get(t)! - n) > 0.5) matched++
  return {
    matched,
    predicted: areaP.size,
    truth: areaT.size,
    precision: ratio(matched, areaP.size),
    recall: ratio(matched, areaT.size),
  }
}

/**
 * Relative errors of a measured feature against its truth over specimens; entries with a NaN are left out and counted.
 * Null when none is left. Error BAD_REQUEST when lengths differ.
 */
export function featureError(
  measured: ArrayLike<number>,
  truth: ArrayLike<number>,
): { n: number; missing: number; meanAbsolute: number | null; bias: number | null; worst: number | null } {
  sameLength(measured, truth)
  const errors: number[] = []
  for (let i = 0; i < truth.length; i++) {
    const error = (measured[i]! - truth[i]!) / truth[i]!
    if (Number.isFinite(error)) errors.push(error)
  }
  const n = errors.length
  return {
    n,
    missing: truth.length - n,
    meanAbsolute: n === 0 ? null : errors.reduce((s, e) => s + Math.abs(e), 0) / n,
    bias: n === 0 ? null : errors.reduce((s, e) => s + e, 0) / n,
    worst: n === 0 ? null : Math.max(...errors.map(Math.abs)),
  }
}

/** Share of values inside their intervals, 0..1 (ends included), with how many were counted; null when none. */
export function intervalCoverage(
  values: ArrayLike<number>,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
): { n: number; coverage: number | null; meanWidth: number | null } {
  sameLength(values, low)
  sameLength(values, high)
  let n = 0
  let inside = 0
  let width = 0
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]! + low[i]! + high[i]!)) continue
    n++
    if (values[i]! >= low[i]! && values[i]! <= high[i]!) inside++
    width += high[i]! - low[i]!
  }
  return { n, coverage: ratio(inside, n), meanWidth: n === 0 ? null : width / n }
}

export interface ArrowScores {
  readonly truth: number
  readonly found: number
  /** Of pairs that are joined, whatever their direction. */
  readonly joined: { readonly precision: number | null; readonly recall: number | null }
  /** Of arrows; an undirected edge on a true pair counts one half, a reversed or two-headed one nothing. */
  readonly arrows: { readonly precision: number | null; readonly recall: number | null }
  /** Structural Hamming distance: pairs to add, remove or turn. */
  readonly structuralHammingDistance: number
  readonly missed: readonly (readonly [string, string])[]
  readonly wrong: readonly (readonly [string, EdgeMark, string])[]
}

/**
 * Precision and recall of found edges against the true arrows, both restricted to pairs of `nodes` (the columns that
 * were in both). `-->` points from `from` to `to`.
 */
export function arrowScores(
  found: readonly { readonly from: string; readonly to: string; readonly mark: EdgeMark }[],
  truth: readonly (readonly [string, string])[],
  nodes: readonly string[],
): ArrowScores {
  const known = new Set(nodes)
  const pair = (a: string, b: string): string => JSON.stringify(a < b ? [a, b] : [b, a])
  const edges = new Map(
    truth.filter(([a, b]) => known.has(a) && known.has(b)).map(([a, b]) => [pair(a, b), [a, b] as const]),
  )
  const mine = new Map(
    found.filter((e) => known.has(e.from) && known.has(e.to)).map((e) => [pair(e.from, e.to), e]),
  )
  let joined = 0
  let arrows = 0
  let right = 0
  const wrong: [string, EdgeMark, string][] = []
  for (const [key, edge] of mine) {
    const real = edges.get(key)
    if (real !== undefined) joined++
    if (real !== undefined && edge.mark === '-->' && edge.from === real[0]) {
      arrows++
      right++
    } else if (real !== undefined && edge.mark === '--') arrows += 0.5
    else wrong.push([edge.from, edge.mark, edge.to])
  }
  return {
    truth: edges.size,
    found: mine.size,
    joined: { precision: ratio(joined, mine.size), recall: ratio(joined, edges.size) },
    arrows: { precision: ratio(arrows, mine.size), recall: ratio(arrows, edges.size) },
    structuralHammingDistance: edges.size - joined + (mine.size - right),
    missed: [...edges].filter(([key]) => !mine.has(key)).map(([, edge]) => edge),
    wrong,
  }
}

/**
 * True strength of a proposed candidate against the best specimen made so far. `best` is the specimen with the
 * highest measured yield, since that is the one a laboratory would call best; its true yield has no scatter.
 */
export function candidateScore(
  campaign: Campaign,
  candidate: Readonly<Record<string, number>>,
): {
  candidateMPa: number
  bestSpecimen: string
  bestSpecimenTrueMPa: number
  bestSpecimenMeasuredMPa: number
  gainMPa: number
  gainPct: number
  /** 0 at the best specimen, 1 at the best that the design's ranges hold. */
  shareOfPossible: number
} {
  const best = campaign.specimens.reduce((a, b) => (b.measured.yieldMPa > a.measured.yieldMPa ? b : a))
  const bestMPa = trueOutcome(inputsByName(best.process)).yieldMPa
  const candidateMPa = trueOutcome(candidate).yieldMPa
  return {
    candidateMPa,
    bestSpecimen: best.name,
    bestSpecimenTrueMPa: bestMPa,
    bestSpecimenMeasuredMPa: best.measured.yieldMPa,
    gainMPa: candidateMPa - bestMPa,
    gainPct: (100 * (candidateMPa - bestMPa)) / bestMPa,
    shareOfPossible: (candidateMPa - bestMPa) / (campaign.truth.bestPossible.yieldMPa - bestMPa),
  }
}

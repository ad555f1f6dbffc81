import { gaussianCrps } from '../../../main/engine/models/gaussian.ts'
import {
  adapt,
  applyOffsetInputs,
  chooseSpreadRows,
  type OffsetInputs,
  type OffsetModel,
} from '../../../main/engine/models/offset/index.ts'
import type { Moments, Sample } from '../../../main/engine/models/types.ts'

/** A predictor fitted on other groups, with the offset learnt from its own out-of-fold rows there. */
export interface AdaptablePredictor {
  moments(x: Float64Array, n: number): Moments
  readonly inputs: OffsetInputs
  readonly offset: OffsetModel
}

export interface OwnRowsOptions {
  /** Rows of each group that are given. */
  readonly given: number
  /** Groups of fewer rows are left out. */
  readonly leastRows: number
  readonly draws: number
  readonly seed: number
}

/** Figures over the rows that were not given, of all groups of one test fold together. */
export interface OwnRowsScore {
  readonly rows: number
  readonly groups: number
  readonly r2: number
  readonly rmse: number
  readonly crps: number
  readonly coverage90: number
}

export const GOAL_4: OwnRowsOptions = { given: 3, leastRows: 10, draws: 5, seed: 4 }
const HALF_WIDTH_90 = 1.6448536269514722

/**
 * Goal 4 of the alloy tables on one test fold: of each group of at least `leastRows` rows `given` ones, spread over its
 * temperatures and times, tell the offset; the rest is scored, R2 against the mean of the scored rows. `before` is the same
 * rows without the offset. Mean over the draws. test: one output, on the scale the predictor was fitted on.
 */
export function scoreOwnRows(
  test: Sample,
  predictor: AdaptablePredictor,
  options: OwnRowsOptions = GOAL_4,
): { after: OwnRowsScore; before: OwnRowsScore } {
  const after: OwnRowsScore[] = []
  const before: OwnRowsScore[] = []
  for (let draw = 0; draw < options.draws; draw++) {
    const scored = { after: [] as Scored[], before: [] as Scored[] }
    let groups = 0
    for (const rows of largeGroups(test, options.leastRows)) {
      groups++
      scoreGroup(test, rows, predictor, options, draw, scored)
    }
    after.push(figures(scored.after, groups))
    before.push(figures(scored.before, groups))
  }
  return { after: average(after), before: average(before) }
}

interface Scored {
  readonly y: number
  readonly mean: number
  readonly sd: number
}

function largeGroups(test: Sample, leastRows: number): number[][] {
  const rows = new Map<number, number[]>()
  for (let i = 0; i < test.n; i++) {
    if (Number.isNaN(test.y[i]!)) continue
    const list = rows.get(test.groups[i]!) ?? []
    list.push(i)
    rows.set(test.groups[i]!, list)
  }
  return [...rows.values()].filter((list) => list.length >= leastRows)
}

function scoreGroup(
  test: Sample,
  rows: readonly number[],
  predictor: AdaptablePredictor,
  { given, seed }: OwnRowsOptions,
  draw: number,
  scored: { after: Scored[]; before: Scored[] },
): void {
  const take = (list: readonly number[]): Float64Array => {
    const d = test.inputs.length
    const x = new Float64Array(list.length * d)
    list.forEach((row, i) => {
      x.set(test.x.subarray(row * d, (row + 1) * d), i * d)
    })
    return x
  }
  const z = applyOffsetInputs(predictor.inputs, take(rows), rows.length)
  const chosen = new Set(chooseSpreadRows(z, rows.length, given, seed, draw))
  const own = rows.filter((_, i) => chosen.has(i))
  const rest = rows.filter((_, i) => !chosen.has(i))
  const predicted = (list: readonly number[]) => {
    const x = take(list)
    return {
      moments: predictor.moments(x, list.length),
      z: applyOffsetInputs(predictor.inputs, x, list.length),
    }
  }
  const fresh = predicted(rest)
  const targets = Float64Array.from(own, (row) => test.y[row]!)
  const corrected = adapt(predictor.offset, predicted(own), targets, fresh)
  rest.forEach((row, i) => {
    const y = test.y[row]!
    scored.after.push({ y, mean: corrected.mean[i]!, sd: sdOf(corrected, i) })
    scored.before.push({ y, mean: fresh.moments.mean[i]!, sd: sdOf(fresh.moments, i) })
  })
}

const sdOf = (moments: Moments, i: number): number =>
  Math.sqrt(moments.epistemicVariance[i]! + moments.aleatoricVariance[i]!)

function figures(rows: readonly Scored[], groups: number): OwnRowsScore {
  const n = rows.length
  const centre = rows.reduce((sum, r) => sum + r.y, 0) / n
  const squares = rows.reduce((sum, r) => sum + (r.y - r.mean) ** 2, 0)
  const whole = rows.reduce((sum, r) => sum + (r.y - centre) ** 2, 0)
  return {
    rows: n,
    groups,
    r2: 1 - squares / whole,
    rmse: Math.sqrt(squares / n),
    crps: rows.reduce((sum, r) => sum + gaussianCrps(r.y, r.mean, r.sd), 0) / n,
    coverage90: rows.filter((r) => Math.abs(r.y - r.mean) <= HALF_WIDTH_90 * r.sd).length / n,
  }
}

function average(scores: readonly OwnRowsScore[]): OwnRowsScore {
  const mean = (of: (s: OwnRowsScore) => number): number =>
    scores.reduce((sum, s) => sum + of(s), 0) / scores.length
  return {
    rows: scores[0]?.rows ?? 0,
    groups: scores[0]?.groups ?? 0,
    r2: mean((s) => s.r2),
    rmse: mean((s) => s.rmse),
    crps: mean((s) => s.crps),
    coverage90: mean((s) => s.coverage90),
  }
}

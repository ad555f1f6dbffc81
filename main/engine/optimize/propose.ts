import { ContractError, type Candidate, type Note } from '../../contract/index.ts'
import type { Progress, Table } from '../dataset/table.ts'
import { randomStream } from '../math/index.ts'
import { acquisitionById, type Acquisition } from './acquisition/index.ts'
import { believedSd } from './believer.ts'
import { describeCandidates } from './describe.ts'
import {
  feasibilityFloor,
  jointFeasibility,
  LimitRecord,
  logFeasibility,
  resolveLimits,
  type OutputLimit,
} from './feasibility.ts'
import { findIncumbent } from './incumbent.ts'
import { knownRows, neighbours } from './neighbours.ts'
import { checked, type PosteriorFn } from './posterior.ts'
import { climb, pickStarts, scoreAll, type Score } from './search.ts'
import { haltonPoints } from './sequence.ts'
import { settableRow } from './settings.ts'
import { designSpace, pointDistance, pointOfRow, rowsOfPoints, type SpaceBound } from './space.ts'

export interface ProposeInput {
  readonly posterior: PosteriorFn
  readonly table: Table
  /** Inputs of the model in the order of its rows. */
  readonly inputs: readonly string[]
  /** Columns that may vary; ends left out are those of the data. */
  readonly space: readonly SpaceBound[]
  /** A value for every input that is not varied. */
  readonly fixed: Readonly<Record<string, number>>
  readonly objective: string
  readonly direction: 'maximise' | 'minimise'
  readonly constraints: readonly OutputLimit[]
  /** Candidates wanted, 1–20. */
  readonly batch: number
  readonly seed: number
  /** Id of an acquisition function; logEI unless told. */
  readonly acquisition?: string
}

export interface Proposal {
  readonly candidates: Candidate[]
  readonly incumbent: { specimen: string; value: number }
  /** The design space as searched, defaults filled in. */
  readonly varied: { column: string; low: number; high: number }[]
  /** Rows at which the posterior was evaluated in the search. */
  readonly evaluated: number
  readonly notes: Note[]
}

const poolSize = 2048
const startCount = 8
/**
 * From the second candidate on a score costs \`draws\` posterior samples, so fewer points are looked at: believing can
 * only lower a score (the sd shrinks, the best mean rises), which makes the first candidate's scores upper bounds,
 * and the best \`laterPool\` of them hold the next candidate. 64 draws give a correlation to ±0.12, enough to spread.
 */
const draws = 64
const laterPool = 384
const laterStarts = 4
/**
 * Distance that candidates of a batch keep in the unit cube (root mean square over varied columns): the wanted one, less
 * where a large batch must share few columns, and halved down to the least where limits leave no more room.
 */
const wantedSeparation = (batch: number, q: number): number => Math.min(0.1, 0.5 / batch ** (1 / q))
const leastSeparation = 0.01
/** Scores below this belong to points that may not be proposed; they still tell the way to those that may. */
const forbidden = -1e12

/**
 * Proposes the next experiments: `batch` candidates that maximise the acquisition function times the probability of
 * meeting all limits, over seeded scrambled Halton starts and a compass search. Improvement is of the noise-free
 * response (epistemic uncertainty only) over the best posterior mean among the specimens (incumbent.ts); a limit
 * counts for a specimen as made, scatter included. Later candidates are chosen as if the earlier ones had come out at
 * their means (believer.ts), so a batch spreads where the model can still learn. Every value keeps its bounds exactly
 * and is a setting a person can dial in (settings.ts); where none
 * near by is allowed, a note says so. Same input, same candidates.
 *
 * Errors: those of designSpace and resolveLimits; COLUMN_UNKNOWN for the objective; BAD_REQUEST for a batch out of
 * 1–20; TOO_FEW_SPECIMENS when no specimen has all inputs; NO_FEASIBLE_CANDIDATE, naming the limit that binds, when no
 * setting found meets the limits with a probability of 1 %; NOT_CONVERGED when the model predicts no finite number.
 */
export function proposeCandidates(input: ProposeInput, progress: Progress): Proposal {
  const { table, inputs, batch, seed } = input
  const posterior = checked(input.posterior)
  if (!Number.isInteger(batch) || batch < 1 || batch > 20)
    throw new ContractError('BAD_REQUEST', 'A batch has 1 to 20 candidates.', String(batch))
  const m = posterior.outputs.length
  const objective = posterior.outputs.findIndex((o) => o.name === input.objective)
  if (objective < 0)
    throw new ContractError('COLUMN_UNKNOWN', 'The objective is no output of the model.', input.objective)
  const acquisition = acquisitionById(input.acquisition ?? 'logEI')
  const sign = input.direction === 'maximise' ? 1 : -1
  const limits = resolveLimits(input.constraints, posterior.outputs)
  const space = designSpace(table, inputs, input.space, input.fixed)
  const known = knownRows(table, inputs)
  const { incumbent, notes } = findIncumbent(table, known, posterior, objective, sign, limits)
  const near = neighbours(table, inputs, known)
  const record = new LimitRecord(limits)
  const q = space.varied.length
  const d = inputs.length
  const random = randomStream(seed, 'optimize/search')
  const pool = poolOfPoints(q, seed, pointOfRow(space, incumbent.row), random.child('near'))

  const chosen: { rows: Float64Array; points: Float64Array[]; n: number; bestMean: number } = {
    rows: new Float64Array(batch * d),
    points: [],
    n: 0,
    bestMean: sign * incumbent.value,
  }
  let evaluated = 0
  let separation = wantedSeparation(batch, q)
  let searched = pool
  const score: Score = (points, n) => {
    evaluated += n
    const rows = rowsOfPoints(space, points, n)
    const predicted = posterior.predict(rows, n)
    const own = Float64Array.from({ length: n }, (_, i) => predicted.epistemicSd[i * m + objective]!)
    const sd =
      chosen.n === 0
        ? own
        : believedSd(
            posterior,
            objective,
            { rows: chosen.rows.slice(0, chosen.n * d), n: chosen.n },
            rows,
            n,
            own,
            draws,
          )
    return Float64Array.from({ length: n }, (_, i) => {
      if (chosen.n === 0) record.see(predicted, i, m)
      const logFeasible = logFeasibility(limits, predicted, i, m)
      const mean = sign * predicted.mean[i * m + objective]!
      const value = worth(acquisition, mean, sd[i]!, chosen.bestMean, logFeasible)
      const point = points.subarray(i * q, (i + 1) * q)
      return chosen.points.some((other) => pointDistance(other, point) < separation)
        ? 4 * forbidden + value
        : value
    })
  }

  for (let k = 0; k < batch; k++) {
    progress.report(k, batch, 'choosing candidates')
    let found = searchOnce(k)
    if (k > 0 && !(found.score > forbidden / 2)) {
      // The best points lie too close to what is chosen: look everywhere from here on.
      searched = pool
      found = searchOnce(k)
    }
    while (k > 0 && !(found.score > forbidden / 2) && separation > leastSeparation) {
      separation = Math.max(leastSeparation, separation / 2)
      found = searchOnce(k)
    }
    if (!(found.score > forbidden / 2)) {
      if (k === 0) throw record.error()
      notes.push({
        code: 'BATCH_CUT',
        message: `Only ${String(k)} of ${String(batch)} candidates differ enough and can meet the limits.`,
      })
      break
    }
    const exact = rowsOfPoints(space, found.point, 1)
    const setting = settableRow(space, exact, score, forbidden / 2)
    if (setting === null)
      notes.push({
        code: 'FINER_THAN_SETTINGS',
        message: `Candidate ${String(k + 1)} is not rounded: no setting near it meets the limits and differs from the other candidates.`,
      })
    const row = setting ?? exact
    chosen.rows.set(row, chosen.n * d)
    chosen.n++
    chosen.points.push(pointOfRow(space, row))
    const { mean } = posterior.predict(row, 1)
    chosen.bestMean = Math.max(chosen.bestMean, sign * mean[objective]!)
  }
  progress.report(chosen.n, batch, 'choosing candidates')

  const rows = chosen.rows.slice(0, chosen.n * d)
  const feasible = jointFeasibility(posterior, limits, rows, chosen.n, 512)
  return {
    candidates: describeCandidates(
      { table, posterior, space, objective, sign, incumbent, near },
      rows,
      chosen.n,
      feasible,
    ),
    incumbent: { specimen: incumbent.specimen, value: incumbent.value },
    varied: space.varied.map(({ column, low, high }) => ({ column, low, high })),
    evaluated,
    notes,
  }

  function searchOnce(k: number): { point: Float64Array; score: number } {
    const scores = scoreAll(score, searched, q, progress)
    const starts = pickStarts(searched, scores, q, k === 0 ? startCount : laterStarts, 0.05)
    if (k === 0) searched = bestPoints(pool, scores, q, laterPool)
    return climb(starts, score, random.child(`climb/${String(k)}`), progress, {
      firstStep: 0.1,
      lastStep: 2e-3,
      rounds: 60,
    })[0]!
  }
}

/** The \`count\` best-scored points, in their order in the pool. */
function bestPoints(points: Float64Array, scores: Float64Array, q: number, count: number): Float64Array {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b)
  const kept = order.slice(0, count).sort((a, b) => a - b)
  return Float64Array.from(kept.flatMap((i) => Array.from(points.subarray(i * q, (i + 1) * q))))
}

/** Acquisition times feasibility on the acquisition's own scale; below the floor only feasibility counts. */
function worth(
  acquisition: Acquisition,
  mean: number,
  sd: number,
  best: number,
  logFeasible: number,
): number {
  if (logFeasible < Math.log(feasibilityFloor)) return forbidden + Math.max(-1e9, logFeasible)
  const value = acquisition.value(mean, sd, best)
  if (acquisition.scale === 'natural') return value * Math.exp(logFeasible)
  return Math.max(-1e11, value + logFeasible)
}

/** Scrambled Halton points over the whole cube, then points around the incumbent at three widths. */
function poolOfPoints(
  q: number,
  seed: number,
  centre: Float64Array,
  random: ReturnType<typeof randomStream>,
): Float64Array {
  const around = 96
  const out = new Float64Array((poolSize + around) * q)
  out.set(haltonPoints(poolSize, q, seed))
  for (let i = 0; i < around; i++) {
    const width = [0.3, 0.1, 0.03][i % 3]!
    for (let k = 0; k < q; k++)
      out[(poolSize + i) * q + k] = Math.min(1, Math.max(0, centre[k]! + width * random.normal()))
  }
  return out
}

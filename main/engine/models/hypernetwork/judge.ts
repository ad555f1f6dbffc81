import type { LocalExecutor, Parameters } from '../../graph/index.ts'
import { gaussianCrps, gaussianNll } from '../gaussian.ts'
import type { TrainingSettings } from '../training-settings.ts'
import { networkEvaluator, type MemberState, type NetworkEvaluator } from './predict.ts'
import { headSize, type NetworkShape } from './shape.ts'

/** Standardised rows: x n x d features, y n x m targets (NaN = not observed), offset n x 2m of a mean function. */
export interface MemberRows {
  readonly n: number
  readonly x: Float32Array
  readonly y: Float32Array
  readonly offset: Float32Array | null
}

/** Mean CRPS over observed cells and the data loss a row; null without such a cell. */
export interface Verdict {
  readonly score: number | null
  readonly loss: number | null
}

/** How good a network is on rows that it was not trained on. */
export type RowsJudge = (state: MemberState, rows: MemberRows) => Verdict

/** The judge that the settings name; `evaluator` is one of networks of this shape. */
export function rowsJudge(
  executor: LocalExecutor,
  evaluator: NetworkEvaluator,
  shape: NetworkShape,
  settings: TrainingSettings,
): RowsJudge {
  if (settings.judged === 'predictive' || shape.uncertainty === 'none')
    return (state, rows) => validate(evaluator, state, rows)
  const plain = networkEvaluator(executor, { ...shape, uncertainty: 'none', latent: 0 })
  const nothing = { count: 1, values: new Float32Array(0) }
  return ({ parameters }, rows) =>
    validate(plain, { parameters: meanNetwork(shape, parameters), draws: nothing }, rows)
}

/** Plain weights of the network at z = 0; without dropout, where that is what makes draws. */
export function meanNetwork(shape: NetworkShape, parameters: Parameters): Parameters {
  const { mean } = parameters
  const { features: d, hidden: h } = shape
  const out: Record<string, Float32Array> = {}
  let at = 0
  for (const [layer, inputs, outputs] of [
    [1, d, h],
    [2, h, h],
    [3, h, headSize(shape)],
  ] as const) {
    const from = at
    const w = parameters[`w${layer}`]!.slice()
    for (let i = 0; i < inputs && mean !== undefined; i++) {
      const scale = 1 + mean[from + i]!
      for (let o = i * outputs; o < (i + 1) * outputs; o++) w[o]! *= scale
    }
    out[`w${layer}`] = w
    out[`b${layer}`] = parameters[`b${layer}`]!.map((b, i) => b + (mean?.[from + inputs + i] ?? 0))
    at += inputs + outputs
  }
  return out
}

/** Mean CRPS of the moment-matched predictive over observed cells, and its data loss; null without such a cell. */
function validate(
  evaluator: NetworkEvaluator,
  state: MemberState,
  rows: MemberRows,
): { score: number | null; loss: number | null } {
  const { mean, spread, noise } = evaluator.moments(state, rows.x, rows.offset, rows.n)
  let crps = 0
  let loss = 0
  let count = 0
  rows.y.forEach((y, i) => {
    if (Number.isNaN(y)) return
    const sd = Math.sqrt(spread[i]! + noise[i]!)
    const c = gaussianCrps(y, mean[i]!, sd)
    crps += c
    loss += 0.5 * gaussianNll(y, mean[i]!, sd) + 2 * c
    count++
  })
  return count === 0 ? { score: null, loss: null } : { score: crps / count, loss: loss / rows.n }
}

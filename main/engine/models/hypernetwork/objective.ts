import { trainingStep, type GraphBuilder, type NodeId, type TrainingStep } from '../../graph/index.ts'
import { GraphBuilder as Builder } from '../../graph/index.ts'
import type { TrainingSettings } from '../training-settings.ts'
import {
  networkOutputs,
  networkParameters,
  rowwiseOutputs,
  type NetworkNodes,
  type NetworkOutputs,
} from './network.ts'
import { drawSize, type NetworkShape } from './shape.ts'

/** Prior of each γ_i: N(0, PRIOR_SD²). */
export const PRIOR_SD = 0.3

/**
 * Mean over draws and rows of the sum over observed outputs of 0.5 NLL + 2 CRPS (closed forms of the normal), on
 * standardised targets. y, observed: B x m; an unobserved target is 0 in both.
 */
export function dataLoss(g: GraphBuilder, outputs: NetworkOutputs, y: NodeId, observed: NodeId): NodeId {
  const [draws = 1, rows = 1] = g.shape(outputs.mean)
  const sd = g.unary('exp', g.scale(outputs.logVariance, 0.5))
  const w = g.over(g.minus(y, outputs.mean), sd)
  const square = g.scale(g.unary('square', w), -0.5)
  const nll = g.plus(
    g.minus(g.scale(outputs.logVariance, 0.5), square),
    g.scalar(0.5 * Math.log(2 * Math.PI)),
  )
  const density = g.scale(g.unary('exp', square), 2 / Math.sqrt(2 * Math.PI))
  const inner = g.plus(g.times(w, g.unary('erf', g.scale(w, Math.SQRT1_2))), density)
  const crps = g.times(sd, g.minus(inner, g.scalar(1 / Math.sqrt(Math.PI))))
  const each = g.plus(g.scale(nll, 0.5), g.scale(crps, 2))
  return g.scale(g.sum(g.times(each, observed)), 1 / (draws * rows))
}

/**
 * Sum over i of KL(N(mean_i, Σ_k U_ki²) ‖ N(0, PRIOR_SD²)). Marginals only: correlations that U makes between the γ_i are
 * not charged (docs/theory/hypernetwork.md says what follows; posteriors/ has heads with the exact term).
 */
export function marginalKl(g: GraphBuilder, mean: NodeId, factors: NodeId): NodeId {
  const variance = g.plus(g.sum(g.unary('square', factors), [0], true), g.scalar(1e-12))
  const precision = 1 / (PRIOR_SD * PRIOR_SD)
  const quadratic = g.scale(g.plus(variance, g.unary('square', mean)), 0.5 * precision)
  const each = g.minus(quadratic, g.scale(g.unary('log', variance), 0.5))
  return g.sum(g.plus(each, g.scalar(Math.log(PRIOR_SD) - 0.5)))
}

/** tempering · KL / n of the networks that are generated, nothing for plain weights. */
export function withKl(
  g: GraphBuilder,
  loss: NodeId,
  nodes: NetworkNodes,
  settings: TrainingSettings,
  n: number,
): NodeId {
  if (nodes.mean === null || nodes.factors === null) return loss
  return g.plus(loss, g.scale(marginalKl(g, nodes.mean, nodes.factors), settings.tempering / n))
}

/** Names under which a training step takes its data and its draws. */
export interface StepLayout {
  readonly step: TrainingStep
  /** Rows of a batch; below n they are named by the fed `rows`. */
  readonly batch: number
  readonly draws: number
}

/**
 * One step on n training rows: data loss of a batch under fresh draws + tempering·KL/n. Data inputs: x (n x d),
 * y and observed (n x m), offset (n x 2m) with a mean function; fed: `draws` (S x drawSize), `rows` (B) of a batch.
 */
export function memberStep(shape: NetworkShape, settings: TrainingSettings, n: number): StepLayout {
  const g = new Builder()
  const m = shape.outputs
  const batch = Math.min(n, settings.batch)
  const rowwise = settings.pairs === 0 && drawSize(shape) > 0
  const draws = shape.uncertainty === 'none' ? 1 : rowwise ? batch : 2 * settings.pairs
  const rows = batch < n ? g.fed('rows', [batch], 'i32') : null
  const pick = (name: string, width: number): NodeId => {
    const all = g.data(name, [n, width])
    return rows === null ? all : g.gather(all, rows)
  }
  const x = pick('x', shape.features)
  const y = pick('y', m)
  const observed = pick('observed', m)
  const offset = shape.offset ? pick('offset', 2 * m) : null
  const z = drawSize(shape) > 0 ? g.fed('draws', [draws, drawSize(shape)]) : null
  const nodes = networkParameters(g, shape)
  const outputs =
    rowwise && z !== null
      ? rowwiseOutputs(g, shape, nodes, x, z, offset)
      : networkOutputs(g, shape, nodes, x, z, offset)
  const data = dataLoss(g, outputs, y, observed)
  const loss = withKl(g, data, nodes, settings, n)
  return { step: trainingStep(g, loss, rulesOf(nodes, settings)), batch, draws }
}

/** How AdamW moves each parameter of a network. */
export function rulesOf(
  nodes: NetworkNodes,
  settings: TrainingSettings,
): { name: string; rate: number; decay: number }[] {
  const { weightRate, hyperRate, decay } = settings
  const rules = nodes.weights.flatMap((_, i) => [
    { name: `w${i + 1}`, rate: weightRate, decay },
    { name: `b${i + 1}`, rate: weightRate, decay: 0 },
  ])
  if (nodes.mean !== null)
    rules.push({ name: 'mean', rate: hyperRate, decay: 0 }, { name: 'factors', rate: hyperRate, decay: 0 })
  return rules
}

import { ContractError } from '../../../contract/index.ts'
import { GraphBuilder, type Graph, type NodeId } from '../../graph/index.ts'
import { distanceWidening, intervalMultiplier } from '../calibration.ts'
import type { FittedModel } from '../fit-model.ts'
import type { NetworksState } from '../hypernetwork/networks.ts'
import { networkOutputs, type NetworkNodes } from '../hypernetwork/network.ts'
import { drawSize } from '../hypernetwork/shape.ts'
import type { MemberState } from '../hypernetwork/predict.ts'
import { gammaSize } from '../hypernetwork/shape.ts'
import { SD_FLOOR } from '../hypernetwork/networks.ts'
import { carriedNodes } from '../outputs/link-nodes.ts'
import { discrepancyNodes } from './discrepancy-nodes.ts'
import { featureNodes } from './feature-nodes.ts'

/** A fitted hypernetwork as one graph from raw inputs to calibrated predictive distributions; scalers are inside. */
export interface ModelGraph {
  readonly graph: Graph
  /** rows x d: `x` numbers and codes of levels (0 where missing), `missing` 1 or 0. */
  readonly inputs: readonly { readonly name: string; readonly node: NodeId }[]
  /** rows x m each, in the outputs' units: mean, epistemicSd, aleatoricSd, low, high (interval at `level`). */
  readonly outputs: readonly { readonly name: string; readonly node: NodeId }[]
}

/** Rows that the graph is written for; the axis is free in the exported model. */
export const GRAPH_ROWS = 7

/**
 * The kind `bhn-raw` of the model, its discrepancy and calibration included, as a graph. `posterior(model, executor,
 * {kind: 'bhn-raw'}).predict` gives the same numbers but for float32. BAD_REQUEST when the model has no such kind.
 */
export function modelGraph(model: FittedModel, level: number): ModelGraph {
  const served = model.models.find(({ kind }) => kind === 'bhn-raw')
  const state = model.components.network
  if (served === undefined || state === undefined)
    throw new ContractError(
      'BAD_REQUEST',
      'The model was fitted without the hypernetwork on raw inputs, which is what ONNX export writes.',
    )
  if (model.wholes !== null)
    throw new ContractError(
      'BAD_REQUEST',
      'Parts of a whole are predicted by draws, which ONNX export does not write; train a model of other outputs to export it.',
    )
  const g = new GraphBuilder()
  const d = model.inputs.length
  const x = g.data('x', [GRAPH_ROWS, d])
  const missing = g.data('missing', [GRAPH_ROWS, d])
  const features = featureNodes(g, state.features, x, missing)
  const { mean, spread, noise } = memberNodes(g, state, features)
  const parts =
    model.discrepancy === null || served.strengths === null
      ? { epistemic: spread, aleatoric: noise, freedom: null }
      : discrepancyNodes(g, model.discrepancy.discrepancy, served.strengths, features, spread, noise)
  const row = (values: readonly number[]): NodeId => g.constant(values, [1, values.length])
  const unit = row(served.calibration.map(({ factor }, j) => factor * state.scale.sd[j]!))
  const centre = g.plus(g.times(mean, row([...state.scale.sd])), row([...state.scale.mean]))
  const raw = g.times(g.unary('sqrt', g.plus(parts.epistemic, parts.aleatoric)), row([...state.scale.sd]))
  const half = served.calibration.map((calibration, j) => {
    const own = g.slice(raw, 1, j, j + 1)
    const scaled = g.scale(own, intervalMultiplier(calibration, level))
    return parts.freedom === null
      ? scaled
      : g.times(scaled, widening(g, parts.freedom[j]!, level, calibration.groups))
  })
  const halves = half.length === 1 ? half[0]! : g.concat(half, 1)
  const stated = carriedNodes(g, model.outputs, {
    mean: centre,
    epistemicSd: g.times(g.unary('sqrt', parts.epistemic), unit),
    aleatoricSd: g.times(g.unary('sqrt', parts.aleatoric), unit),
    low: g.minus(centre, halves),
    high: g.plus(centre, halves),
  })
  return {
    graph: g.graph,
    inputs: [
      { name: 'x', node: x },
      { name: 'missing', node: missing },
    ],
    outputs: [
      { name: 'mean', node: stated.mean },
      { name: 'epistemicSd', node: stated.epistemicSd },
      { name: 'aleatoricSd', node: stated.aleatoricSd },
      { name: 'low', node: stated.low },
      { name: 'high', node: stated.high },
    ],
  }
}

/** Members of equal weight, standardised: mean, variance of means over members and draws, noise with its floor. */
function memberNodes(
  g: GraphBuilder,
  state: NetworksState,
  features: NodeId,
): { mean: NodeId; spread: NodeId; noise: NodeId } {
  const each = state.members.map((member) => {
    const draws = g.constant(member.draws.values, [member.draws.count, drawSize(state.shape)])
    const outputs = networkOutputs(g, state.shape, constants(g, state, member), features, draws, null)
    const mean = g.mean(outputs.mean, [0])
    return {
      mean,
      spread: g.mean(g.unary('square', g.minus(outputs.mean, mean)), [0]),
      noise: g.mean(g.unary('exp', outputs.logVariance), [0]),
    }
  })
  const average = (nodes: readonly NodeId[]): NodeId => g.scale(nodes.reduce(g.plus), 1 / nodes.length)
  const mean = average(each.map((part) => part.mean))
  const spread = average(each.map((part) => g.plus(part.spread, g.unary('square', g.minus(part.mean, mean)))))
  const noise = average(each.map((part) => part.noise))
  const short = g.minus(g.minus(g.scalar(SD_FLOOR * SD_FLOOR), spread), noise)
  return { mean, spread, noise: g.plus(noise, g.unary('relu', short)) }
}

function constants(g: GraphBuilder, state: NetworksState, { parameters }: MemberState): NetworkNodes {
  const { features: d, hidden: h, outputs: m, latent } = state.shape
  const of = (name: string, shape: readonly number[]): NodeId => {
    const values = parameters[name]
    if (values === undefined) throw new Error(`the network has no parameter ${name}`)
    return g.constant(values, shape)
  }
  const sizes = [
    [d, h],
    [h, h],
    [h, 2 * m],
  ] as const
  return {
    weights: sizes.map(([inputs, outputs], i) => ({
      w: of(`w${i + 1}`, [inputs, outputs]),
      b: of(`b${i + 1}`, [1, outputs]),
    })),
    mean: of('mean', [1, gammaSize(state.shape)]),
    factors: of('factors', [latent, gammaSize(state.shape)]),
  }
}

/** `distanceWidening` by the number of groups as far out, as a staircase. support: rows x 1. */
function widening(g: GraphBuilder, support: NodeId, level: number, groups: number): NodeId {
  const at = Array.from({ length: groups + 1 }, (_, count) => distanceWidening(level, count, groups))
  const thresholds = Float32Array.from({ length: groups }, (_, count) => count + 0.5)
  const rises = Float32Array.from({ length: groups }, (_, count) => at[count + 1]! - at[count]!)
  const passed = g.unary('step', g.minus(support, g.constant(thresholds, [1, groups])))
  return g.plus(g.matmul(passed, g.constant(rises, [groups, 1])), g.scalar(at[0]!))
}

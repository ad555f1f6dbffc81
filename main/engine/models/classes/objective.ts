import { GraphBuilder, trainingStep, type NodeId } from '../../graph/index.ts'
import { networkParameters, networkSignal } from '../hypernetwork/network.ts'
import { rulesOf, withKl, type StepLayout } from '../hypernetwork/objective.ts'
import { drawSize, type NetworkShape } from '../hypernetwork/shape.ts'
import type { TrainingSettings } from '../training-settings.ts'

/**
 * One step of a classifier on n training rows: cross-entropy of a batch, averaged over fresh draws of the weights (the
 * expected log-likelihood of the bound), + tempering·KL/n. Data inputs: x (n x d), y (n x L, 1 at the observed level);
 * fed: `draws` and, for a batch below n, `rows`.
 */
export function classStep(shape: NetworkShape, settings: TrainingSettings, n: number): StepLayout {
  const g = new GraphBuilder()
  const batch = Math.min(n, settings.batch)
  const draws = 2 * settings.pairs
  const rows = batch < n ? g.fed('rows', [batch], 'i32') : null
  const pick = (name: string, width: number): NodeId => {
    const all = g.data(name, [n, width])
    return rows === null ? all : g.gather(all, rows)
  }
  const x = pick('x', shape.features)
  const y = pick('y', shape.logits ?? 0)
  const nodes = networkParameters(g, shape)
  const signal = networkSignal(g, shape, nodes, x, g.fed('draws', [draws, drawSize(shape)]))
  const entropy = g.scale(g.sum(g.times(g.logSoftmax(signal), y)), -1 / (draws * batch))
  const loss = withKl(g, entropy, nodes, settings, n)
  return { step: trainingStep(g, loss, rulesOf(nodes, settings)), batch, draws }
}

import type { LocalEvaluator, LocalExecutor, LocalTrainer, StepFeeds } from '../executor.ts'
import { feederOf, leafOf, leaves } from '../feeds.ts'
import { sizeOf } from '../shapes.ts'
import type { Graph, NodeId, Parameters, Tensors, TrainingState, TrainingStep } from '../types.ts'
import { adamW } from './adamw.ts'
import { planOf, type Plan } from './plan.ts'

/**
 * Runs graphs in plain TypeScript: what every other executor is compared with. Values are stored in float32, each
 * computed in float64 and rounded once; every sum runs in one fixed order, so a run repeats bit for bit.
 */
export const referenceExecutor: LocalExecutor = { name: 'TypeScript reference', trainer, evaluator }

/** Points the slot of every fed leaf at the values fed, or at those of step `step` of `count`. */
function feed(
  graph: Graph,
  plan: Plan,
  ids: readonly NodeId[],
  fed: Tensors,
  count = 1,
): (step: number) => void {
  const valuesOf = feederOf(graph)
  const feeds = ids.map((id) => ({
    slot: plan.slots[id]!,
    size: sizeOf(leafOf(graph, id).shape),
    values: valuesOf(id, fed, count),
  }))
  return (step) => {
    for (const { slot, size, values } of feeds) {
      if (values instanceof Int32Array) slot.rows = values.subarray(step * size, (step + 1) * size)
      else slot.values = values.subarray(step * size, (step + 1) * size)
    }
  }
}

function evaluator(graph: Graph, outputs: readonly NodeId[]): LocalEvaluator {
  const plan = planOf(graph, outputs)
  const inputs = leaves(graph, outputs, 'input')
  const parameters = leaves(graph, outputs, 'parameter')
  let known = parameters.length === 0
  return {
    run(fed, given) {
      feed(graph, plan, inputs, fed)(0)
      if (given !== undefined) {
        feed(graph, plan, parameters, given)(0)
        known = true
      }
      if (!known) throw new Error('the first call of an evaluator needs the parameters')
      plan.evaluate()
      return outputs.map((id) => plan.slots[id]!.values.slice())
    },
    dispose: () => undefined,
  }
}

const copied = (tensors: Parameters): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(tensors).map(([name, values]) => [name, values.slice()]))

function trainer(step: TrainingStep, initial: TrainingState, data: Tensors): LocalTrainer {
  const { graph, loss, rules } = step
  const outputs = [loss, ...step.gradients]
  const plan = planOf(graph, outputs)
  const lossPlan = plan.slots[loss]!
  const state = {
    step: initial.step,
    parameters: copied(initial.parameters),
    firstMoments: copied(initial.firstMoments),
    secondMoments: copied(initial.secondMoments),
  }
  const inputs = leaves(graph, outputs, 'input')
  const isData = (id: NodeId): boolean => {
    const node = graph.nodes[id]!
    return node.op === 'input' && node.per === 'data'
  }
  const fed = inputs.filter((id) => !isData(id))
  feed(graph, plan, inputs.filter(isData), data)(0)
  feed(graph, plan, leaves(graph, outputs, 'parameter'), state.parameters)(0)
  const moved = rules.map((rule, i) => {
    const of = (tensors: Parameters): Float32Array => {
      const values = tensors[rule.name]
      if (values === undefined) throw new Error(`the state holds nothing for "${rule.name}"`)
      return values
    }
    return {
      rule,
      gradient: plan.slots[step.gradients[i]!]!,
      weights: of(state.parameters),
      first: of(state.firstMoments),
      second: of(state.secondMoments),
    }
  })
  return {
    run({ count, rates, inputs: stepInputs }: StepFeeds) {
      if (rates.length !== count) throw new Error(`${rates.length} rates for ${count} steps`)
      const point = feed(graph, plan, fed, stepInputs, count)
      const losses = new Float32Array(count)
      for (let i = 0; i < count; i++) {
        point(i)
        plan.evaluate()
        losses[i] = lossPlan.values[0]!
        state.step++
        for (const { rule, gradient, weights, first, second } of moved)
          adamW(step, rule, state.step, rates[i]!, gradient.values, weights, first, second)
      }
      return losses
    },
    gradients(stepInputs) {
      feed(graph, plan, fed, stepInputs)(0)
      plan.evaluate()
      return {
        loss: lossPlan.values[0]!,
        gradients: Object.fromEntries(
          moved.map(({ rule, gradient }) => [rule.name, gradient.values.slice()]),
        ),
      }
    },
    state: () => ({
      step: state.step,
      parameters: copied(state.parameters),
      firstMoments: copied(state.firstMoments),
      secondMoments: copied(state.secondMoments),
    }),
    dispose: () => undefined,
  }
}

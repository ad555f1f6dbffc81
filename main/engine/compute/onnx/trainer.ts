import type { Tensor as OrtTensor } from 'onnxruntime-node'
import { corrections, feederOf, leafOf } from '../../graph/index.ts'
import type {
  Evaluator,
  NodeId,
  Parameters,
  StepFeeds,
  Tensors,
  Trainer,
  TrainingState,
  TrainingStep,
} from '../../graph/index.ts'
import { fromBlock, toBlock, type Block } from './blocks.ts'
import { onnxEvaluator } from './evaluator.ts'
import { floatsOf, openSession, tensorMaker, type SessionSettings } from './session.ts'
import { kinds, names, trainingModel } from './training-model.ts'

type Feeds = Record<string, OrtTensor>

const copied = (tensors: Parameters): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(tensors).map(([name, values]) => [name, values.slice()]))

/** A training run whose steps are one session call a chunk; the session for `gradients` is opened when first asked for. */
export async function onnxTrainer(
  settings: SessionSettings,
  step: TrainingStep,
  initial: TrainingState,
  data: Tensors,
): Promise<Trainer> {
  const { graph, loss, rules } = step
  const model = trainingModel(step)
  const { blocks } = model
  const start = {
    weights: copied(initial.parameters),
    first: copied(initial.firstMoments),
    second: copied(initial.secondMoments),
  }
  const flat = blocks.map((block) => ({
    weights: toBlock(block, start.weights),
    first: toBlock(block, start.first),
    second: toBlock(block, start.second),
  }))
  let taken = initial.step
  /** What no rule moves stays as it came. */
  const named = (kind: (typeof kinds)[number]): Parameters => ({
    ...start[kind],
    ...Object.fromEntries(blocks.flatMap((block, i) => fromBlock(block, flat[i]![kind]))),
  })
  const tensor = await tensorMaker()
  const valuesOf = feederOf(graph)
  const fed = (ids: readonly NodeId[], tensors: Tensors, count?: number): Feeds =>
    Object.fromEntries(
      ids.map((id) => {
        const node = leafOf(graph, id)
        const shape = count === undefined ? node.shape : [count, ...node.shape]
        return [names.leaf(node), tensor(valuesOf(id, tensors, count), shape)]
      }),
    )
  const constant = { ...fed(model.dataInputs, data), ...fed(model.frozen, start.weights) }
  const session = await openSession(model.bytes, settings)
  let evaluator: Promise<Evaluator> | null = null

  return {
    async run({ count, rates, inputs }: StepFeeds) {
      if (rates.length !== count) throw new Error(`${rates.length} rates for ${count} steps`)
      const feeds: Feeds = {
        ...constant,
        ...fed(model.stepInputs, inputs, count),
        [names.count]: tensor(BigInt64Array.of(BigInt(count)), []),
      }
      for (const [name, values] of Object.entries(stepNumbers(step, blocks, taken, rates)))
        feeds[name] = tensor(values, [count])
      blocks.forEach(({ name, shape }, i) => {
        for (const kind of kinds) feeds[names[kind](name)] = tensor(flat[i]![kind], shape)
      })
      const results = await session.run(feeds)
      blocks.forEach(({ name }, i) => {
        for (const kind of kinds) flat[i]![kind] = floatsOf(results, names.after(names[kind](name)))
      })
      taken += count
      return floatsOf(results, names.losses).slice()
    },
    async gradients(inputs) {
      evaluator ??= onnxEvaluator(settings, graph, [loss, ...step.gradients])
      const [value, ...gradients] = await (await evaluator).run({ ...data, ...inputs }, named('weights'))
      return {
        loss: value![0]!,
        gradients: Object.fromEntries(rules.map(({ name }, i) => [name, gradients[i]!])),
      }
    },
    state: () =>
      Promise.resolve({
        step: taken,
        parameters: copied(named('weights')),
        firstMoments: copied(named('first')),
        secondMoments: copied(named('second')),
      }),
    async dispose() {
      await session.release()
      if (evaluator !== null) await (await evaluator).dispose()
    },
  }
}

/** The numbers of AdamW for steps `taken`+1 .. `taken`+count as the model's inputs, in float64 before they are stored. */
function stepNumbers(
  step: TrainingStep,
  blocks: readonly Block[],
  taken: number,
  rates: Float32Array,
): Record<string, Float32Array> {
  const all = Array.from(rates, (rate, i) => {
    const [c1, c2] = corrections(step, taken + i + 1)
    return { rate, c1, root: Math.sqrt(c2) }
  })
  const numbers: Record<string, Float32Array> = {
    [names.epsilon]: Float32Array.from(all, ({ root }) => step.epsilon / root),
  }
  for (const block of blocks) {
    numbers[names.rate(block.name)] = Float32Array.from(
      all,
      ({ rate, c1, root }) => (rate * block.rate * c1) / root,
    )
    if (block.decay !== 0)
      numbers[names.decay(block.name)] = Float32Array.from(all, ({ rate }) => rate * block.rate * block.decay)
  }
  return numbers
}

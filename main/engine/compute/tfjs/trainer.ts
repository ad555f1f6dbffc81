import type { Tensor } from '@tensorflow/tfjs-core'
import {
  fedValues,
  sizeOf,
  type Parameters,
  type StepFeeds,
  type StepGradients,
  type Tensors,
  type Trainer,
  type TrainingState,
  type TrainingStep,
} from '../../graph/index.ts'
import { adamw, type Moving } from './adamw.ts'
import { checkState, graphInputs, graphParameters } from './bindings.ts'
import { compile, download, upload } from './interpret.ts'
import type { Tfjs } from './tfjs.ts'

/** A training run whose weights and moments stay on the device between calls. */
export function tfjsTrainer(tf: Tfjs, step: TrainingStep, initial: TrainingState, data: Tensors): Trainer {
  const outputs = [step.loss, ...step.gradients]
  checkState(step, initial)
  const inputs = graphInputs(step.graph, outputs)
  const fed = inputs.filter((node) => node.per === 'step')
  const program = compile(tf, step.graph, outputs)
  const parameters = graphParameters(step.graph, outputs)
  for (const node of parameters) fedValues(node, initial.parameters)
  const shapes = new Map(parameters.map((node) => [node.name, node.shape]))
  const table = new Map(
    inputs
      .filter((node) => node.per === 'data')
      .map((node) => [node.name, upload(tf, fedValues(node, data), node.shape)]),
  )
  const put = (values: Float32Array, name: string): Tensor =>
    upload(tf, values, shapes.get(name) ?? [values.length])
  const moving = new Map<string, Moving>(
    Object.keys(initial.parameters).map((name) => [
      name,
      {
        weight: put(initial.parameters[name]!, name),
        first: put(initial.firstMoments[name]!, name),
        second: put(initial.secondMoments[name]!, name),
      },
    ]),
  )
  let taken = initial.step

  const outputsOf = (feeds: StepFeeds, i: number): Tensor[] =>
    tf.tidy(() => {
      const bound = new Map(table)
      for (const node of fed) {
        const size = sizeOf(node.shape)
        const values = fedValues(node, feeds.inputs, feeds.count).subarray(i * size, (i + 1) * size)
        bound.set(node.name, upload(tf, values, node.shape))
      }
      return program.run(bound, new Map([...moving].map(([name, { weight }]) => [name, weight])))
    })

  /** Takes one step and answers its loss, still on the device. */
  const take = (feeds: StepFeeds, i: number): Tensor => {
    const [loss, ...gradients] = outputsOf(feeds, i)
    const t = taken + 1
    step.rules.forEach((rule, k) => {
      const before = moving.get(rule.name)!
      const after = tf.tidy(() => ({ ...adamw(tf, before, gradients[k]!, rule, step, t, feeds.rates[i]!) }))
      tf.dispose([before.weight, before.first, before.second, gradients[k]!])
      moving.set(rule.name, after)
    })
    taken = t
    return loss!
  }

  return {
    async run(feeds) {
      if (feeds.rates.length !== feeds.count)
        throw new Error(`${feeds.rates.length} rates for ${feeds.count} steps`)
      const losses: Tensor[] = []
      try {
        for (let i = 0; i < feeds.count; i++) losses.push(take(feeds, i))
        if (losses.length === 0) return new Float32Array(0)
        const together = tf.tidy(() => tf.concat(losses.map((loss) => tf.reshape(loss, [1]))))
        const values = await download(together)
        together.dispose()
        return values
      } finally {
        tf.dispose(losses)
      }
    },
    async gradients(given): Promise<StepGradients> {
      const results = outputsOf({ count: 1, rates: new Float32Array(1), inputs: given }, 0)
      try {
        const [loss, ...values] = await Promise.all(results.map(download))
        return {
          loss: loss![0]!,
          gradients: Object.fromEntries(step.rules.map(({ name }, k) => [name, values[k]!])),
        }
      } finally {
        tf.dispose(results)
      }
    },
    async state(): Promise<TrainingState> {
      const copy = async (part: keyof Moving): Promise<Parameters> =>
        Object.fromEntries(
          await Promise.all(
            [...moving].map(async ([name, tensors]) => [name, await download(tensors[part])] as const),
          ),
        )
      return {
        step: taken,
        parameters: await copy('weight'),
        firstMoments: await copy('first'),
        secondMoments: await copy('second'),
      }
    },
    dispose() {
      program.dispose()
      tf.dispose([...table.values()])
      for (const { weight, first, second } of moving.values()) tf.dispose([weight, first, second])
      moving.clear()
      return Promise.resolve()
    },
  }
}

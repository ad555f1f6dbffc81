import { describe, expect, it } from 'vitest'
import { loadNative, nativeLevelsHere } from '../../../../main/engine/compute/native/index.ts'
import {
  gradients,
  initialState,
  referenceExecutor,
  trainingStep,
} from '../../../../main/engine/graph/index.ts'
import type { Parameters, Tensor } from '../../../../main/engine/graph/index.ts'
import { randomGraph } from '../../../support/random-graphs.ts'

/** Sums of many rounded numbers that cancel may end near 0: differences count from this size of value on. */
const smallest = 1e-2

function difference(values: Float32Array, reference: Float32Array): number {
  let largest = values.length === reference.length ? 0 : Infinity
  let scale = smallest
  reference.forEach((expected, i) => {
    largest = Math.max(largest, Math.abs(values[i]! - expected))
    scale = Math.max(scale, Math.abs(expected))
    if (!Number.isFinite(values[i]!)) largest = Infinity
  })
  return largest / scale
}

const worst = (values: Parameters, reference: Parameters): number =>
  Math.max(...Object.entries(reference).map(([name, own]) => difference(values[name]!, own)))

const repeated = (values: Tensor, times: number): Tensor => {
  const all = Array.from({ length: times }, () => [...values]).flat()
  return values instanceof Int32Array ? Int32Array.from(all) : Float32Array.from(all)
}

/** Whatever is fused, joined, viewed or reordered on the way to a program, the numbers are those of the reference. */
describe.each(nativeLevelsHere())('random graphs on %s', (level) => {
  it.each(Array.from({ length: 30 }, (_, i) => i))('values and gradients of graph %i', (seed) => {
    const { builder, outputs, loss, parameters, inputs } = randomGraph(seed, 12 + seed)
    const wanted = builder.nodes.flatMap(({ op }, id) => (op === 'parameter' ? [id] : []))
    const all = [...outputs, ...gradients(builder, loss, wanted)]
    const expected = referenceExecutor.evaluator(builder.graph, all).run(inputs, parameters)
    const evaluator = loadNative(level)!.evaluator(builder.graph, all)
    const values = evaluator.run(inputs, parameters)
    evaluator.dispose()
    all.forEach((id, i) => {
      const { op, shape } = builder.node(id)
      expect(
        difference(values[i]!, expected[i]!),
        `output ${i}, ${op} [${shape.join(', ')}]`,
      ).toBeLessThanOrEqual(2e-5)
    })
  })

  it.each(Array.from({ length: 15 }, (_, i) => i))('three steps of training graph %i', (seed) => {
    const { builder, loss, parameters, inputs } = randomGraph(1000 + seed, 15 + seed)
    const rules = Object.keys(parameters).map((name, i) => ({ name, rate: 1, decay: i % 2 === 0 ? 0 : 0.1 }))
    // A large epsilon keeps the update in proportion to the gradient: a rounding difference stays one.
    const step = trainingStep(builder, loss, rules, { epsilon: 0.05 })
    const entries = builder.nodes.flatMap((node) => (node.op === 'input' ? [node] : []))
    const of = (per: 'data' | 'step', times: number): Record<string, Tensor> =>
      Object.fromEntries(
        entries
          .filter((node) => node.per === per)
          .map(({ name }) => [name, repeated(inputs[name]!, times)] as const),
      )
    const feeds = { count: 3, rates: Float32Array.of(0.1, 0.05, 0.1), inputs: of('step', 3) }
    const initial = initialState(parameters)
    const reference = referenceExecutor.trainer(step, initial, of('data', 1))
    const trainer = loadNative(level)!.trainer(step, initial, of('data', 1))
    expect(difference(trainer.run(feeds), reference.run(feeds))).toBeLessThanOrEqual(2e-5)
    const [state, expected] = [trainer.state(), reference.state()]
    trainer.dispose()
    expect(worst(state.parameters, expected.parameters)).toBeLessThanOrEqual(1e-4)
    expect(worst(state.firstMoments, expected.firstMoments)).toBeLessThanOrEqual(1e-4)
    expect(worst(state.secondMoments, expected.secondMoments)).toBeLessThanOrEqual(1e-4)
  })
})

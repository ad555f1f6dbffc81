import {
  gradients,
  GraphBuilder,
  initialState,
  referenceExecutor,
  trainingStep,
} from '../../main/engine/graph/index.ts'
import type { Executor, Parameters, TrainingState } from '../../main/engine/graph/index.ts'
import { opCases, weighted } from './graph-cases.ts'
import { imageCase, tabularCase, wideCase, type TrainingCase } from './training-cases.ts'

/** One thing that every executor must do; `run` gives what is wrong, nothing when all is well. */
export interface ConformanceCase {
  readonly name: string
  run(executor: Executor, tolerance: number): Promise<string[]>
}

/** Largest difference relative to the largest value of the reference; Infinity when NaN or lengths differ. */
export function relativeDifference(values: Float32Array, reference: Float32Array): number {
  if (values.length !== reference.length) return Infinity
  let largest = 0
  let scale = 1e-30
  for (let i = 0; i < values.length; i++) {
    const [a, b] = [values[i]!, reference[i]!]
    if (Object.is(a, b) || a === b) scale = Math.max(scale, Number.isFinite(b) ? Math.abs(b) : 0)
    else if (!Number.isFinite(a) || !Number.isFinite(b)) return Infinity
    else {
      largest = Math.max(largest, Math.abs(a - b))
      scale = Math.max(scale, Math.abs(b))
    }
  }
  return largest / scale
}

const differences = (
  what: string,
  values: Parameters,
  reference: Parameters,
  tolerance: number,
): string[] => [
  ...(Object.keys(values).sort().join() === Object.keys(reference).sort().join()
    ? []
    : [`${what} has ${Object.keys(values).sort().join()}, not ${Object.keys(reference).sort().join()}`]),
  ...Object.entries(reference).flatMap(([name, expected]) => {
    const difference = relativeDifference(values[name] ?? new Float32Array(0), expected)
    return difference <= tolerance ? [] : [`${what} ${name} is off by ${difference.toExponential(2)}`]
  }),
]

const stateDifferences = (state: TrainingState, reference: TrainingState, tolerance: number): string[] => [
  ...(state.step === reference.step ? [] : [`step ${state.step}, not ${reference.step}`]),
  ...differences('parameter', state.parameters, reference.parameters, tolerance),
  ...differences('first moment', state.firstMoments, reference.firstMoments, tolerance),
  ...differences('second moment', state.secondMoments, reference.secondMoments, tolerance),
]

/** Value and gradients of every op, one test for each. */
const opGroups: ConformanceCase[] = [...Map.groupBy(opCases, ({ name }) => name.split(' ')[0]!)].map(
  ([group, cases]) => ({
    name: `values and gradients of ${group}`,
    async run(executor, tolerance) {
      const wrong: string[] = []
      for (const each of cases) {
        const built = each.build()
        const outputs = [built.node, ...gradients(built.builder, weighted(built), built.wanted)]
        const { graph } = built.builder
        const expected = referenceExecutor.evaluator(graph, outputs).run(built.inputs, built.parameters)
        const evaluator = await executor.evaluator(graph, outputs)
        const values = await evaluator.run(built.inputs, built.parameters)
        await evaluator.dispose()
        outputs.forEach((_, i) => {
          const difference = relativeDifference(values[i] ?? new Float32Array(0), expected[i]!)
          const what = i === 0 ? 'value' : `gradient ${i}`
          if (!(difference <= tolerance))
            wrong.push(`${each.name}: ${what} off by ${difference.toExponential(2)}`)
        })
      }
      return wrong
    },
  }),
)

/** Far from 0 nothing overflows, and small differences are not lost. */
const extremes: ConformanceCase = {
  name: 'far values',
  async run(executor, tolerance) {
    const b = new GraphBuilder()
    const x = b.data('x', [8])
    const ops = ['tanh', 'sigmoid', 'silu', 'relu', 'softplus', 'erf', 'step'] as const
    const outputs = [...ops.map((op) => b.unary(op, x)), b.softmax(x), b.logSoftmax(x)]
    const inputs = { x: Float32Array.of(-80, -20, -5, -1e-4, 0, 1e-4, 20, 80) }
    const expected = referenceExecutor.evaluator(b.graph, outputs).run(inputs)
    const evaluator = await executor.evaluator(b.graph, outputs)
    const values = await evaluator.run(inputs, {})
    await evaluator.dispose()
    return expected.flatMap((own, i) => {
      const difference = relativeDifference(values[i]!, own)
      return difference <= tolerance ? [] : [`${ops[i] ?? 'softmax'} off by ${difference.toExponential(2)}`]
    })
  },
}

/** Adam divides gradients by their size, so a rounding difference of a small one grows: tenfold is allowed. */
const training = (make: () => TrainingCase): ConformanceCase[] => {
  const { name } = make()
  return [
    {
      name: `20 steps of ${name}`,
      async run(executor, tolerance) {
        const { step, initial, data, feeds } = make()
        const local = referenceExecutor.trainer(step, initial, data)
        const trainer = await executor.trainer(step, initial, data)
        const own = feeds(0, 20)
        const losses = await trainer.run(own)
        const expected = local.run(own)
        const state = await trainer.state()
        await trainer.dispose()
        return [
          ...differences('losses', { losses }, { losses: expected }, 10 * tolerance),
          ...stateDifferences(state, local.state(), 10 * tolerance),
        ]
      },
    },
    {
      name: `gradients of ${name}, without moving it`,
      async run(executor, tolerance) {
        const { step, initial, data, feeds } = make()
        const local = referenceExecutor.trainer(step, initial, data)
        const trainer = await executor.trainer(step, initial, data)
        const { inputs } = feeds(0, 1)
        const before = await trainer.gradients(inputs)
        const expected = local.gradients(inputs)
        const untouched = await trainer.state()
        const [loss] = await trainer.run(feeds(0, 1))
        await trainer.run(feeds(1, 3))
        local.run(feeds(0, 4))
        const after = await trainer.gradients(feeds(4, 1).inputs)
        const later = local.gradients(feeds(4, 1).inputs)
        await trainer.dispose()
        return [
          ...differences(
            'loss',
            { loss: Float32Array.of(before.loss) },
            { loss: Float32Array.of(expected.loss) },
            tolerance,
          ),
          ...differences('gradient', before.gradients, expected.gradients, tolerance),
          ...stateDifferences(untouched, initial, 0),
          ...differences(
            'loss of run',
            { loss: Float32Array.of(loss!) },
            { loss: Float32Array.of(expected.loss) },
            tolerance,
          ),
          ...differences('later gradient', after.gradients, later.gradients, 10 * tolerance),
        ]
      },
    },
    {
      name: `resume of ${name} is bit-equal however it is cut`,
      async run(executor) {
        const { step, initial, data, feeds } = make()
        const whole = await executor.trainer(step, initial, data)
        const losses = await whole.run(feeds(0, 12))
        const end = await whole.state()
        await whole.dispose()
        const first = await executor.trainer(step, initial, data)
        const early = await first.run(feeds(0, 5))
        const saved = structuredClone(await first.state())
        const kept = structuredClone(saved)
        await first.run(feeds(5, 1))
        await first.dispose()
        const second = await executor.trainer(step, saved, data)
        const late = [...(await second.run(feeds(5, 1))), ...(await second.run(feeds(6, 6)))]
        const resumed = await second.state()
        await second.dispose()
        return [
          ...differences('losses', { losses: Float32Array.of(...early, ...late) }, { losses }, 0),
          ...stateDifferences(resumed, end, 0),
          ...stateDifferences(saved, kept, 0).map((line) => `the given state was written to: ${line}`),
        ]
      },
    },
  ]
}

const notANumber: ConformanceCase = {
  name: 'a loss that is not a number is returned as it is',
  async run(executor) {
    const { step, initial, data, feeds } = tabularCase()
    const trainer = await executor.trainer(step, initial, { ...data, y: new Float32Array(40).fill(NaN) })
    const losses = await trainer.run(feeds(0, 2))
    await trainer.dispose()
    return losses.every((loss) => Number.isNaN(loss)) ? [] : [`losses ${losses.join(', ')}`]
  },
}

const rejects = async (what: string, work: () => Promise<unknown>): Promise<string[]> => {
  try {
    await work()
    return [`${what} was taken without an error`]
  } catch {
    return []
  }
}

const badFeeds: ConformanceCase = {
  name: 'feeds that are absent or of the wrong size are refused',
  async run(executor) {
    const { step, initial, data, feeds } = tabularCase()
    const trainer = await executor.trainer(step, initial, data)
    const good = feeds(0, 2)
    const wrong = [
      ...(await rejects('an absent input', () =>
        trainer.run({ ...good, inputs: { rows: good.inputs['rows']! } }),
      )),
      ...(await rejects('too short an input', () =>
        trainer.run({ ...good, inputs: { ...good.inputs, z: new Float32Array(3) } }),
      )),
      ...(await rejects('rates for another count', () =>
        trainer.run({ ...good, rates: new Float32Array(1) }),
      )),
      ...(await rejects('a row past the table', () =>
        trainer.run({ ...good, inputs: { ...good.inputs, rows: new Int32Array(32).fill(40) } }),
      )),
    ]
    await trainer.dispose()
    return wrong
  },
}

const evaluation: ConformanceCase = {
  name: 'an evaluator keeps its parameters and asks only for what its outputs need',
  async run(executor, tolerance) {
    const b = new GraphBuilder()
    const w = b.parameter('w', [2, 2])
    const unused = b.matmul(b.data('never fed', [2, 2]), b.parameter('never given', [2, 2]))
    const product = b.matmul(b.data('x', [3, 2]), w)
    const outputs = [product, w, b.unary('tanh', product)]
    b.plus(unused, unused)
    const given = { w: Float32Array.of(1, 2, 3, 4) }
    const [one, two] = [Float32Array.of(1, 0, 0, 1, 2, -1), Float32Array.of(0.5, 1, 1, 1, -3, 2)]
    const local = referenceExecutor.evaluator(b.graph, outputs)
    const evaluator = await executor.evaluator(b.graph, outputs)
    const early = await rejects('a first call without parameters', () => evaluator.run({ x: one }))
    const wrong: string[] = []
    for (const [x, parameters] of [
      [one, given],
      [two, undefined],
      [one, { w: Float32Array.of(-1, 0.5, 2, 0) }],
    ] as const) {
      const values = await evaluator.run({ x }, parameters)
      const expected = local.run({ x }, parameters)
      expected.forEach((own, i) => {
        const difference = relativeDifference(values[i] ?? new Float32Array(0), own)
        if (!(difference <= tolerance)) wrong.push(`output ${i} off by ${difference.toExponential(2)}`)
      })
    }
    await evaluator.dispose()
    return [...early, ...wrong]
  },
}

/** A rate of 0 leaves the weights, but not the moments, as they were. */
const still: ConformanceCase = {
  name: 'a rate of 0 moves nothing but the moments',
  async run(executor, tolerance) {
    const b = new GraphBuilder()
    const w = b.parameter('w', [3])
    const step = trainingStep(b, b.sum(b.unary('square', w)), [{ name: 'w', rate: 1, decay: 0.5 }])
    const initial = initialState({ w: Float32Array.of(1, -2, 0) })
    const feeds = { count: 2, rates: new Float32Array(2), inputs: {} }
    const local = referenceExecutor.trainer(step, initial, {})
    local.run(feeds)
    const trainer = await executor.trainer(step, initial, {})
    await trainer.run(feeds)
    const state = await trainer.state()
    await trainer.dispose()
    return [
      ...stateDifferences(state, local.state(), tolerance),
      ...differences('parameter', state.parameters, initial.parameters, 0),
    ]
  },
}

export const conformanceCases: readonly ConformanceCase[] = [
  ...opGroups,
  extremes,
  ...training(tabularCase),
  ...training(imageCase),
  ...training(wideCase),
  notANumber,
  badFeeds,
  evaluation,
  still,
]

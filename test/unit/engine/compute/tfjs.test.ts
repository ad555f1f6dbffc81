import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, it } from 'vitest'
import { imageWorkload, tableWorkload } from '../../../../main/engine/compute/choose/workloads.ts'
import { loadTfjsGpu, restoreNullCheck } from '../../../../main/engine/compute/tfjs/load-gpu.ts'
import { tfjsExecutor } from '../../../../main/engine/compute/tfjs/executor.ts'
import {
  asExecutor,
  GraphBuilder,
  referenceExecutor,
  sizeOf,
  type Evaluator,
  type NodeId,
  type Shape,
} from '../../../../main/engine/graph/index.ts'
import { executorConformance } from '../../../support/executor-conformance.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'

const reference = asExecutor(referenceExecutor)
const workloads = [
  tableWorkload({ rows: 40, inputs: 5, hidden: 8, batch: 12, samples: 3 }),
  imageWorkload({ batch: 2, channels: 8, doublings: 1 }),
]

beforeAll(async () => {
  // Without it the CPU backend prints an advertisement.
  tf.env().set('PROD', true)
  await tf.setBackend('cpu')
})

executorConformance('TensorFlow.js on its CPU backend', () => tfjsExecutor(tf))

/** Largest difference relative to the largest value of the expected tensor. */
function relativeError(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length)
  const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
  const off = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - actual[i]!)), 0)
  return largest === 0 ? off : off / largest
}

const draws = (name: string, shape: Shape): Float32Array => {
  const random = randomStream(3, name)
  return Float32Array.from({ length: sizeOf(shape) }, () => random.normal())
}

describe('single operations, against the reference', () => {
  type Make = (b: GraphBuilder, input: (shape: Shape) => NodeId) => NodeId
  const cases: Record<string, Make> = {
    'matmul with a batch on one side': (b, input) => b.matmul(input([3, 2, 4]), input([4, 5])),
    'matmul whose batches interleave': (b, input) => b.matmul(input([2, 1, 3, 4]), input([3, 4, 2])),
    'matmul that broadcasts both batches': (b, input) =>
      b.matmul(input([2, 1, 4, 3]), input([1, 3, 5, 4]), { transposeA: true, transposeB: true }),
    'sum over no axis': (b, input) => b.sum(input([2, 3]), []),
    'sum over the middle': (b, input) => b.sum(input([2, 3, 4]), [1], true),
    'pad and slice': (b, input) => b.slice(b.pad(input([3, 4]), 1, 2, 1), 1, 1, 6),
    'concat of three': (b, input) => b.concat([input([2, 2]), input([2, 1]), input([2, 3])], 1),
    'concat of one': (b, input) => b.concat([input([2, 2])], 0),
    'broadcast from fewer axes': (b, input) => b.broadcast(input([3, 1]), [2, 3, 4]),
    'softmax and its logarithm': (b, input) => b.plus(b.softmax(input([3, 5])), b.logSoftmax(input([3, 5]))),
    'step and relu at zero': (b, input) =>
      b.plus(b.unary('step', b.scale(input([4]), 0)), b.unary('relu', input([4]))),
    'the smooth functions': (b, input) => {
      const a = input([3, 4])
      return (['tanh', 'sigmoid', 'silu', 'softplus', 'erf', 'exp', 'square', 'abs', 'neg'] as const)
        .map((op) => b.unary(op, a))
        .reduce((sum, term) => b.plus(sum, term))
    },
    'log, sqrt, clip and quotient': (b, input) => {
      const a = b.plus(b.unary('square', input([6])), b.scalar(0.5))
      return b.over(b.plus(b.unary('log', a), b.unary('sqrt', a)), b.clip(a, 0.7, 1.5))
    },
    'conv2d with stride': (b, input) =>
      b.conv2d(input([2, 3, 8, 9]), input([4, 3, 3, 2]), { stride: 2, padding: 1 }),
    'conv2d with dilation': (b, input) => b.conv2d(input([1, 2, 7, 7]), input([3, 2, 3, 3]), { dilation: 2 }),
    'conv2d with both': (b, input) =>
      b.conv2d(input([2, 2, 9, 8]), input([3, 2, 2, 3]), { stride: 2, padding: 2, dilation: 3 }),
    convTranspose2d: (b, input) =>
      b.convTranspose2d(input([2, 3, 4, 5]), input([3, 2, 4, 3]), { stride: 2, padding: 1 }),
    'convTranspose2d with rows that no input reaches': (b, input) =>
      b.convTranspose2d(input([1, 2, 3, 3]), input([2, 3, 2, 2]), {
        stride: 3,
        padding: 1,
        outputPadding: 2,
      }),
  }

  it.each(Object.keys(cases))('%s', async (name) => {
    const b = new GraphBuilder()
    const given: Record<string, Float32Array> = {}
    const result = cases[name]!(b, (shape) => {
      const key = `in${Object.keys(given).length}`
      given[key] = draws(`${name} ${key}`, shape)
      return b.fed(key, shape)
    })
    const run = async (evaluator: Evaluator): Promise<Float32Array> => {
      const [values] = await evaluator.run(given)
      await evaluator.dispose()
      return values!
    }
    const expected = await run(await reference.evaluator(b.graph, [result]))
    const actual = await run(await tfjsExecutor(tf).evaluator(b.graph, [result]))
    expect(relativeError(actual, expected)).toBeLessThan(1e-6)
  })

  it('gather takes rows and answers the same node twice', async () => {
    const b = new GraphBuilder()
    const picked = b.gather(b.data('table', [4, 2]), b.fed('rows', [3], 'i32'))
    const evaluator = await tfjsExecutor(tf).evaluator(b.graph, [picked, picked])
    const table = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7)
    const [one, two] = await evaluator.run({ table, rows: Int32Array.of(3, 0, 3) })
    expect([...one!]).toEqual([6, 7, 0, 1, 6, 7])
    expect(two).toEqual(one)
    await evaluator.dispose()
  })
})

describe.each(workloads)('training, $kind', (workload) => {
  const { step, initial, data, feedsFor } = workload
  const feeds = feedsFor(0, 6)

  it('has the reference’s loss and gradients to 1e-5, before and after steps', async () => {
    const ours = await tfjsExecutor(tf).trainer(step, initial, data)
    const theirs = await reference.trainer(step, initial, data)
    for (let round = 0; round < 2; round++) {
      const expected = await theirs.gradients(feedsFor(9, 1).inputs)
      const actual = await ours.gradients(feedsFor(9, 1).inputs)
      expect(Math.abs(actual.loss / expected.loss - 1)).toBeLessThan(1e-5)
      expect(Object.keys(actual.gradients).sort()).toEqual(Object.keys(initial.parameters).sort())
      for (const [name, gradient] of Object.entries(expected.gradients))
        expect(relativeError(actual.gradients[name]!, gradient)).toBeLessThan(1e-5)
      await ours.run(feedsFor(round, 1))
      await theirs.run(feedsFor(round, 1))
    }
    await ours.dispose()
  })

  it('takes the reference’s steps', async () => {
    const ours = await tfjsExecutor(tf).trainer(step, initial, data)
    const theirs = await reference.trainer(step, initial, data)
    expect(relativeError(await ours.run(feeds), await theirs.run(feeds))).toBeLessThan(1e-5)
    const [actual, expected] = [await ours.state(), await theirs.state()]
    expect(actual.step).toBe(6)
    for (const name of Object.keys(initial.parameters)) {
      const moved = Math.max(
        ...expected.parameters[name]!.map((w, i) => Math.abs(w - initial.parameters[name]![i]!)),
      )
      expect(moved).toBeGreaterThan(1e-4)
      expect(relativeError(actual.parameters[name]!, expected.parameters[name]!)).toBeLessThan(1e-4)
      expect(relativeError(actual.firstMoments[name]!, expected.firstMoments[name]!)).toBeLessThan(1e-4)
      expect(relativeError(actual.secondMoments[name]!, expected.secondMoments[name]!)).toBeLessThan(1e-4)
    }
    await ours.dispose()
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory()
    const trainer = await tfjsExecutor(tf).trainer(step, initial, data)
    await trainer.run(feedsFor(0, 1))
    const held = tf.memory()
    await trainer.run(feeds)
    await trainer.gradients(feedsFor(0, 1).inputs)
    await trainer.state()
    expect(tf.memory().numTensors).toBe(held.numTensors)
    expect(tf.memory().numBytes).toBe(held.numBytes)
    await trainer.dispose()
    expect(tf.memory().numTensors).toBe(before.numTensors)
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers)
  })

  it('is the same run whatever it is cut into, and from its own state', async () => {
    const whole = await tfjsExecutor(tf).trainer(step, initial, data)
    const cut = await tfjsExecutor(tf).trainer(step, initial, data)
    await whole.run(feeds)
    await cut.run(feedsFor(0, 2))
    await cut.run(feedsFor(2, 1))
    const resumed = await tfjsExecutor(tf).trainer(step, await cut.state(), data)
    await resumed.run(feedsFor(3, 3))
    expect(await resumed.state()).toEqual(await whole.state())
    await Promise.all([whole.dispose(), cut.dispose(), resumed.dispose()])
  })
})

describe('feeds and states', () => {
  const { step, initial, data, feedsFor } = workloads[0]!
  const executor = () => tfjsExecutor(tf)

  it('is not touched by changes to the caller’s arrays, and hands out copies', async () => {
    const state = structuredClone(initial)
    const table = structuredClone(data)
    const trainer = await executor().trainer(step, state, table)
    const expected = await trainer.gradients(feedsFor(0, 1).inputs)
    for (const values of [...Object.values(state.parameters), ...Object.values(table)]) values.fill(7)
    for (const values of Object.values((await trainer.state()).parameters)) values.fill(7)
    expect(await trainer.gradients(feedsFor(0, 1).inputs)).toEqual(expected)
    await trainer.dispose()
  })

  it('keeps a parameter that no rule moves', async () => {
    const trainer = await executor().trainer(
      { ...step, rules: step.rules.slice(1), gradients: step.gradients.slice(1) },
      initial,
      data,
    )
    await trainer.run(feedsFor(0, 2))
    const { parameters } = await trainer.state()
    const [still, moving] = step.rules.map(({ name }) => name) as [string, string]
    expect(parameters[still]).toEqual(initial.parameters[still])
    expect(parameters[moving]).not.toEqual(initial.parameters[moving])
    await trainer.dispose()
  })

  it('refuses feeds that are missing or do not fit, by name', async () => {
    const trainer = await executor().trainer(step, initial, data)
    const { inputs } = feedsFor(0, 1)
    await expect(trainer.gradients({ z: inputs['z']! })).rejects.toThrow(/"rows"/)
    await expect(trainer.gradients({ ...inputs, z: new Float32Array(1) })).rejects.toThrow(/"z"/)
    await expect(trainer.gradients({ ...inputs, rows: new Float32Array(12) })).rejects.toThrow(/int32/)
    await trainer.dispose()
    await expect(executor().trainer(step, { ...initial, firstMoments: {} }, data)).rejects.toThrow(/moments/)
  })

  it('lets the parameters of the call before stand', async () => {
    const b = new GraphBuilder()
    const sum = b.plus(b.fed('x', [2]), b.parameter('w', [2]))
    const evaluator = await executor().evaluator(b.graph, [sum])
    await expect(evaluator.run({ x: Float32Array.of(1, 2) })).rejects.toThrow(/"w"/)
    expect(await evaluator.run({ x: Float32Array.of(1, 2) }, { w: Float32Array.of(10, 20) })).toEqual([
      Float32Array.of(11, 22),
    ])
    expect(await evaluator.run({ x: Float32Array.of(3, 4) })).toEqual([Float32Array.of(13, 24)])
    await evaluator.dispose()
  })
})

describe('loading @tensorflow/tfjs-node-gpu', () => {
  const fail = (message: string) => () => {
    throw new Error(message)
  }

  it('puts back the one function that Node removed, and only where it is missing', () => {
    const bare: { isNullOrUndefined?: (value: unknown) => boolean } = {}
    restoreNullCheck(bare)
    expect([null, undefined, 0, ''].map((value) => bare.isNullOrUndefined?.(value))).toEqual([
      true,
      true,
      false,
      false,
    ])
    const own = () => true
    const full = { isNullOrUndefined: own }
    restoreNullCheck(full)
    expect(full.isNullOrUndefined).toBe(own)
  })

  it('has it back where the package looks for it, before the package is loaded', () => {
    const seen = loadTfjsGpu(() => {
      expect(typeof Reflect.get(createRequire(import.meta.url)('util') as object, 'isNullOrUndefined')).toBe(
        'function',
      )
      return tf
    }, {})
    expect(seen.executor?.name).toBe('tfjs-cpu')
  })

  it('says why it cannot be used', () => {
    const reason = (message: string) => loadTfjsGpu(fail(message), {}).reason
    expect(reason("Cannot find module '@tensorflow/tfjs-node-gpu'\nRequire stack:")).toMatch(/not installed/)
    expect(
      reason(
        'The Node.js native addon module (tfjs_binding.node) can not be found at path: /x/tfjs_binding.node',
      ),
    ).toMatch(/without its native part/)
    expect(reason('libcudart.so.11.0: cannot open shared object file')).toMatch(
      /could not be loaded: libcudart/,
    )
  })

  it('answers an executor or a reason on this machine, and does not throw', () => {
    const { executor, reason } = loadTfjsGpu()
    expect(executor === null).toBe(reason !== null)
    if (reason !== null) expect(reason).toMatch(/tfjs-node-gpu/)
    else expect(executor.name).toBe('tfjs-tensorflow')
  })
})

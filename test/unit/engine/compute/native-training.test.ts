import { describe, expect, it } from 'vitest'
import { nativeAddon } from '../../../../main/engine/compute/native/addon.ts'
import { compile } from '../../../../main/engine/compute/native/compile.ts'
import {
  loadNative,
  nativeLevels,
  nativeLevelsHere,
  whyNoNative,
} from '../../../../main/engine/compute/native/index.ts'
import {
  GraphBuilder,
  initialState,
  referenceExecutor,
  sizeOf,
  trainingStep,
} from '../../../../main/engine/graph/index.ts'
import type { Parameters, StepFeeds, TrainingStep } from '../../../../main/engine/graph/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { relativeDifference } from '../../../support/conformance-cases.ts'

const normals = (name: string, size: number, scale = 1): Float32Array => {
  const stream = randomStream(9, name)
  return Float32Array.from({ length: size }, () => scale * stream.normal())
}

/** z (samples x k) → tanh → head of `size` weights; loss: their distance from a target. The head's gradient has `samples` terms. */
function headStep(samples: number, size: number, decay = 0): { step: TrainingStep; parameters: Parameters } {
  const b = new GraphBuilder()
  const [k, hidden] = [4, 13]
  const code = b.unary('tanh', b.matmul(b.fed('z', [samples, k]), b.parameter('code', [k, hidden])))
  const all = b.plus(b.matmul(code, b.parameter('head', [hidden, size])), b.parameter('bias', [size]))
  const loss = b.mean(b.unary('square', b.minus(all, b.data('target', [size]))))
  const rules = ['code', 'head', 'bias'].map((name) => ({ name, rate: 1, decay }))
  const parameters = {
    code: normals('code', k * hidden, 0.5),
    head: normals('head', hidden * size, 0.3),
    bias: normals('bias', size, 0.1),
  }
  return { step: trainingStep(b, loss, rules, { epsilon: 1e-3 }), parameters }
}

const headFeeds = (samples: number, count: number): StepFeeds => ({
  count,
  rates: Float32Array.from({ length: count }, (_, i) => 0.02 / (1 + i)),
  inputs: { z: normals(`z ${samples}`, count * samples * 4) },
})

describe('the compiled executor', () => {
  it('is there, or says why not', () => {
    expect(loadNative() === null).toBe(whyNoNative() !== null)
    if (whyNoNative() !== null) expect(whyNoNative()).toContain('compiled kernels')
  })

  it('refuses an instruction set that the processor does not have', () => {
    const [missing] = nativeLevels.filter((level) => !nativeLevelsHere().includes(level))
    if (loadNative() !== null && missing !== undefined) expect(() => loadNative(missing)).toThrow(missing)
  })

  it('never writes the gradient of a head whose update follows from it', () => {
    const size = 5000
    const { step } = headStep(6, size)
    const { leaves, moments, words } = compile(step.graph, [step.loss], step)
    const fixed = leaves.reduce((sum, leaf) => sum + leaf.size, 0)
    const held = moments.reduce((sum, { size: own }) => sum + 2 * own, 0)
    // Word 1 is the size of all memory; what is left over holds a few rows of the output, not 13 of the gradient.
    expect(words[1]! - fixed - held).toBeLessThan(4 * 6 * size)
    expect(words[1]! - fixed - held).toBeLessThan(13 * size + 6 * size)
  })
})

describe.each(nativeLevelsHere())('training on %s', (level) => {
  const executor = loadNative(level)!

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 20])(
    'moves a head by a gradient of %i terms as the reference',
    (samples) => {
      for (const [size, decay] of [
        [1, 0],
        [7, 0.1],
        [70, 0],
        [1030, 0.02],
      ] as const) {
        const { step, parameters } = headStep(samples, size, decay)
        const data = { target: normals('target', size) }
        const own = executor.trainer(step, initialState(parameters), data)
        const reference = referenceExecutor.trainer(step, initialState(parameters), data)
        const feeds = headFeeds(samples, 5)
        expect(relativeDifference(own.run(feeds), reference.run(feeds))).toBeLessThan(1e-5)
        const [state, expected] = [own.state(), reference.state()]
        own.dispose()
        for (const part of ['parameters', 'firstMoments', 'secondMoments'] as const)
          for (const name of ['code', 'head', 'bias'])
            expect(
              relativeDifference(state[part][name]!, expected[part][name]!),
              `${part} ${name} of ${size}`,
            ).toBeLessThan(1e-4)
      }
    },
  )

  it('gives the same bytes every time, alone or beside another', () => {
    const { step, parameters } = headStep(5, 333)
    const data = { target: normals('target', 333) }
    const run = (beside: boolean): Float32Array => {
      const trainer = executor.trainer(step, initialState(parameters), data)
      const other = executor.trainer(step, initialState(parameters), data)
      trainer.run(headFeeds(5, 3))
      if (beside) other.run(headFeeds(5, 2))
      trainer.run(headFeeds(5, 4))
      const { head } = trainer.state().parameters
      trainer.dispose()
      other.dispose()
      return head!
    }
    const first = run(false)
    expect(run(true)).toEqual(first)
    expect(run(false)).toEqual(first)
  })

  it('counts numbers too small to be normal as 0 while it runs, and only then', () => {
    const b = new GraphBuilder()
    const evaluator = executor.evaluator(b.graph, [b.times(b.data('x', [3]), b.data('y', [3]))])
    const x = Float32Array.of(1e-39, 1e-20, 2)
    const [product] = evaluator.run({ x, y: Float32Array.of(1, 1e-20, 3) })
    evaluator.dispose()
    if (process.arch === 'x64') expect([...product!]).toEqual([0, 0, 6])
    expect(x[0]! / 2).toBeGreaterThan(0)
    expect(Number.MIN_VALUE * 2).toBeGreaterThan(Number.MIN_VALUE)
  })

  it('refuses an axis of no length, a state that does not fit, and work after it was disposed of', () => {
    const b = new GraphBuilder()
    const empty = b.unary('tanh', b.data('x', [0, 3]))
    expect(() => executor.evaluator(b.graph, [empty])).toThrow('every axis needs a length')
    const { step, parameters } = headStep(2, 5)
    const state = initialState(parameters)
    const data = { target: new Float32Array(5) }
    expect(() =>
      executor.trainer(
        step,
        { ...state, firstMoments: { ...state.firstMoments, head: new Float32Array(3) } },
        data,
      ),
    ).toThrow('3 values for "head"')
    const trainer = executor.trainer(step, state, data)
    trainer.dispose()
    expect(() => trainer.run(headFeeds(2, 1))).toThrow('disposed')
  })

  it('takes a table of many rows and a stack that no two axes join in', () => {
    const b = new GraphBuilder()
    const x = b.data('x', [3, 4, 5, 6])
    const odd = b.transpose(x, [3, 1, 0, 2])
    const sum = b.plus(odd, b.data('y', [4, 1, 5]))
    const outputs = [sum, b.sum(sum, [0, 2]), b.sum(sum, [1], true), b.sum(sum)]
    const inputs = { x: normals('x', 360), y: normals('y', 20) }
    const values = executor.evaluator(b.graph, outputs).run(inputs)
    const expected = referenceExecutor.evaluator(b.graph, outputs).run(inputs)
    values.forEach((own, i) => {
      expect(own).toHaveLength(sizeOf(b.shape(outputs[i]!)))
      expect(relativeDifference(own, expected[i]!)).toBeLessThan(1e-6)
    })
  })

  it('refuses a damaged program instead of leaving its memory', () => {
    const { step } = headStep(2, 40)
    const { words } = compile(step.graph, [step.loss], step)
    const addon = nativeAddon().addon!
    expect(() => addon.create(level, words)).not.toThrow()
    const stream = randomStream(4, 'damage')
    let refused = 0
    for (let i = 0; i < 200; i++) {
      const damaged = words.slice()
      // Small enough that what is still a program is no large one; word 1 is the size of the memory.
      damaged[2 + stream.integer(damaged.length - 2)] = stream.integer(4000) - 1000
      try {
        addon.dispose(addon.create(level, damaged))
      } catch (error) {
        expect(String(error)).toContain('damaged')
        refused++
      }
    }
    expect(refused).toBeGreaterThan(50)
    expect(() => addon.create(level, words.slice(0, -1))).toThrow('damaged')
    expect(() => addon.create(level, new Int32Array(3))).toThrow('damaged')
    expect(() => addon.create('sse9', words)).toThrow('sse9')
  })
})

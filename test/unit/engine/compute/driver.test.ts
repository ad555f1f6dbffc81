import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ContractError } from '../../../../main/contract/index.ts'
import { decodeState, encodeState } from '../../../../main/engine/compute/checkpoint.ts'
import { loadNative, whyNoNative } from '../../../../main/engine/compute/native/index.ts'
import { openExecutor } from '../../../../main/engine/compute/choose/open.ts'
import { imageWorkload, tableWorkload } from '../../../../main/engine/compute/choose/workloads.ts'
import {
  feedsOfSteps,
  trainWithCheckpoints,
  type TrainingRun,
} from '../../../../main/engine/compute/driver.ts'
import {
  asExecutor,
  referenceExecutor,
  type Executor,
  type StepFeeds,
  type TrainingState,
} from '../../../../main/engine/graph/index.ts'

const table = tableWorkload({ rows: 30, inputs: 4, hidden: 6, batch: 10, samples: 2 })
const image = imageWorkload({ batch: 1, channels: 8, doublings: 1 })
const reference = asExecutor(referenceExecutor)

const steps = 24
/** A clock on which every reading is `stepMs` later: decides the lengths of chunks. */
const ticking = (stepMs: number): (() => number) => {
  let now = 0
  return () => (now += stepMs)
}
const quiet: TrainingRun = { steps, every: 7, save: () => undefined, now: ticking(20) }
const train = (
  executor: Executor,
  initial: TrainingState = table.initial,
  run: Partial<TrainingRun> = {},
  workload = table,
) =>
  trainWithCheckpoints(executor, workload.step, initial, workload.data, workload.feedsFor, {
    ...quiet,
    ...run,
  })

describe('training with checkpoints', () => {
  it('takes the steps of a trainer, and answers every loss', async () => {
    const trainer = await reference.trainer(table.step, table.initial, table.data)
    const losses = await trainer.run(table.feedsFor(0, steps))
    const heard: number[] = []
    const outcome = await train(reference, table.initial, {
      onLosses: (first, part) => part.forEach((loss, i) => (heard[first + i] = loss)),
    })
    expect(outcome).toEqual({ state: await trainer.state(), losses, finished: true })
    expect(heard).toEqual([...losses])
  })

  it('is the same run whatever the clock cuts it into', async () => {
    const expected = await train(reference)
    for (const ms of [0, 1, 30, 1000])
      expect(await train(reference, table.initial, { now: ticking(ms) })).toEqual(expected)
  })

  it.each([
    ['none', 0, [1, 4, 16, 64]],
    ['10 ms', 10, [1, 4, 5, 5]],
    ['80 ms', 80, [1, 1, 1, 1]],
  ] as const)('takes chunks of about 50 ms, where a step lasts %s', async (_, stepMs, expected) => {
    let now = 0
    const counts: number[] = []
    const timed: Executor = {
      ...reference,
      trainer: async (...given) => {
        const trainer = await reference.trainer(...given)
        return {
          ...trainer,
          run: (feeds) => {
            counts.push(feeds.count)
            now += feeds.count * stepMs
            return trainer.run(feeds)
          },
        }
      },
    }
    await train(timed, table.initial, { steps: 100, every: 1000, now: () => now })
    expect(counts.slice(0, 4)).toEqual(expected)
  })

  it('saves whenever `every` steps are full, and at the end', async () => {
    const at: number[] = []
    await train(reference, table.initial, { save: (state) => void at.push(state.step) })
    expect(at).toEqual([7, 14, 21, 24])
    at.length = 0
    await train(reference, table.initial, { every: 8, save: (state) => void at.push(state.step) })
    expect(at).toEqual([8, 16, 24])
  })

  it('has nothing to do on a state that is at the end', async () => {
    const { state } = await train(reference)
    const saved: number[] = []
    const again = await train(reference, state, { save: ({ step }) => void saved.push(step) })
    expect(again).toEqual({ state, losses: new Float32Array(0), finished: true })
    expect(saved).toEqual([])
  })

  it('saves before it hands a cancel on, and goes on from there', async () => {
    const saved: TrainingState[] = []
    let asked = 0
    const cancelled = train(reference, table.initial, {
      now: ticking(60),
      save: (state) => void saved.push(state),
      stop: () => {
        if (++asked > 5) throw new ContractError('CANCELLED', 'Cancelled by the person.')
        return false
      },
    })
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(saved.map(({ step }) => step)).toEqual([5])
    expect((await train(reference, saved[0])).state).toEqual((await train(reference)).state)
  })

  it('frees the trainer, also after an error', async () => {
    let open = 0
    const counting: Executor = {
      ...reference,
      trainer: async (...given) => {
        open++
        const trainer = await reference.trainer(...given)
        return { ...trainer, dispose: () => Promise.resolve(void open--) }
      },
    }
    await train(counting)
    const full = train(counting, table.initial, {
      save: () => Promise.reject(new ContractError('DISK_FULL', 'The disk is full.')),
    })
    await expect(full).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(open).toBe(0)
  })
})

describe.each([
  ['reference', table],
  ['native', table],
  ['native', image],
  ['onnx-cpu', table],
  ['onnx-cpu', image],
] as const)('interrupted and resumed, %s', (name, workload) => {
  const stops = name !== 'onnx-cpu' ? Array.from({ length: steps - 1 }, (_, i) => i + 1) : [1, 7, 13, 23]

  it(`ends bit-equal to the uninterrupted run (${workload.kind})`, async (context) => {
    if (name === 'native' && loadNative() === null) context.skip(whyNoNative() ?? '')
    const executor = await openExecutor(name)
    const whole = await train(executor, workload.initial, {}, workload)
    for (const at of stops) {
      let kept: Uint8Array | null = null
      const first = await train(
        executor,
        workload.initial,
        { steps: at, save: (state) => void (kept = encodeState(state)) },
        workload,
      )
      const second = await train(executor, decodeState(kept!), { now: ticking(0) }, workload)
      expect(encodeState(second.state)).toEqual(encodeState(whole.state))
      expect([...first.losses, ...second.losses]).toEqual([...whole.losses])
    }
  })
})

describe('feeds from single steps', () => {
  it('are the same in any cut', () => {
    const of = (step: number) => ({
      rate: 1 / (step + 1),
      inputs: { z: Float32Array.of(step, -step), rows: Int32Array.of(step) },
    })
    const feeds = feedsOfSteps(of)
    const join = (a: StepFeeds, b: StepFeeds) => ({
      count: a.count + b.count,
      rates: [...a.rates, ...b.rates],
      z: [...a.inputs['z']!, ...b.inputs['z']!],
      rows: [...a.inputs['rows']!, ...b.inputs['rows']!],
    })
    expect(join(feeds(3, 2), feeds(5, 4))).toEqual(join(feeds(3, 1), feeds(4, 5)))
    expect(feeds(3, 2).inputs['rows']).toBeInstanceOf(Int32Array)
  })
})

describe('checkpoints', () => {
  const tensor = fc.float32Array({ maxLength: 6 })
  const state: fc.Arbitrary<TrainingState> = fc
    .tuple(
      fc.nat(1e9),
      fc.dictionary(
        fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }).filter((name) => name !== '__proto__'),
        tensor,
        { maxKeys: 5, noNullPrototype: true },
      ),
    )
    .map(([step, parameters]) => ({
      step,
      parameters,
      firstMoments: Object.fromEntries(
        Object.entries(parameters).map(([name, w]) => [name, w.map((x) => x / 2)]),
      ),
      secondMoments: Object.fromEntries(
        Object.entries(parameters).map(([name, w]) => [name, w.map((x) => x * x)]),
      ),
    }))

  it('come back bit for bit, NaN and infinities included, from wherever the bytes lie', () => {
    fc.assert(
      fc.property(state, fc.nat(7), (written, shift) => {
        const bytes = encodeState(written)
        const moved = new Uint8Array(bytes.length + shift)
        moved.set(bytes, shift)
        expect(decodeState(moved.subarray(shift))).toEqual(written)
      }),
    )
  })

  it('are the same bytes whatever the order of the names', () => {
    const reversed = (tensors: Readonly<Record<string, Float32Array>>) =>
      Object.fromEntries(Object.entries(tensors).reverse())
    const { initial } = table
    expect(
      encodeState({
        ...initial,
        parameters: reversed(initial.parameters),
        firstMoments: reversed(initial.firstMoments),
      }),
    ).toEqual(encodeState(initial))
  })

  const codeOf = (bytes: Uint8Array): unknown => {
    try {
      decodeState(bytes, 'model.ckpt')
      return 'no error'
    } catch (error) {
      return error instanceof ContractError ? [error.code, error.detail] : error
    }
  }
  const damaged = ['CHECKPOINT_DAMAGED', 'model.ckpt']

  it('are refused with a code when any byte has changed or any is missing', () => {
    const bytes = encodeState({
      step: 3,
      parameters: { w: Float32Array.of(1, 2) },
      firstMoments: { w: Float32Array.of(0, 0) },
      secondMoments: { w: Float32Array.of(0, 1) },
    })
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice()
      changed[i] = changed[i]! ^ 0x10
      expect(codeOf(changed)).toEqual(damaged)
      expect(codeOf(bytes.subarray(0, i))).toEqual(damaged)
    }
    expect(codeOf(Buffer.concat([bytes, Buffer.from([0])]))).toEqual(damaged)
  })

  it('are refused when the hash is right and the content is not', () => {
    const withHeader = (header: string, extra = 0): Uint8Array => {
      const text = Buffer.from(header.padEnd(Math.ceil(header.length / 4) * 4))
      const body = Buffer.concat([Buffer.from('CAUSCKP1'), Buffer.alloc(4), text, Buffer.alloc(extra)])
      body.writeUInt32LE(text.length, 8)
      return Buffer.concat([body, createHash('sha256').update(body).digest()])
    }
    expect(codeOf(withHeader('{"step":1,"parameters":[{"name":"w","size":1}]}', 12))).toBe('no error')
    expect(codeOf(withHeader('{"step":1,"parameters":[{"name":"w","size":1}]}', 8))).toEqual(damaged)
    expect(codeOf(withHeader('{"step":-1,"parameters":[]}'))).toEqual(damaged)
    expect(codeOf(withHeader('{"step":1,"parameters":[{"name":"w","size":1e99}]}'))).toEqual(damaged)
    expect(codeOf(withHeader('{"step":1,"parameters":[null]}'))).toEqual(damaged)
    expect(codeOf(withHeader('null'))).toEqual(damaged)
    expect(codeOf(withHeader('{'))).toEqual(damaged)
    const tooLong = Buffer.from(withHeader('{}'))
    tooLong.writeUInt32LE(0xffffffff, 8)
    const body = tooLong.subarray(0, tooLong.length - 32)
    expect(codeOf(Buffer.concat([body, createHash('sha256').update(body).digest()]))).toEqual(damaged)
  })

  it('are not written of a state whose moments do not fit', () => {
    expect(() => encodeState({ ...table.initial, firstMoments: {} })).toThrow(/moments/)
  })
})

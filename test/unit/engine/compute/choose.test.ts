import { describe, expect, it } from 'vitest'
import { executorReport, type ExecutorEntry } from '../../../../main/contract/index.ts'
import { candidates, type Candidate } from '../../../../main/engine/compute/choose/candidates.ts'
import { checkExecutor, expectationOf } from '../../../../main/engine/compute/choose/check.ts'
import { gradientErrorOf } from '../../../../main/engine/compute/choose/trial.ts'
import { chooseExecutor } from '../../../../main/engine/compute/choose/choose.ts'
import { localExecutor, localExecutorOf } from '../../../../main/engine/compute/choose/local.ts'
import { measureExecutors, type MeasureOptions } from '../../../../main/engine/compute/choose/measure.ts'
import { loadNative, whyNoNative } from '../../../../main/engine/compute/native/index.ts'
import { executorNames } from '../../../../main/engine/compute/choose/names.ts'
import { openExecutor } from '../../../../main/engine/compute/choose/open.ts'
import {
  imageWorkload,
  standardWorkloads,
  tableWorkload,
  type WorkloadPair,
} from '../../../../main/engine/compute/choose/workloads.ts'
import {
  asExecutor,
  referenceExecutor,
  type Executor,
  type LocalExecutor,
  type LocalTrainer,
} from '../../../../main/engine/graph/index.ts'

const table = tableWorkload({ rows: 30, inputs: 4, hidden: 6, batch: 10, samples: 2 })
const image = imageWorkload({ batch: 1, channels: 8, doublings: 1 })
const pairs: WorkloadPair[] = [
  { kind: 'table', checked: table, timed: table },
  { kind: 'image', checked: image, timed: image },
]
const reference = asExecutor(referenceExecutor)

/** The reference with its trainers changed: what a broken driver does. */
function broken(change: (trainer: LocalTrainer) => Partial<LocalTrainer>): LocalExecutor {
  return {
    ...referenceExecutor,
    name: 'broken',
    trainer: (...given) => {
      const trainer = referenceExecutor.trainer(...given)
      return { ...trainer, ...change(trainer) }
    },
  }
}
const slightlyOff = (by: number) =>
  broken((trainer) => ({
    gradients: (inputs) => {
      const { loss, gradients } = trainer.gradients(inputs)
      const [name, values] = Object.entries(gradients)[0]!
      return { loss, gradients: { ...gradients, [name]: values.map((value) => value * (1 + by)) } }
    },
  }))

/** A clock that moves by `stepMs` at every reading. */
const ticking = (stepMs: number): (() => number) => {
  let now = 0
  return () => (now += stepMs)
}

describe('the workloads of the self-check', () => {
  it('are the same at every making, and lower their loss', async () => {
    for (const { checked } of standardWorkloads()) {
      expect(checked.step.gradients.length).toBe(checked.step.rules.length)
      const trainer = referenceExecutor.trainer(checked.step, checked.initial, checked.data)
      const { inputs } = checked.feedsFor(0, 1)
      const before = trainer.gradients(inputs).loss
      trainer.run(checked.feedsFor(0, 12))
      expect(trainer.gradients(inputs).loss).toBeLessThan(before)
    }
    expect(standardWorkloads()[0]!.checked.initial).toEqual(standardWorkloads()[0]!.checked.initial)
    expect(table.feedsFor(3, 2)).toEqual(
      tableWorkload({ rows: 30, inputs: 4, hidden: 6, batch: 10, samples: 2 }).feedsFor(3, 2),
    )
  })
})

describe('comparing gradients', () => {
  const expected = { a: Float32Array.of(1, -4), b: Float32Array.of(0, 0) }
  it('is relative to the largest value of the tensor', () => {
    expect(gradientErrorOf({ ...expected, a: Float32Array.of(1.5, -4) }, expected)).toBe(0.125)
    expect(gradientErrorOf({ ...expected, b: Float32Array.of(0, 0.25) }, expected)).toBe(0.25)
    expect(gradientErrorOf(expected, expected)).toBe(0)
  })
  it('is not a number where a gradient is none, is missing or has another size', () => {
    expect(gradientErrorOf({ ...expected, a: Float32Array.of(NaN, -4) }, expected)).toBeNaN()
    expect(gradientErrorOf({ a: expected.a }, expected)).toBeNaN()
    expect(gradientErrorOf({ ...expected, b: Float32Array.of(0) }, expected)).toBeNaN()
  })
})

describe('checking one executor', () => {
  const check = async (executor: Executor, tolerance = 1e-5) =>
    checkExecutor(executor, pairs[0]!, expectationOf(pairs[0]!), tolerance, { now: ticking(4), budgetMs: 20 })

  it('finds the reference correct and times it by the clock that is given', async () => {
    // One tick of 4 ms for a step: 5 steps fit into 20 ms and take one tick together.
    expect(await check(reference)).toEqual({
      workload: 'table',
      outcome: 'correct',
      gradientError: 0,
      msPerStep: 0.8,
      reason: '',
    })
  })

  it('refuses wrong gradients at the tolerance, and says by how much', async () => {
    const wrong = await check(asExecutor(slightlyOff(5e-5)))
    expect(wrong).toMatchObject({ outcome: 'refused', msPerStep: null })
    expect(wrong.gradientError).toBeCloseTo(5e-5, 6)
    expect(wrong.reason).toMatch(/gradients differ by 5\.\de-5/)
    expect((await check(asExecutor(slightlyOff(5e-5)), 1e-4)).outcome).toBe('correct')
    expect(await check(asExecutor(slightlyOff(NaN)))).toMatchObject({
      outcome: 'refused',
      gradientError: null,
    })
  })

  it('refuses an executor whose gradients are right and whose steps are not', async () => {
    const halfSteps = broken((trainer) => ({
      run: (feeds) => trainer.run({ ...feeds, rates: feeds.rates.map((rate) => rate / 2) }),
    }))
    const result = await check(asExecutor(halfSteps))
    expect(result.outcome).toBe('refused')
    expect(result.reason).toMatch(/drifts/)
  })

  it('answers an error of the executor as an outcome', async () => {
    const failing = broken(() => ({
      run: () => {
        throw new Error('out of memory')
      },
    }))
    expect(await check(asExecutor(failing))).toMatchObject({ outcome: 'failed', reason: 'out of memory' })
  })
})

const entry = (
  name: string,
  device: 'cpu' | 'gpu',
  ms: Partial<Record<'table' | 'image', number | 'refused' | 'failed'>>,
): ExecutorEntry => ({
  name,
  title: name.toUpperCase(),
  device,
  tried: 'tested',
  absent: Object.keys(ms).length === 0 ? 'Not installed' : '',
  checks: Object.entries(ms).map(([workload, value]) => ({
    workload: workload as 'table' | 'image',
    outcome: typeof value === 'number' ? 'correct' : value,
    gradientError: typeof value === 'number' ? 2e-7 : null,
    msPerStep: typeof value === 'number' ? value : null,
    reason: typeof value === 'number' ? '' : 'its gradients differ by 2.0e-1 from the reference',
  })),
})

describe('choosing', () => {
  const entries = [
    entry('native', 'cpu', { table: 9, image: 'failed' }),
    entry('reference', 'cpu', { table: 1, image: 100 }),
    entry('onnx-cpu', 'cpu', { table: 0.1, image: 10 }),
    entry('onnx-webgpu', 'gpu', { table: 0.01, image: 3 }),
    entry('onnx-cuda', 'gpu', { table: 'refused', image: 'refused' }),
    entry('tfjs-gpu', 'gpu', {}),
  ]

  it('takes tables by the fixed order, whatever the clock said', () => {
    expect(chooseExecutor(entries, 'table', true).executor).toBe('native')
    expect(chooseExecutor([...entries].reverse(), 'table', true).executor).toBe('native')
    expect(chooseExecutor(entries.slice(1), 'table', true).executor).toBe('reference')
    const wrong = [entry('native', 'cpu', { table: 'refused' }), ...entries.slice(1)]
    expect(chooseExecutor(wrong, 'table', true).executor).toBe('reference')
  })

  it('takes images by speed among the correct, and a GPU only where it is allowed', () => {
    expect(chooseExecutor(entries, 'image', true).executor).toBe('onnx-webgpu')
    expect(chooseExecutor(entries, 'image', false).executor).toBe('onnx-cpu')
  })

  it('says in words what it took and why not the others', () => {
    expect(chooseExecutor(entries, 'image', false)).toEqual({
      workload: 'image',
      executor: 'onnx-cpu',
      because:
        'ONNX-CPU: the fastest correct one, 10.0 ms per step, gradients within 2.0e-7 of the reference.',
      others: [
        'NATIVE: failed, its gradients differ by 2.0e-1 from the reference.',
        'REFERENCE: correct, slower (100 ms per step).',
        'ONNX-WEBGPU: the GPU is not allowed.',
        'ONNX-CUDA: refused, its gradients differ by 2.0e-1 from the reference.',
        'TFJS-GPU: Not installed.',
      ],
    })
  })

  it('has nothing to say where nothing is correct', () => {
    expect(() => chooseExecutor([], 'table', true)).toThrow(/no executor/)
  })
})

describe('measuring a machine', () => {
  const candidate = (name: Candidate['name'], more: Partial<Candidate> = {}): Candidate => ({
    ...candidates.find((known) => known.name === name)!,
    ...more,
  })
  const options = (more: Partial<MeasureOptions> = {}): MeasureOptions => ({
    programVersion: '1.2.3',
    machine: 'a machine',
    platform: 'linux',
    measuredAt: '2026-01-01T00:00:00.000Z',
    allowGpu: true,
    optIn: [],
    now: ticking(1),
    workloads: pairs,
    budgetMs: 3,
    open: (name) =>
      Promise.resolve({
        ...(name === 'native' ? asExecutor(slightlyOff(1)) : reference),
        close: () => Promise.resolve(),
      }),
    ...more,
  })

  it('reports each candidate and chooses; the report is plain data of the contract', async () => {
    let closed = 0
    const report = await measureExecutors(
      options({
        candidates: ['native', 'reference', 'onnx-directml', 'onnx-cuda', 'tfjs-gpu'].map((name) =>
          candidate(name as Candidate['name']),
        ),
        open: (name) => {
          if (name === 'tfjs-gpu') return Promise.reject(new Error('libtensorflow is not there'))
          const local = name === 'native' ? slightlyOff(1) : referenceExecutor
          return Promise.resolve({ ...asExecutor(local), close: () => Promise.resolve(void closed++) })
        },
      }),
    )
    expect(closed).toBe(2)
    expect(executorReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
    expect(report.choices.map(({ executor }) => executor)).toEqual(['reference', 'reference'])
    const said = Object.fromEntries(
      report.executors.map(({ name, absent, checks }) => [
        name,
        absent || checks.map(({ outcome }) => outcome).join(),
      ]),
    )
    expect(said).toEqual({
      native: 'refused,refused',
      reference: 'correct,correct',
      'onnx-directml': 'Not on this operating system.',
      'onnx-cuda': 'Tried only when asked for by name.',
      'tfjs-gpu': 'libtensorflow is not there',
    })
    expect(report.executors.find(({ name }) => name === 'onnx-cuda')?.tried).toBe('untested')
  })

  it('opens an opt-in when it is named', async () => {
    const report = await measureExecutors(
      options({ candidates: [candidate('reference'), candidate('onnx-cuda')], optIn: ['onnx-cuda'] }),
    )
    expect(report.executors[1]?.checks).toHaveLength(2)
  })

  it('gives up on one that hangs, and goes on', async () => {
    const report = await measureExecutors(
      options({
        candidates: [candidate('onnx-webgpu'), candidate('reference')],
        patienceMs: 50,
        open: (name, signal) => {
          const hanging = () =>
            new Promise<never>((_, reject) => {
              if (signal.aborted) reject(new Error('ended'))
              signal.addEventListener('abort', () => reject(new Error('ended')))
            })
          return Promise.resolve({
            ...(name === 'reference' ? reference : { ...reference, trainer: hanging }),
            close: () => Promise.resolve(),
          })
        },
      }),
    )
    expect(report.executors[0]?.checks[0]).toMatchObject({
      outcome: 'failed',
      reason: 'it was not done after 0.05 s',
    })
    expect(report.choices[1]?.executor).toBe('reference')
  })

  it('stops when it is cancelled', async () => {
    const signal = AbortSignal.abort()
    await expect(measureExecutors(options({ signal }))).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('the executors of this program', () => {
  it('are each listed once, with what is untested said', () => {
    expect(candidates.map(({ name }) => name)).toEqual([...executorNames])
    const untested = candidates.filter(({ tried }) => tried === 'untested').map(({ name }) => name)
    expect(untested).toEqual(['onnx-directml', 'onnx-cuda', 'tfjs-gpu'])
  })

  it('open by name, or say why not with a code', async () => {
    expect((await openExecutor('reference')).name).toBe(referenceExecutor.name)
    await expect(openExecutor('none' as never)).rejects.toMatchObject({ code: 'EXECUTOR_FAILED' })
  })

  it.for(['native', 'onnx-cpu'] as const)('%s passes the self-check', async (name, context) => {
    if (name === 'native' && loadNative() === null) context.skip(whyNoNative() ?? '')
    const executor = await openExecutor(name)
    for (const pair of pairs) {
      const result = await checkExecutor(executor, pair, expectationOf(pair), 1e-5, {
        now: ticking(1),
        budgetMs: 3,
      })
      expect(result).toMatchObject({ outcome: 'correct', reason: '' })
    }
  })
})

describe('the executor of tables', () => {
  it('is the compiled kernel where it is there and correct, else the reference, and says why', () => {
    const good = { ...referenceExecutor, name: 'kernel' }
    expect(localExecutorOf(() => good)).toEqual({ executor: good, reason: '' })
    expect(
      localExecutorOf(
        () => null,
        () => 'No compiler was found.',
      ),
    ).toEqual({
      executor: referenceExecutor,
      reason: 'No compiler was found.',
    })
    expect(localExecutorOf(() => slightlyOff(1))).toMatchObject({
      executor: referenceExecutor,
      reason: expect.stringMatching(/gradients differ/) as string,
    })
    const crashing = () => {
      throw new Error('wrong ELF class')
    }
    expect(localExecutorOf(crashing)).toMatchObject({
      executor: referenceExecutor,
      reason: expect.stringMatching(/wrong ELF class/) as string,
    })
  })

  it('is the same at every call', () => {
    expect(localExecutor()).toBe(localExecutor())
  })
})

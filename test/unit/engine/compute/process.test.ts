import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { executorConformance } from '../../../support/executor-conformance.ts'
import { slowGraph } from '../../../support/slow-graph.ts'
import { ContractError } from '../../../../main/contract/index.ts'
import { imageWorkload, tableWorkload } from '../../../../main/engine/compute/choose/workloads.ts'
import { processExecutor, type ProcessExecutor } from '../../../../main/engine/compute/process/executor.ts'
import {
  asExecutor,
  GraphBuilder,
  referenceExecutor,
  type StepFeeds,
} from '../../../../main/engine/graph/index.ts'

const small = tableWorkload({ rows: 40, inputs: 5, hidden: 8, batch: 12, samples: 3 })
const large = imageWorkload({ batch: 2, channels: 16, doublings: 2 })

const opened: ProcessExecutor[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((executor) => executor.close()))
})
async function open(options: Parameters<typeof processExecutor>[1] = {}): Promise<ProcessExecutor> {
  const executor = await processExecutor({ name: 'reference' }, options)
  opened.push(executor)
  return executor
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
/** Waits until it holds; the runner's own limit says when it never does. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}
/** Feeds of so many steps that they are still being taken when the test acts. */
const manySteps = (): StepFeeds => {
  const one = large.feedsFor(0, 1)
  const count = 2000
  const z = one.inputs['z']!
  const all = new Float32Array(z.length * count)
  for (let i = 0; i < count; i++) all.set(z, i * z.length)
  return { count, rates: new Float32Array(count).fill(1e-3), inputs: { z: all } }
}
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof ContractError ? error.code : error),
  )

describe('an executor in a process of its own', () => {
  let executor: ProcessExecutor
  beforeAll(async () => {
    executor = await processExecutor({ name: 'reference' })
  })
  afterAll(() => executor.close())

  executorConformance('the reference in a process of its own', () => executor)

  it('trains bit for bit as it does in this one, however long the run is', async () => {
    expect(executor.name).toBe(referenceExecutor.name)
    expect(executor.pid).not.toBe(process.pid)
    const here = await asExecutor(referenceExecutor).trainer(small.step, small.initial, small.data)
    const there = await executor.trainer(small.step, small.initial, small.data)
    const feeds = small.feedsFor(0, 60)
    expect(await there.run(feeds)).toEqual(await here.run(feeds))
    expect(await there.run(small.feedsFor(60, 0))).toEqual(new Float32Array(0))
    expect(await there.gradients(small.feedsFor(60, 1).inputs)).toEqual(
      await here.gradients(small.feedsFor(60, 1).inputs),
    )
    expect(await there.state()).toEqual(await here.state())
  })

  it('evaluates, with the parameters of the call before', async () => {
    const b = new GraphBuilder()
    const sum = b.plus(b.fed('x', [2]), b.parameter('w', [2]))
    const evaluator = await executor.evaluator(b.graph, [sum])
    const w = Float32Array.of(10, Infinity)
    expect(await evaluator.run({ x: Float32Array.of(1, 2) }, { w })).toEqual([Float32Array.of(11, Infinity)])
    expect(await evaluator.run({ x: Float32Array.of(NaN, 4) })).toEqual([Float32Array.of(NaN, Infinity)])
    await evaluator.dispose()
    expect(await codeOf(evaluator.run({ x: Float32Array.of(1, 2) }))).toBe('EXECUTOR_FAILED')
  })

  it('answers calls that overlap, each with its own', async () => {
    const trainers = await Promise.all(
      [1, 2].map(() => executor.trainer(small.step, small.initial, small.data)),
    )
    const states = await Promise.all(
      trainers.map(async (trainer, i) => {
        await trainer.run(small.feedsFor(0, 2 + i))
        return trainer.state()
      }),
    )
    expect(states.map(({ step }) => step)).toEqual([2, 3])
  })

  it('names the executor that this machine does not have, and leaves no process', async () => {
    const texts: string[] = []
    const failed = processExecutor({ name: 'none' as never }, { log: (text) => texts.push(text) })
    expect(await codeOf(failed)).toBe('EXECUTOR_FAILED')
    await expect(failed).rejects.toMatchObject({ detail: 'none' })
  })

  it('hands an error of the computation on as one with a code, and goes on', async () => {
    const trainer = await executor.trainer(small.step, small.initial, small.data)
    const { inputs } = small.feedsFor(0, 1)
    const wrong = trainer.gradients({ ...inputs, z: new Float32Array(1) })
    await expect(wrong).rejects.toMatchObject({
      code: 'EXECUTOR_FAILED',
      message: expect.stringMatching(/"z"/) as string,
    })
    expect((await trainer.gradients(inputs)).loss).toBeGreaterThan(0)
  })
})

describe('when the process ends', () => {
  it('refuses open calls with a code after kill -9, and the parent goes on', async () => {
    const executor = await open()
    const trainer = await executor.trainer(large.step, large.initial, large.data)
    await trainer.run(large.feedsFor(0, 1))
    const running = codeOf(trainer.run(manySteps()))
    const waiting = codeOf(trainer.state())
    process.kill(executor.pid!, 'SIGKILL')
    expect(await running).toBe('EXECUTOR_FAILED')
    expect(await waiting).toBe('EXECUTOR_FAILED')
    expect(await codeOf(trainer.state())).toBe('EXECUTOR_FAILED')
    await trainer.dispose()
    await executor.close()
    const next = await (await open()).trainer(small.step, small.initial, small.data)
    expect(await next.run(small.feedsFor(0, 1))).toHaveLength(1)
  })

  it('ends it on cancel in the middle of a run, and says that it was cancelled', async () => {
    const controller = new AbortController()
    const executor = await open({ signal: controller.signal })
    const trainer = await executor.trainer(large.step, large.initial, large.data)
    const running = codeOf(trainer.run(manySteps()))
    controller.abort()
    expect(await running).toBe('CANCELLED')
    expect(await codeOf(trainer.state())).toBe('CANCELLED')
    await until(() => !isAlive(executor.pid!))
    expect(await codeOf(processExecutor({ name: 'reference' }, { signal: controller.signal }))).toBe(
      'CANCELLED',
    )
  })

  it('kills one that is deep in a single call', async () => {
    const controller = new AbortController()
    const executor = await open({ signal: controller.signal })
    const { graph, result } = slowGraph()
    const evaluator = await executor.evaluator(graph, [result])
    const running = codeOf(evaluator.run({}))
    await new Promise((resolve) => setTimeout(resolve, 300))
    controller.abort()
    expect(await running).toBe('CANCELLED')
    await until(() => !isAlive(executor.pid!))
  })

  it('ends it when it is closed, and refuses what comes after', async () => {
    const executor = await open()
    const trainer = await executor.trainer(small.step, small.initial, small.data)
    await executor.close()
    expect(isAlive(executor.pid!)).toBe(false)
    expect(await codeOf(trainer.state())).toBe('ENGINE_STOPPED')
    await executor.close()
  })
})

describe('when the parent ends', () => {
  async function start(mode: 'busy' | 'deaf' | 'idle'): Promise<{ parent: ChildProcess; pid: number }> {
    const parent = fork(new URL('../../../support/executor-parent.ts', import.meta.url), [mode], {
      execArgv: [],
      stdio: 'inherit',
    })
    const [pid] = (await Promise.race([
      once(parent, 'message'),
      once(parent, 'exit').then(([code]) =>
        Promise.reject(new Error(`the parent ended with ${String(code)}`)),
      ),
    ])) as [number]
    expect(isAlive(pid)).toBe(true)
    return { parent, pid }
  }

  it.each(['busy', 'deaf'] as const)('goes with a parent that is killed, %s', async (mode) => {
    const { parent, pid } = await start(mode)
    parent.kill('SIGKILL')
    await until(() => !isAlive(pid))
  })

  it('keeps no parent alive that has nothing more to do, and goes with it', async () => {
    const { parent, pid } = await start('idle')
    const [code] = (await once(parent, 'exit')) as [number]
    expect(code).toBe(0)
    await until(() => !isAlive(pid))
  })
})

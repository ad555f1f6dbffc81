import { describe, expect, it } from 'vitest'
import type { JobEvent, JobKind } from '../../../../main/contract/index.ts'
import { openPool, openRunner, stepRegistry, type Step } from '../../../../main/engine/jobs/index.ts'
import { inOrder } from '../../../../main/engine/jobs/window.ts'
import { openStore, type Store } from '../../../../main/engine/store/index.ts'
import { steppingClock, tempDir } from '../../../support/temp.ts'

const workerUrl = new URL('../../../support/toy-worker.ts', import.meta.url)
const noHandles = () => ''

/** Squares 1..count in units; the sum is the result. Behaviour of a unit can be replaced. */
function squares(count: number, unit?: Step<unknown>['unit']): Step<never> {
  const step: Step = {
    kind: 'measure',
    plan: () => ({
      inputs: { count },
      units: Array.from({ length: count }, (_, i) => `n${i + 1}`),
      unitName: 'numbers',
    }),
    unit:
      unit ??
      (async ({ store, run }, _params, index) => {
        const square = await run<number, number>('square', index + 1)
        return () => {
          store.meta.set(`square ${index + 1}`, String(square))
        }
      }),
    finish: async ({ store }) => {
      await Promise.resolve()
      return () => ({
        sum: Array.from({ length: count }, (_, i) => Number(store.meta.get(`square ${i + 1}`))).reduce(
          (a, b) => a + b,
          0,
        ),
      })
    },
  }
  return step as Step<never>
}

function setup(step: Step<never>, dataDir = tempDir(), faultPoint: (name: string) => void = () => undefined) {
  const store: Store = openStore({ dataDir, clock: steppingClock(), onChanged: () => undefined })
  const events: JobEvent[] = []
  const pool = openPool(workerUrl, 2, () => undefined)
  const runner = openRunner({
    store,
    pool,
    steps: stepRegistry([step]),
    seed: 1,
    codeVersion: 'test',
    onJob: (event) => events.push(event),
    log: () => undefined,
    faultPoint,
  })
  const close = async () => {
    await runner.close()
    store.close()
  }
  return { store, runner, events, close, dataDir }
}

describe('jobs', () => {
  it('commit unit by unit and answer the result', async () => {
    const { runner, events, close } = setup(squares(20))
    const job = await runner.settled(runner.submit('measure', {}, noHandles).id)
    expect(job).toMatchObject({ state: 'done', done: 20, total: 20, result: { sum: 2870 } })
    expect(events.filter((event) => event.state === 'running').map((event) => event.done)).toEqual([
      0,
      0,
      ...Array.from({ length: 20 }, (_, i) => i + 1),
    ])
    await close()
  })

  it('take the stored result for the same inputs, parameters, program and seed', async () => {
    const { runner, close } = setup(squares(3))
    const first = await runner.settled(runner.submit('measure', {}, noHandles).id)
    const second = await runner.settled(runner.submit('measure', {}, noHandles).id)
    const other = await runner.settled(runner.submit('measure', { edge: 'include' }, noHandles).id)
    expect(second).toMatchObject({ state: 'done', reusedFrom: first.id, result: first.result })
    expect(other.reusedFrom).toBeNull()
    await close()
  })

  it('resume where they stopped: no unit is done twice or left out', async () => {
    const done: number[] = []
    let broken = true
    const step = squares(6, async ({ store, run }, _params, index) => {
      if (broken && index === 3) throw new RangeError('power cut')
      const square = await run<number, number>('square', index + 1)
      return () => {
        done.push(index)
        store.meta.set(`square ${index + 1}`, String(square))
      }
    })
    const { runner, close } = setup(step)
    const { id } = runner.submit('measure', {}, noHandles)
    expect(await runner.settled(id)).toMatchObject({ state: 'failed', done: 3, error: { code: 'INTERNAL' } })
    broken = false
    runner.resume(id)
    expect(await runner.settled(id)).toMatchObject({ state: 'done', done: 6, result: { sum: 91 } })
    expect(done).toEqual([0, 1, 2, 3, 4, 5])
    await close()
  })

  it('go on after the process that ran them is gone', async () => {
    const dataDir = tempDir()
    const first = setup(
      squares(4, async () => {
        await new Promise(() => undefined)
        return () => undefined
      }),
      dataDir,
    )
    const { id } = first.runner.submit('measure', {}, noHandles)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(first.store.jobs.get(id).state).toBe('running')
    first.store.close()
    const second = setup(squares(4), dataDir)
    second.runner.start()
    expect(await second.runner.settled(id)).toMatchObject({ state: 'done', result: { sum: 30 } })
    await second.close()
  })

  it.each(['spin', 'deaf'])(
    'are cancelled within 2.5 s, also when the thread does not listen (%s)',
    async (task) => {
      const step = squares(2, async ({ run }) => {
        await run(task, 0)
        return () => undefined
      })
      const { runner, close } = setup(step)
      const { id } = runner.submit('measure', {}, noHandles)
      await new Promise((resolve) => setTimeout(resolve, 200))
      const asked = performance.now()
      runner.cancel(id)
      expect(await runner.settled(id)).toMatchObject({ state: 'cancelled', error: { code: 'CANCELLED' } })
      expect(performance.now() - asked).toBeLessThan(2500)
      await close()
    },
  )

  it('give an unexpected failure the code INTERNAL and keep what was done', async () => {
    const { runner, close } = setup(
      squares(2, async ({ run }) => {
        await run('fail', 0)
        return () => undefined
      }),
    )
    expect(await runner.settled(runner.submit('measure', {}, noHandles).id)).toMatchObject({
      state: 'failed',
      error: { code: 'INTERNAL', message: 'broken on purpose' },
    })
    await close()
  })

  it('lose no point of a live series although reports are thinned', async () => {
    const { runner, close } = setup(
      squares(1, async ({ run }) => {
        await run('report', 5000)
        return () => undefined
      }),
    )
    const { id } = runner.submit('measure', {}, noHandles)
    await runner.settled(id)
    expect(runner.trace(id)['loss']).toHaveLength(5000)
    await close()
  })

  it('run a plan one after the other, and the next job is there when one ends', async () => {
    const { store, runner, close } = setup(squares(2))
    const steps = [1, 2].map((n) => ({
      kind: 'measure' as JobKind,
      params: { edge: n === 1 ? 'include' : 'exclude' },
    }))
    const plan = store.write(() => store.plans.insert('two', steps))
    const first = runner.submit('measure', steps[0]!.params, noHandles, plan.id)
    await runner.settled(first.id)
    const jobIds = store.plans.get(plan.id).jobIds
    expect(jobIds).toHaveLength(2)
    expect(await runner.settled(jobIds[1]!)).toMatchObject({ state: 'done' })
    expect(store.plans.get(plan.id)).toMatchObject({ state: 'done', cursor: 2 })
    await close()
  })
})

describe('inOrder', () => {
  it('hands over in order although items finish out of turn, at most `width` at a time', async () => {
    let running = 0
    let most = 0
    const handed: number[] = []
    await inOrder(
      2,
      30,
      4,
      async (index) => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, (index * 7) % 5))
        running--
        return index
      },
      (value) => handed.push(value),
    )
    expect(handed).toEqual(Array.from({ length: 28 }, (_, i) => i + 2))
    expect(most).toBe(4)
  })
})

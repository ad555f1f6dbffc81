import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ContractError, type Job } from '../../../../main/contract/index.ts'
import { EngineClient, setEngine } from '../../../../renderer/client/index.ts'
import { useErrorsStore } from '../../../../renderer/stores/errors.ts'
import { useJobsStore } from '../../../../renderer/stores/jobs.ts'
import { FakeTransport } from '../client/fake-transport.ts'

const id = '018f0000-0000-7000-8000-000000000001'
const job = (over: Partial<Job> = {}): Job => ({
  id,
  kind: 'segment',
  state: 'running',
  params: {},
  seed: 1,
  done: 0,
  total: 100,
  unit: 'images',
  message: '',
  result: null,
  error: null,
  reusedFrom: null,
  planId: null,
  createdAt: '2026-11-25T13:00:00.000Z',
  startedAt: null,
  endedAt: null,
  ...over,
})
let transport: FakeTransport
const event = (done: number, state: Job['state'] = 'running') => {
  const { kind, total, unit } = job()
  transport.newest.message({
    event: { type: 'job', id, kind, state, done, total, unit, message: `at ${String(done)}` },
  })
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
  setActivePinia(createPinia())
  transport = new FakeTransport()
  setEngine(new EngineClient(transport))
  transport.newest.open()
})
afterEach(() => {
  setEngine(null)
  vi.useRealTimers()
})

async function withJob(over: Partial<Job> = {}) {
  const jobs = useJobsStore()
  await vi.advanceTimersByTimeAsync(500)
  transport.answer([job(over)])
  await vi.advanceTimersByTimeAsync(0)
  return jobs
}

describe('jobs store', () => {
  it('follows a running job without asking, and tells the time left', async () => {
    const jobs = await withJob()
    const asked = transport.sent.length
    for (let i = 1; i <= 10; i++) {
      event(i * 2)
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(transport.sent).toHaveLength(asked)
    const current = jobs.running[0]
    expect(current).toMatchObject({ done: 20, message: 'at 20' })
    // 2 images/s, 80 left, and one second since the last event.
    expect(current === undefined ? null : jobs.secondsLeft(current)).toBeCloseTo(39, 1)
  })

  it('asks once for the whole job when its state changes', async () => {
    const jobs = await withJob()
    const asked = transport.sent.length
    event(100, 'done')
    event(100, 'done')
    expect(jobs.active).toEqual([])
    await vi.advanceTimersByTimeAsync(1000)
    expect(transport.sent.slice(asked).map((call) => call.method)).toEqual(['job.list'])
  })

  it('asks for a job it has not seen', async () => {
    const jobs = useJobsStore()
    await vi.advanceTimersByTimeAsync(500)
    transport.answer([])
    await vi.advanceTimersByTimeAsync(0)
    const asked = transport.sent.length
    event(1)
    await vi.advanceTimersByTimeAsync(500)
    expect(transport.sent).toHaveLength(asked + 1)
    transport.answer([job({ done: 1 })])
    await vi.advanceTimersByTimeAsync(0)
    expect(jobs.running).toHaveLength(1)
  })

  it('is empty without a project, and reports a cancel that failed', async () => {
    const jobs = useJobsStore()
    await vi.advanceTimersByTimeAsync(500)
    const reject = (error: ContractError) => {
      transport.newest.message({ id: transport.sent.at(-1)?.id, error: error.toData() })
    }
    reject(new ContractError('NO_PROJECT', 'No project is open.'))
    await vi.advanceTimersByTimeAsync(0)
    expect(jobs.list).toEqual([])
    expect(useErrorsStore().notices).toEqual([])

    const cancelled = jobs.cancel(id)
    reject(new ContractError('NOT_FOUND', 'No such job.', id))
    await cancelled
    expect(useErrorsStore().notices.map((notice) => notice.error.code)).toEqual(['NOT_FOUND'])
  })
})

import { describe, expect, it } from 'vitest'
import { ContractError, type EngineEvent } from '../../../../main/contract/index.ts'
import { EngineClient } from '../../../../renderer/client/index.ts'
import { FakeTransport } from './fake-transport.ts'

interface Timer {
  run: () => void
  ms: number
}
function connected() {
  const transport = new FakeTransport()
  const timers: Timer[] = []
  const client = new EngineClient(transport, { schedule: (run, ms) => timers.push({ run, ms }) })
  return { transport, client, timers }
}
const hostInfo = { host: 'server', programVersion: '0.1.0', projectOpen: false, platform: 'linux' }

async function failure(promise: Promise<unknown>): Promise<ContractError> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ContractError)) throw new Error(`expected a ContractError, got ${String(error)}`)
  return error
}

describe('EngineClient', () => {
  it('holds calls until the connection is open, then sends them once', async () => {
    const { transport, client } = connected()
    const answer = client.call('host.info', {})
    expect(transport.sent).toHaveLength(0)
    transport.newest.open()
    expect(transport.sent).toEqual([{ id: 0, method: 'host.info', params: {} }])
    transport.answer(hostInfo)
    expect(await answer).toEqual(hostInfo)
  })

  it('gives each answer to its own call, in whatever order they come', async () => {
    const { transport, client } = connected()
    transport.newest.open()
    const first = client.call('project.recent', {})
    const second = client.call('project.close', {})
    transport.newest.message({ id: 1, value: { ok: true } })
    transport.newest.message({ id: 0, value: [{ name: 'a', available: true }] })
    expect(await second).toEqual({ ok: true })
    expect(await first).toEqual([{ name: 'a', available: true }])
  })

  it('rejects everything pending with ENGINE_STOPPED when the connection breaks', async () => {
    const { transport, client } = connected()
    transport.newest.open()
    const calls = [client.call('host.info', {}), client.call('job.list', {})].map(failure)
    transport.newest.broken('the engine died')
    for (const error of await Promise.all(calls)) {
      expect(error.code).toBe('ENGINE_STOPPED')
      expect(error.message).toBe('the engine died')
      expect(error.toData().retryable).toBe(true)
    }
    expect((await failure(client.call('host.info', {}))).code).toBe('ENGINE_STOPPED')
    expect(transport.sent).toHaveLength(2)
  })

  it('rejects also calls that were waiting for the connection to open', async () => {
    const { transport, client } = connected()
    const call = failure(client.call('host.info', {}))
    transport.newest.broken('no host')
    expect((await call).code).toBe('ENGINE_STOPPED')
  })

  it('reconnects with growing waits, starts over after success, and tells its state', () => {
    const { transport, client, timers } = connected()
    const states: string[] = []
    client.onState((state) => states.push(state))
    transport.newest.broken('1')
    timers.at(-1)?.run()
    transport.newest.broken('2')
    timers.at(-1)?.run()
    transport.newest.open()
    transport.newest.broken('3')
    expect(timers.map((timer) => timer.ms)).toEqual([250, 500, 250])
    expect(states).toEqual(['broken', 'connecting', 'broken', 'connecting', 'open', 'broken'])
  })

  it('does not reconnect after it was closed', async () => {
    const { transport, client, timers } = connected()
    transport.newest.broken('gone')
    client.close()
    timers.at(-1)?.run()
    expect(transport.attempts).toHaveLength(1)
    expect((await failure(client.call('host.info', {}))).code).toBe('ENGINE_STOPPED')
  })

  it('turns a coded error into a ContractError with code, message and item', async () => {
    const { transport, client } = connected()
    transport.newest.open()
    const call = failure(client.call('project.info', {}))
    const data = new ContractError('NO_PROJECT', 'No project is open.', 'x').toData()
    transport.newest.message({ id: 0, error: data })
    expect((await call).toData()).toEqual(data)
  })

  it('refuses an answer that does not fit the output schema, naming the field', async () => {
    const { transport, client } = connected()
    transport.newest.open()
    const call = failure(client.call('host.info', {}))
    transport.answer({ ...hostInfo, projectOpen: 'yes' })
    const error = await call
    expect(error.code).toBe('INTERNAL')
    expect(error.detail).toBe('host.info')
    expect(error.message).toContain('projectOpen')
  })

  it('drops what is no message of the contract, and answers to unknown ids', async () => {
    const { transport, client } = connected()
    transport.newest.open()
    const call = client.call('host.info', {})
    for (const junk of [null, 7, 'text', { id: 'x' }, { id: 99, value: 1 }, { event: { type: 'other' } }]) {
      transport.newest.message(junk)
    }
    transport.answer(hostInfo)
    expect(await call).toEqual(hostInfo)
  })

  it('passes events on until the listener leaves', () => {
    const { transport, client } = connected()
    transport.newest.open()
    const seen: EngineEvent[] = []
    const off = client.on((event) => seen.push(event))
    const event = { type: 'changed', entity: 'model', ids: [], revision: 3 }
    transport.newest.message({ event })
    off()
    transport.newest.message({ event })
    expect(seen).toEqual([event])
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, type EffectScope } from 'vue'
import { ContractError } from '../../../../main/contract/index.ts'
import { EngineClient, setEngine, useQuery } from '../../../../renderer/client/index.ts'
import { FakeTransport } from './fake-transport.ts'

let transport: FakeTransport
let scope: EffectScope
const changed = (entity: string) => ({ event: { type: 'changed', entity, ids: [], revision: 1 } })

beforeEach(() => {
  vi.useFakeTimers()
  transport = new FakeTransport()
  setEngine(new EngineClient(transport))
  transport.newest.open()
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  setEngine(null)
  vi.useRealTimers()
})
const inScope = <T>(run: () => T): T => {
  const value = scope.run(run)
  if (value === undefined) throw new Error('the scope is not active')
  return value
}
const flush = () => vi.advanceTimersByTimeAsync(0)

describe('useQuery', () => {
  it('asks at once and gives the answer', async () => {
    const query = inScope(() => useQuery('project.recent', {}))
    expect(query.loading.value).toBe(true)
    transport.answer([{ name: 'a', available: true }])
    await flush()
    expect(query.data.value).toEqual([{ name: 'a', available: true }])
    expect(query.loading.value).toBe(false)
  })

  it('asks again once for a burst of changes of its entities, and not for others', async () => {
    inScope(() => useQuery('project.recent', {}, { entities: ['project'] }))
    transport.answer([])
    await flush()
    transport.newest.message(changed('model'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(transport.sent).toHaveLength(1)
    for (let i = 0; i < 5; i++) transport.newest.message(changed('project'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(transport.sent).toHaveLength(2)
  })

  it('drops a late answer to an older question', async () => {
    const id = ref('018f0000-0000-7000-8000-000000000001')
    const query = inScope(() => useQuery('measure.objects', () => ({ id: id.value })))
    const first = transport.sent[0]?.id
    id.value = '018f0000-0000-7000-8000-000000000002'
    await nextTick()
    transport.answer({ lengthUnit: 'px', objects: [] })
    transport.newest.message({ id: first, value: { lengthUnit: 'µm', objects: [] } })
    await flush()
    expect(query.data.value?.lengthUnit).toBe('px')
  })

  it('asks nothing and holds nothing while its input is null', async () => {
    const wanted = ref(true)
    const query = inScope(() => useQuery('project.recent', () => (wanted.value ? {} : null)))
    transport.answer([])
    await flush()
    wanted.value = false
    await nextTick()
    await flush()
    expect(query.data.value).toBeNull()
    expect(transport.sent).toHaveLength(1)
  })

  it('shows an error, and keeps the answer on screen when only the engine restarts', async () => {
    const query = inScope(() => useQuery('project.recent', {}, { entities: ['project'] }))
    transport.answer([{ name: 'kept', available: true }])
    await flush()
    void query.refresh()
    transport.newest.broken('restart')
    await flush()
    expect(query.data.value).toEqual([{ name: 'kept', available: true }])
    expect(query.error.value).toBeNull()
    await vi.advanceTimersByTimeAsync(300)
    transport.newest.open()
    await vi.advanceTimersByTimeAsync(300)
    transport.newest.message({
      id: transport.sent.at(-1)?.id,
      error: new ContractError('NO_PROJECT', 'none').toData(),
    })
    await flush()
    expect(query.error.value?.code).toBe('NO_PROJECT')
  })

  it('stops listening with its scope', async () => {
    inScope(() => useQuery('project.recent', {}, { entities: ['project'] }))
    transport.answer([])
    await flush()
    scope.stop()
    transport.newest.message(changed('project'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(transport.sent).toHaveLength(1)
  })
})

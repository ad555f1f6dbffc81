import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorCode, isMethodName, methods, replyMessage } from '../../main/contract/index.ts'
import { inProcess, overHttp, overPort, type TestHost } from './hosts.ts'

interface Good {
  name: string
  method: string
  params: Record<string, unknown>
  value: unknown
}
interface Bad {
  name: string
  message: unknown
  code: string
}
const fixtures = <T>(file: string): T[] =>
  JSON.parse(readFileSync(new URL(`./fixtures/${file}`, import.meta.url), 'utf8')) as T[]
const good = fixtures<Good>('good.json')
const bad = fixtures<Bad>('bad.json')

describe.each([
  ['in process', inProcess],
  ['over HTTP', overHttp],
  ['over a message port', overPort],
])('%s', (_name, open) => {
  let host: TestHost
  beforeAll(async () => {
    host = await open()
  })
  afterAll(() => host.close())

  // The bad ones first: they must leave no trace that the good ones would see.
  it.each(bad.map((one) => [one.name, one] as const))('refuses %s', async (_title, { message, code }) => {
    const reply = replyMessage.parse(await host.send(message))
    expect(reply).toHaveProperty('error.code', code)
    const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : 0
    expect(reply.id).toBe(typeof id === 'number' && id >= 0 ? id : 0)
    expect(JSON.stringify(reply)).not.toMatch(/node_modules|\.ts:|at .*\(/)
    expect(errorCode.safeParse(code).success).toBe(true)
  })

  it.each(good.map((one, i) => [one.name, one, i] as const))('answers %s', async (_title, fixture, i) => {
    const params = Object.fromEntries(
      Object.entries(fixture.params).map(([key, value]) => [
        key,
        value === '$folder' ? host.session.handles.mint(host.folder) : value,
      ]),
    )
    const reply = replyMessage.parse(await host.send({ id: i, method: fixture.method, params }))
    if (!('value' in reply)) throw new Error(JSON.stringify(reply))
    expect(reply.id).toBe(i)
    if (!isMethodName(fixture.method)) throw new Error(`${fixture.method} is no method`)
    expect(methods[fixture.method].output.safeParse(reply.value).error).toBeUndefined()
    if (fixture.value === null || Array.isArray(fixture.value)) expect(reply.value).toEqual(fixture.value)
    else expect(reply.value).toMatchObject(fixture.value as object)
  })

  it('tells of the opened project by an event', async () => {
    await expect.poll(() => host.events.length, { timeout: 5000 }).toBeGreaterThan(0)
    expect(host.events).toContainEqual({
      event: expect.objectContaining({ type: 'changed', entity: 'project' }) as unknown,
    })
  })

  it('answers many calls at once, each under its own id', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, id) => host.send({ id, method: 'host.info', params: {} })),
    )
    expect(replies.map((reply) => replyMessage.parse(reply).id).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, id) => id),
    )
  })
})

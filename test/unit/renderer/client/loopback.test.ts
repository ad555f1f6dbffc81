import { describe, expect, it } from 'vitest'
import { loopback, type TransportEvents } from '../../../../renderer/client/index.ts'

interface Post {
  body: string
  signal: AbortSignal
  answer: (text: string, status?: number) => void
  fail: (error: Error) => void
}
function open() {
  const posts: Post[] = []
  const log: string[] = []
  const messages: unknown[] = []
  const source = {
    onopen: null as ((event: Event) => void) | null,
    onmessage: null as ((event: MessageEvent<string>) => void) | null,
    onerror: null as ((event: Event) => void) | null,
    close: () => void log.push('source closed'),
  }
  const kind = loopback({
    post: (body, signal) =>
      new Promise((resolve, reject) => {
        posts.push({
          body,
          signal,
          answer: (text, status = 200) => {
            resolve({ status, text })
          },
          fail: reject,
        })
      }),
    events: () => source,
  })
  const events: TransportEvents = {
    open: () => void log.push('open'),
    message: (message) => void messages.push(message),
    broken: (reason) => void log.push(`broken: ${reason}`),
  }
  return { kind, transport: kind.connect(events), posts, log, messages, source }
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('loopback transport', () => {
  it('posts a call as JSON and hands the reply over', async () => {
    const { transport, posts, messages } = open()
    transport.send({ id: 4, method: 'host.info', params: { a: 1 } })
    expect(JSON.parse(posts[0]?.body ?? '')).toEqual({ id: 4, method: 'host.info', params: { a: 1 } })
    posts[0]?.answer('{"id":4,"value":true}')
    await settle()
    expect(messages).toEqual([{ id: 4, value: true }])
  })

  it('opens with the event stream and hands events over', () => {
    const { source, log, messages } = open()
    source.onopen?.(new Event('open'))
    source.onmessage?.(new MessageEvent('message', { data: '{"event":{"type":"x"}}' }))
    expect(log).toEqual(['open'])
    expect(messages).toEqual([{ event: { type: 'x' } }])
  })

  it('breaks once, aborting every call, when the stream ends', async () => {
    const { transport, source, posts, log, messages } = open()
    transport.send({ id: 0, method: 'a', params: {} })
    source.onerror?.(new Event('error'))
    source.onerror?.(new Event('error'))
    expect(posts[0]?.signal.aborted).toBe(true)
    posts[0]?.answer('{"id":0,"value":1}')
    await settle()
    expect(messages).toEqual([])
    expect(log.filter((line) => line.startsWith('broken'))).toHaveLength(1)
  })

  it('breaks when a call cannot be sent or the answer is no JSON', async () => {
    const failing = open()
    failing.transport.send({ id: 0, method: 'a', params: {} })
    failing.posts[0]?.fail(new TypeError('connection refused'))
    await settle()
    expect(failing.log).toContain('broken: connection refused')

    const strange = open()
    strange.transport.send({ id: 0, method: 'job.list', params: {} })
    strange.posts[0]?.answer('<html>', 502)
    await settle()
    expect(strange.log.join()).toContain('job.list with status 502')
  })

  it('says nothing after it was closed', async () => {
    const { transport, source, posts, log, messages } = open()
    transport.send({ id: 0, method: 'a', params: {} })
    transport.close()
    source.onmessage?.(new MessageEvent('message', { data: '{}' }))
    posts[0]?.fail(new Error('aborted'))
    await settle()
    expect(messages).toEqual([])
    expect(log).toEqual(['source closed'])
  })

  it('names blobs by their hash', () => {
    expect(open().kind.blobUrl('ab12')).toBe('/blob/ab12')
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { reactive } from 'vue'
import { electronPort, type CausalloyBridge } from '../../../../renderer/client/index.ts'

class FakePort extends EventTarget {
  posted: unknown[] = []
  onmessage: ((event: MessageEvent) => void) | null = null
  started = 0
  closed = 0
  postMessage(message: unknown) {
    this.posted.push(structuredClone(message))
  }
  start() {
    this.started++
  }
  close() {
    this.closed++
  }
}
let page: EventTarget
let asked: number
const shell = (): CausalloyBridge => ({
  requestPort: () => void asked++,
  pickFolder: () => Promise.resolve(null),
  pickFile: () => Promise.resolve(null),
  saveAs: () => Promise.resolve(false),
  blobUrl: (sha256) => `causalloy://app/blob/${sha256}`,
})
function handOver(port: FakePort, over: Partial<{ data: unknown; source: unknown }> = {}) {
  page.dispatchEvent(
    Object.assign(new Event('message'), { data: 'causalloy-port', source: page, ports: [port], ...over }),
  )
}
function connect() {
  const log: string[] = []
  const messages: unknown[] = []
  const kind = electronPort(shell())
  const transport = kind.connect({
    open: () => void log.push('open'),
    message: (message) => void messages.push(message),
    broken: (reason) => void log.push(reason),
  })
  return { kind, transport, log, messages }
}

beforeEach(() => {
  asked = 0
  page = new EventTarget()
  vi.stubGlobal('window', page)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

describe('port of the desktop shell', () => {
  it('asks for a port, opens with it, and carries messages both ways', () => {
    const { transport, log, messages, kind } = connect()
    expect(asked).toBe(1)
    const port = new FakePort()
    handOver(port)
    expect(log).toEqual(['open'])
    transport.send({ id: 1, method: 'host.info', params: {} })
    expect(port.posted).toEqual([{ id: 1, method: 'host.info', params: {} }])
    port.onmessage?.(new MessageEvent('message', { data: { id: 1, value: 2 } }))
    expect(messages).toEqual([{ id: 1, value: 2 }])
    expect(kind.blobUrl('ab')).toBe('causalloy://app/blob/ab')
  })

  it('posts reactive objects of the page as plain JSON', () => {
    const { transport } = connect()
    const port = new FakePort()
    handOver(port)
    transport.send({ id: 1, method: 'segment.run', params: reactive({ method: 'otsu', list: [1] }) })
    expect(port.posted).toEqual([{ id: 1, method: 'segment.run', params: { method: 'otsu', list: [1] } }])
  })

  it('takes no port from another window or under another name', () => {
    const { log } = connect()
    handOver(new FakePort(), { source: {} })
    handOver(new FakePort(), { data: 'other' })
    expect(log).toEqual([])
  })

  it('breaks when the port closes', () => {
    const { log } = connect()
    const port = new FakePort()
    handOver(port)
    port.dispatchEvent(new Event('close'))
    expect(log).toEqual(['open', 'The engine stopped.'])
  })

  it('breaks when a second port tells that the engine was restarted', () => {
    const { log } = connect()
    handOver(new FakePort())
    const second = new FakePort()
    handOver(second)
    handOver(new FakePort())
    expect(log).toEqual(['open', 'The engine was restarted.'])
    expect(second.closed).toBe(1)
  })
})

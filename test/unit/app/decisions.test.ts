import { readFileSync } from 'node:fs'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { mayNavigate, mayRequest, maySend, targetOf } from '../../../main/app/address.ts'
import { channels } from '../../../main/app/bridge-channels.ts'
import { chromiumSwitches, launchOf } from '../../../main/app/launch.ts'
import { menuTemplate } from '../../../main/app/menu.ts'
import { afterExit } from '../../../main/app/restart-policy.ts'
import { installPlan } from '../../../main/app/runtime-source.ts'
import type { CausalloyBridge } from '../../../preload/bridge.d.ts'
import type { CausalloyBridge as ExpectedBridge } from '../../../renderer/client/electron.ts'

const sha = 'ab'.repeat(32)

describe('targetOf', () => {
  it('knows pages and blobs of the own scheme', () => {
    expect(targetOf('causalloy://app/')).toEqual({ kind: 'page', path: '/' })
    expect(targetOf('causalloy://app/assets/a.js?v=1')).toEqual({ kind: 'page', path: '/assets/a.js' })
    expect(targetOf(`causalloy://app/blob/${sha}?download=r.html`)).toEqual({
      kind: 'blob',
      sha256: sha,
      download: 'r.html',
    })
  })
  it.each([
    'causalloy://other/',
    'https://app/',
    'file:///etc/passwd',
    'causalloy://u:p@app/',
    'causalloy://app:1/',
    ':',
    '',
  ])('answers nothing to %s', (url) => expect(targetOf(url)).toBeNull())
})

describe('what a page may do', () => {
  it('may go to itself only', () => {
    expect(mayNavigate('causalloy://app/')).toBe(true)
    expect(mayNavigate('causalloy://app/#/import')).toBe(true)
    for (const url of [
      `causalloy://app/blob/${sha}`,
      'causalloy://app/x.html',
      'https://example.org/',
      'file:///x',
      'about:blank',
      'javascript:alert(1)',
      'data:text/html,x',
    ])
      expect(mayNavigate(url)).toBe(false)
  })
  it('may request its own scheme and what it made itself', () => {
    for (const url of ['causalloy://app/a.js', 'blob:causalloy://app/1-2', 'data:image/png;base64,AA'])
      expect(mayRequest(url)).toBe(true)
    for (const url of [
      'https://example.org',
      'http://127.0.0.1/',
      'ws://x',
      'file:///etc/passwd',
      'blob:https://x/1',
      'chrome://gpu',
      'devtools://x',
      'causalloy://evil/',
    ])
      expect(mayRequest(url)).toBe(false)
  })
  it('is listened to as the main frame of the known window only', () => {
    const own = { frameUrl: 'causalloy://app/', isMainFrame: true, isKnownWindow: true }
    expect(maySend(own)).toBe(true)
    expect(maySend({ ...own, isMainFrame: false })).toBe(false)
    expect(maySend({ ...own, isKnownWindow: false })).toBe(false)
    expect(maySend({ ...own, frameUrl: null })).toBe(false)
    expect(maySend({ ...own, frameUrl: 'https://evil.example/' })).toBe(false)
  })
})

describe('afterExit', () => {
  it('does not start an engine again that was closed', () => {
    expect(afterExit(0, [5]).restart).toBe(false)
  })
  it('starts a failed one at once, then waits longer, then gives up', () => {
    const times = [0, 1000, 2000, 3000, 4000, 5000]
    const waits = times.map((_, i) => afterExit(1, times.slice(0, i + 1)))
    expect(waits.map((one) => (one.restart ? one.afterMs : null))).toEqual([0, 250, 500, 1000, 2000, null])
  })
  it('forgets failures of more than a minute ago, and takes a signal for a failure', () => {
    const old = [0, 1, 2, 3, 4, 5]
    expect(afterExit(null, [...old, 100_000])).toEqual({ restart: true, afterMs: 0 })
  })
})

describe('launchOf', () => {
  it('opens a window, or runs the command line after --cli', () => {
    expect(launchOf(['/opt/causalloy'])).toEqual({ mode: 'window', project: null })
    expect(launchOf(['electron', '/repo', '--cli', 'image', 'inspect', 'f.png'])).toEqual({
      mode: 'cli',
      args: ['image', 'inspect', 'f.png'],
    })
    expect(launchOf(['electron', '/repo', '--project=/data/p'])).toEqual({
      mode: 'window',
      project: '/data/p',
    })
  })
  it('lets no name resolve', () => {
    expect(chromiumSwitches).toContainEqual(['host-resolver-rules', 'MAP * ~NOTFOUND'])
    expect(chromiumSwitches.flat()).not.toContain('no-sandbox')
  })
})

describe('menu', () => {
  it('offers the simulated campaign and no way out of the program', () => {
    const calls: string[] = []
    const act = (name: string) => () => void calls.push(name)
    const template = menuTemplate('linux', {
      openProject: act('open'),
      simulatedCampaign: act('demo'),
      closeProject: act('close'),
      showNetwork: act('network'),
      showAbout: act('about'),
    })
    const items = template.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
    const click = items.find(({ label }) => label === 'Simulated campaign…')?.click as
      (() => void) | undefined
    click?.()
    expect(calls).toEqual(['demo'])
    expect(items.map(({ role }) => role)).not.toContain('toggleDevTools')
  })
})

describe('installPlan', () => {
  const where = { version: '45.5.0', platform: 'linux', arch: 'x64' }
  it('says what is fetched and from where', () => {
    const plan = installPlan({ ...where, env: {} })
    expect(plan.fetches).toBe(true)
    expect(plan.text).toContain('electron-v45.5.0-linux-x64.zip')
    expect(plan.text).toContain('https://github.com/electron/electron/releases/download/')
  })
  it('honours a mirror and an own copy', () => {
    expect(installPlan({ ...where, env: { ELECTRON_MIRROR: 'https://files.lab/electron/' } }).from).toBe(
      'https://files.lab/electron/',
    )
    expect(installPlan({ ...where, env: { ELECTRON_OVERRIDE_DIST_PATH: '/own' } })).toMatchObject({
      fetches: false,
      from: '/own',
    })
  })
})

it('preload and shell call their messages the same, and there are no others', () => {
  const text = readFileSync(new URL('../../../preload/preload.ts', import.meta.url), 'utf8')
  const used = [...text.matchAll(/'(causalloy:[a-z-]+)'/g)].map(([, name]) => name)
  expect(used.sort()).toEqual(Object.values(channels).sort())
})

it('gives the page the bridge it is written against', () => {
  expectTypeOf<CausalloyBridge>().toExtend<ExpectedBridge>()
})

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tempDir } from '../support/temp.ts'

const root = resolve(import.meta.dirname, '../..')
const runtime = join(
  root,
  'node_modules/electron/dist',
  process.platform === 'win32' ? 'electron.exe' : 'electron',
)
const there = existsSync(runtime)
const reason = there
  ? ''
  : ' (skipped: the Electron runtime is not installed; npm run desktop:install fetches it)'

/** Playwright's Electron driver against the built shell: `npm run build` first. */
describe.skipIf(!there)(`the desktop window${reason}`, () => {
  let app: ElectronApplication
  let page: Page

  beforeAll(async () => {
    const home = tempDir.keep()
    app = await _electron.launch({
      executablePath: runtime,
      args: [root],
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, APPDATA: home } as Record<string, string>,
    })
    page = await app.firstWindow()
    await page.waitForSelector('[data-testid="room-home"]')
  })
  afterAll(async () => {
    await app.close()
    tempDir.removeKept()
  })

  it('shows the pages of its own scheme', () => {
    expect(page.url()).toMatch(/^causalloy:\/\/app\//)
  })

  it('gives the page no Node and one bridge of verbs', async () => {
    const seen = await page.evaluate(() => ({
      node: 'require' in window || 'process' in window,
      verbs: Object.keys((window as unknown as { causalloy: object }).causalloy).sort(),
    }))
    expect(seen.node).toBe(false)
    expect(seen.verbs).toEqual(['blobUrl', 'pickFile', 'pickFolder', 'platform', 'requestPort', 'saveAs'])
  })

  it('stays where it is when told to go elsewhere or to open a window', async () => {
    const before = page.url()
    await page.evaluate(() => {
      window.location.href = 'https://example.invalid/'
    })
    await page.evaluate(() => window.open('https://example.invalid/'))
    await page.waitForTimeout(500)
    expect(page.url()).toBe(before)
    expect(app.windows()).toHaveLength(1)
  })

  it('runs sandboxed and isolated', async () => {
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>
      }
      const { sandbox, contextIsolation, nodeIntegration, webSecurity } = contents.getLastWebPreferences()
      return { sandbox, contextIsolation, nodeIntegration, webSecurity }
    })
    expect(preferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
    })
  })

  it('answers the page through the engine of a process of its own', async () => {
    await page.keyboard.press('Control+Shift+P')
    await page.waitForSelector('[data-testid="palette"]')
  })
})

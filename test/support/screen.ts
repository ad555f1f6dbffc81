import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'

const root = resolve(import.meta.dirname, '../..')

/** An installed browser, or null; on CI a missing one is a failure of the test that asks. */
export function installedBrowser(): string | null {
  const places = [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    'C:/Program Files/Google/Chrome/Application/chrome.exe',
  ]
  const found = places.find((place) => existsSync(place)) ?? null
  if (found === null && process.env['CI'] === 'true')
    throw new Error('No Chromium is installed; the end-to-end tests must run on CI.')
  return found
}

export interface Screen {
  readonly page: Page
  /** Errors and warnings of the page's console, policy violations among them. */
  readonly complaints: string[]
  go(room: string): Promise<void>
  /** A picture kept as an artefact of the test run. */
  shoot(name: string): Promise<void>
  /** In the folder picker: walks the names and chooses the last. */
  pick(...names: string[]): Promise<void>
  /** Waits until the newest job of a kind has ended and answers its state as the tray shows it. */
  jobEnds(kind: string, timeoutMs?: number): Promise<string>
  close(): Promise<void>
}

/** The very program a user starts: `npm start` on the loopback host, in a real browser window of its own. */
export async function openScreen(options: {
  readonly home: string
  readonly project?: string
  readonly width?: number
  readonly height?: number
}): Promise<Screen> {
  const args = [
    join(root, 'main/host/start.ts'),
    '--no-open',
    ...(options.project === undefined ? [] : ['--project', options.project]),
  ]
  const env = {
    ...process.env,
    HOME: options.home,
    USERPROFILE: options.home,
    XDG_CONFIG_HOME: join(options.home, '.config'),
    APPDATA: options.home,
  }
  const server: ChildProcess = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const url = await new Promise<string>((found, failed) => {
    let text = ''
    const look = (data: Buffer) => {
      text += data.toString()
      const match = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(text)
      if (match !== null) found(match[0])
    }
    server.stdout?.on('data', look)
    server.stderr?.on('data', look)
    server.on('exit', (code) => {
      failed(new Error(`the host ended with ${code}: ${text}`))
    })
  })
  const browser: Browser = await chromium.launch({
    executablePath: installedBrowser()!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1366, height: options.height ?? 768 },
  })
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => {
    complaints.push(String(error))
  })
  await page.goto(url)

  const artifacts = join(root, 'test/artifacts/screens')
  mkdirSync(artifacts, { recursive: true })
  const screen: Screen = {
    page,
    complaints,
    async go(room) {
      await page.click(`[data-testid="rail-${room}"]`)
      await page.waitForSelector(`[data-testid="room-${room}"]`)
    },
    async shoot(name) {
      await page.waitForTimeout(600)
      await page.screenshot({ path: join(artifacts, `${name}.png`) })
    },
    async pick(...names) {
      for (const [i, name] of names.entries()) {
        const entry = page.locator(`[data-testid="pick-${name}"]`)
        if (i < names.length - 1) await entry.dblclick()
        else await entry.click()
      }
      await page.click('[data-testid="pick-choose"]')
    },
    async jobEnds(kind, timeoutMs = 240_000) {
      const ended = await page.waitForFunction(
        (jobKind) => {
          const row = document.querySelector(`[data-testid="job-${jobKind}"]`)
          const state = row?.getAttribute('data-state') ?? ''
          return ['done', 'failed', 'cancelled'].includes(state) ? state : false
        },
        kind,
        { timeout: timeoutMs, polling: 250 },
      )
      return String(await ended.jsonValue())
    },
    async close() {
      await browser.close()
      const gone = new Promise((done) => server.on('exit', done))
      server.kill('SIGTERM')
      await gone
    },
  }
  return screen
}

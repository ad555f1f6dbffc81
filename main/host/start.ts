import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { configFolder } from './config.ts'
import { stderrLog } from './log.ts'
import { startLoopbackHost } from './server.ts'
import { Session } from './session.ts'
import { browserArguments, browserPlaces, electronPlace } from './start/browsers.ts'
import { ensureRenderer, ensureShell } from './start/builds.ts'
import { programRoot, programVersion } from './version.ts'

/**
 * `npm start`: the desktop window where the Electron runtime is there, else the same pages from the loopback
 * host in an app window of an installed browser, else an address to open. It says which of them it did.
 */
const usage = 'npm start -- [--project DIR] [--no-open] [--browser]\n'
const say = (text: string): void => void process.stdout.write(text + '\n')

function readFlags(): { project?: string; 'no-open'?: boolean; browser?: boolean } {
  try {
    return parseArgs({
      options: {
        project: { type: 'string' },
        'no-open': { type: 'boolean' },
        browser: { type: 'boolean' },
      },
    }).values
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n${usage}`)
    process.exit(2)
  }
}

function startElectron(runtime: string, project: string | undefined): void {
  ensureShell(say)
  say('Opening the desktop window (Electron).')
  const flags = project === undefined ? [] : [`--project=${resolve(project)}`]
  const child = spawn(runtime, [fileURLToPath(programRoot), ...flags], { stdio: 'inherit' })
  child.on('exit', (code) => process.exit(code ?? 1))
}

async function startServer(project: string | undefined, open: boolean): Promise<void> {
  const session = new Session({
    host: 'server',
    configFolder: configFolder({ platform: process.platform, home: homedir(), env: process.env }),
    clock: Date.now,
    log: stderrLog,
    programVersion,
    seed: 1,
  })
  if (project !== undefined) await session.openProject(resolve(project))
  const browser = open
    ? browserPlaces(process.platform, process.env).find((place) => existsSync(place))
    : undefined
  // The process list shows the address to others on this machine: what opens the window uses it up.
  const host = await startLoopbackHost({ session, singleLaunch: browser !== undefined })
  let ending = false
  const end = async (code: number): Promise<void> => {
    if (ending) process.exit(code)
    ending = true
    await host.close()
    await session.closeProject()
    process.exit(code)
  }
  process.on('SIGINT', () => void end(0))
  process.on('SIGTERM', () => void end(0))

  if (browser === undefined) {
    say(
      open
        ? 'Neither the Electron runtime nor Chromium, Chrome or Edge was found. Open this address in a browser:'
        : 'Serving the pages; open this address in a browser:',
    )
    say(host.launchUrl)
    say('Ctrl+C ends the program.')
    return
  }
  openBrowser(browser, host.launchUrl, () => void end(0))
}

function openBrowser(browser: string, url: string, closed: () => void): void {
  const isRoot = process.getuid?.() === 0
  const profile = mkdtempSync(join(tmpdir(), 'causalloy-window-'))
  say(`The Electron runtime is not installed (npm run desktop:install); opening an app window of ${browser}.`)
  if (isRoot) say('You are root: the browser is started without its sandbox. Prefer an ordinary user.')
  say(`If no window appears, open ${url}`)
  const child = spawn(browser, browserArguments(url, profile, isRoot), { stdio: 'ignore' })
  child.on('error', (cause) =>
    say(`The browser could not be started (${cause.message}); open the address above.`),
  )
  child.on('exit', (code) => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    if (code === 0) {
      say('The window was closed.')
      closed()
    } else say(`The browser ended with code ${String(code)}; the program goes on, open the address above.`)
  })
}

const flags = readFlags()
try {
  ensureRenderer(say)
  const runtime = electronPlace(
    process.platform,
    fileURLToPath(new URL('node_modules/electron', programRoot)),
    process.env,
  )
  const open = flags['no-open'] !== true
  if (open && flags.browser !== true && existsSync(runtime)) startElectron(runtime, flags.project)
  else await startServer(flags.project, open)
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
  process.exitCode = 1
}

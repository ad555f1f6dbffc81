import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { configFolder } from './config.ts'
import { stderrLog } from './log.ts'
import { startLoopbackHost } from './server.ts'
import { Session } from './session.ts'
import { browserPlaces, electronPlace } from './start/browsers.ts'
import { ensureRenderer, ensureShell } from './start/builds.ts'
import { openAppWindow, type AppWindow } from './start/window.ts'
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

async function startServer(project: string | undefined, open: boolean, why: string): Promise<void> {
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
  let window: AppWindow | null = null
  const end = async (code: number): Promise<void> => {
    if (ending) process.exit(code)
    ending = true
    await window?.close()
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
  say(`${why} Opening an app window of ${browser}.`)
  window = openAppWindow(browser, host.launchUrl, say, () => void end(0))
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
  else
    await startServer(
      flags.project,
      open,
      existsSync(runtime)
        ? 'As asked for with --browser.'
        : 'The Electron runtime is not installed (npm run desktop:install).',
    )
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`)
  process.exitCode = 1
}

import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { browserArguments } from './browsers.ts'

export interface AppWindow {
  /** Closes the window and removes its profile. */
  close(): Promise<void>
}

/** Opens `url` as a window of an installed browser, with a profile of its own that is thrown away afterwards. */
export function openAppWindow(
  browser: string,
  url: string,
  say: (text: string) => void,
  onClosed: () => void,
): AppWindow {
  const isRoot = process.getuid?.() === 0
  const profile = mkdtempSync(join(tmpdir(), 'causalloy-window-'))
  if (isRoot) say('You are root: the browser is started without its sandbox. Prefer an ordinary user.')
  say(`If no window appears, open ${url}`)
  const child: ChildProcess = spawn(browser, browserArguments(url, profile, isRoot), { stdio: 'ignore' })
  let closing = false
  const ended = new Promise<void>((resolve) => {
    child.on('error', (cause) => {
      say(`The browser could not be started (${cause.message}); open the address above.`)
      resolve()
    })
    child.on('exit', (code) => {
      removeProfile(profile)
      resolve()
      if (closing) return
      if (code === 0) {
        say('The window was closed.')
        onClosed()
      } else say(`The browser ended with code ${String(code)}; the program goes on, open the address above.`)
    })
  })
  return {
    close: async () => {
      closing = true
      child.kill()
      const patience = new Promise<void>((resolve) => setTimeout(resolve, 3_000))
      await Promise.race([ended, patience])
      removeProfile(profile)
    },
  }
}

/** The browser's helpers may still be writing for a moment; what cannot be removed is left to the system. */
function removeProfile(profile: string): void {
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  } catch {
    // A folder of temporary files that stays is no reason to end with an error.
  }
}

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A child process and the line to it. Messages are structured clones: typed arrays cross as they are. */
export interface ChildLine {
  readonly pid: number | null
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, when the process is gone or could not be started, with how it ended in words. */
  onExit(listener: (how: string) => void): void
  /** What the child prints on stderr; libraries explain themselves there before they die. */
  onText(listener: (text: string) => void): void
  /** Ends the process at once, whatever it does. */
  kill(): void
  /** Whether the child keeps this process alive. */
  hold(isHeld: boolean): void
}

/** Starts a child that runs `child.ts`. In Electron the shell starts a utility process in its place. */
export type Spawn = () => ChildLine

/** The child's file: beside this one as it is written, beside the bundle in a package. */
const childFile = import.meta.url.endsWith('.ts')
  ? new URL('./child.ts', import.meta.url)
  : new URL('./executor-child.mjs', import.meta.url)

/** A child of plain Node. Not in Electron, where it would start the whole program a second time: throws an Error there. */
export const forkChild: Spawn = () => {
  if (process.versions['electron'] !== undefined) throw new Error('in Electron the shell starts processes')
  const child = fork(fileURLToPath(childFile), [`--parent=${process.pid}`], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Not the parent's: a test runner or a debugger puts its own there.
    execArgv: [],
  })
  return {
    pid: child.pid ?? null,
    // A child that has just died cannot be written to; its exit tells the rest.
    post: (message) => void (child.connected && child.send(message as object, () => undefined)),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      child.once('error', (error) => listener(`it could not be started: ${error.message}`))
      child.once('exit', (code, signal) =>
        listener(signal === null ? `it ended with code ${String(code)}` : `it was ended by ${signal}`),
      )
    },
    onText: (listener) => void child.stderr?.on('data', (bytes: Buffer) => listener(bytes.toString('utf8'))),
    kill: () => void child.kill('SIGKILL'),
    hold: (isHeld) => {
      const verb = isHeld ? 'ref' : 'unref'
      child[verb]()
      child.channel?.[verb]()
      const stderr = child.stderr as { ref?(): void; unref?(): void } | null
      stderr?.[verb]?.()
    },
  }
}

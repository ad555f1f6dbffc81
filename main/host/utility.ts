import { homedir } from 'node:os'
import { parentPort as threadPort, type MessagePort as NodePort } from 'node:worker_threads'
import { configFolder } from './config.ts'
import type { LogLine } from './log.ts'
import type { Port } from './port.ts'
import { shellSpawn } from './shell-executors.ts'
import { serveShell, type ShellLine } from './shell-service.ts'
import { Session } from './session.ts'
import { programVersion } from './version.ts'

/**
 * Entry of the engine process of the desktop program (an Electron utility process). The same file runs as a
 * worker thread of plain Node, so that what is shipped can be tested where Electron's runtime is not.
 */
interface ElectronParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: Port[] }) => void): void
  postMessage(message: unknown): void
}

const electronPort = Reflect.get(process, 'parentPort') as ElectronParentPort | undefined

function electronLine(port: ElectronParentPort): ShellLine {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data, ports }) => listener(data, ports)),
    unwrap: (event) => (event as { data: unknown }).data,
  }
}

/** In plain Node the ports lie inside the message, as `{message, ports}`. */
function threadLine(port: NodePort): ShellLine {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', ({ message, ports }: { message: unknown; ports: Port[] }) =>
        listener(message, ports),
      )
    },
    unwrap: (message) => message,
  }
}

const line =
  electronPort !== undefined
    ? electronLine(electronPort)
    : threadPort === null
      ? null
      : threadLine(threadPort)

if (line === null) {
  process.stderr.write('This file is started by the desktop program, not by hand.\n')
  process.exit(2)
}

const log = ({ level, message, detail }: LogLine): void => {
  line.post({ type: 'log', level, message: detail === undefined ? message : `${message} ${detail}` })
}
const chosenFolder = process.argv.find((argument) => argument.startsWith('--config-folder='))
const session = new Session({
  host: 'electron',
  configFolder:
    chosenFolder?.slice('--config-folder='.length) ??
    configFolder({ platform: process.platform, home: homedir(), env: process.env }),
  clock: Date.now,
  log,
  programVersion,
  seed: 1,
  spawnExecutor: shellSpawn(line),
})

// After the answer has gone out: a port's message is only queued when postMessage returns.
serveShell(session, line, () => setTimeout(() => process.exit(0), 100))

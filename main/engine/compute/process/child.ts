import { isMainThread, Worker, workerData } from 'node:worker_threads'

/**
 * Entry of a process that runs one executor for its parent (see `processExecutor`). The same file runs again as a
 * thread of that process, which watches the parent: the main thread may sit in a long call of a driver when it dies.
 */
const watchEveryMs = 500

/** What Electron gives a utility process in place of Node's channel. */
interface ElectronParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

if (isMainThread) await serve()
else watch(workerData as number)

async function serve(): Promise<void> {
  const { serveExecutor } = await import('./serve.ts')
  const { openExecutor } = await import('../choose/open.ts')
  const electronPort = Reflect.get(process, 'parentPort') as ElectronParentPort | undefined
  const parentPid = Number(/^--parent=(\d+)$/.exec(process.argv[2] ?? '')?.[1])
  if (electronPort === undefined && Number.isNaN(parentPid)) {
    process.stderr.write('This file is started by the program, not by hand.\n')
    process.exit(2)
  }
  if (electronPort === undefined) {
    process.on('disconnect', () => process.exit(0))
    // Electron itself ends its utility processes; their parent's number is not the program's.
    new Worker(new URL(import.meta.url), { workerData: parentPid }).unref()
  }
  serveExecutor(
    {
      post: (reply) => {
        if (electronPort === undefined) process.send?.(reply)
        else electronPort.postMessage(reply)
      },
      onMessage: (listener) => {
        if (electronPort !== undefined) electronPort.on('message', ({ data }) => listener(data))
        else process.on('message', listener)
      },
      exit: () => process.exit(0),
    },
    ({ name }) => openExecutor(name),
    () => performance.now(),
  )
}

function watch(parentPid: number): void {
  setInterval(() => {
    if (!isThere(parentPid)) process.kill(process.pid, 'SIGKILL')
  }, watchEveryMs)
}

/** An orphan gets a new parent on Linux and macOS; on Windows the old number stays and its process is gone. */
function isThere(parentPid: number): boolean {
  if (process.ppid !== parentPid) return false
  try {
    process.kill(parentPid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

import type { Spawn } from '../engine/compute/index.ts'
import { shellRequest } from './shared/shell-messages.ts'
import type { ShellLine } from './shell-service.ts'

interface Child {
  onMessage: (message: unknown) => void
  onExit: (how: string) => void
  /** How it ended, once it has. */
  ended: string | null
}

/** Processes that compute, started by the shell: an engine in Electron can start none itself. */
export function shellSpawn(line: ShellLine): Spawn {
  const open = new Map<number, Child>()
  let numbers = 0
  line.onMessage((raw) => {
    const request = shellRequest.safeParse(raw)
    if (!request.success) return
    if (request.data.type === 'executorMessage') open.get(request.data.child)?.onMessage(request.data.message)
    if (request.data.type !== 'executorExit') return
    const child = open.get(request.data.child)
    open.delete(request.data.child)
    if (child === undefined) return
    child.ended = request.data.how
    child.onExit(child.ended)
  })
  return () => {
    const number = ++numbers
    const child: Child = { onMessage: () => undefined, onExit: () => undefined, ended: null }
    open.set(number, child)
    line.post({ type: 'executorStart', child: number })
    return {
      pid: null,
      post: (message) => line.post({ type: 'executorPost', child: number, message }),
      onMessage: (listener) => void (child.onMessage = listener),
      onExit: (listener) => {
        // The shell may have answered already that it could start none.
        if (child.ended === null) child.onExit = listener
        else listener(child.ended)
      },
      // The shell lets its stderr go to the program's own.
      onText: () => undefined,
      kill: () => line.post({ type: 'executorKill', child: number }),
      // A process of the shell keeps no engine alive.
      hold: () => undefined,
    }
  }
}

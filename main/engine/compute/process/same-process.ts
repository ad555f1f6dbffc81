import type { Executor } from '../../graph/index.ts'
import { openExecutor } from '../choose/open.ts'
import type { Spawn } from './line.ts'
import type { ExecutorSpec } from './messages.ts'
import { serveExecutor } from './serve.ts'

/**
 * No process at all: the same messages within this one. For a program that may start none (a command of an installed
 * Electron program, which is itself a process that nothing else depends on), and for tests. What it runs cannot be killed.
 */
export function sameProcess(
  open: (spec: ExecutorSpec) => Promise<Executor> = ({ name }) => openExecutor(name),
): Spawn {
  return () => {
    let toParent: (message: unknown) => void = () => undefined
    let toChild: (message: unknown) => void = () => undefined
    let onExit: (how: string) => void = () => undefined
    serveExecutor(
      {
        post: (reply) => toParent(reply),
        onMessage: (listener) => (toChild = listener),
        exit: () => onExit('it was ended'),
      },
      open,
      () => performance.now(),
    )
    return {
      pid: null,
      // Cloned as between processes: neither side may see the other change its arrays.
      post: (message) => void setImmediate(() => toChild(structuredClone(message))),
      onMessage: (listener) => (toParent = (message) => listener(structuredClone(message))),
      onExit: (listener) => (onExit = listener),
      onText: () => undefined,
      kill: () => onExit('it was ended'),
      hold: () => undefined,
    }
  }
}

import { afterEach, describe, expect, it } from 'vitest'
import { ExecutorProcesses, type ExecutorProcess } from '../../../main/app/executor-processes.ts'
import { ContractError } from '../../../main/contract/index.ts'
import { tableWorkload } from '../../../main/engine/compute/choose/workloads.ts'
import { forkChild, processExecutor, type ProcessExecutor } from '../../../main/engine/compute/index.ts'
import { asExecutor, referenceExecutor } from '../../../main/engine/graph/index.ts'
import { shellReply } from '../../../main/host/shared/shell-messages.ts'
import { shellSpawn } from '../../../main/host/shell-executors.ts'
import type { ShellLine } from '../../../main/host/shell-service.ts'

/** The engine's side and the shell's, with a clone between them as between processes; children are real ones. */
function desktop(start: () => ExecutorProcess) {
  let toEngine: (message: unknown) => void = () => undefined
  const shell = new ExecutorProcesses(start, (message) => toEngine(structuredClone(message)))
  const line: ShellLine = {
    post: (message) => {
      const reply = shellReply.parse(structuredClone(message))
      if ('child' in reply) shell.obey(reply)
    },
    onMessage: (listener) => (toEngine = (message) => listener(message, [])),
    unwrap: (message) => message,
  }
  return { shell, spawn: shellSpawn(line) }
}

const children: ReturnType<typeof forkChild>[] = []
function forked(): ExecutorProcess {
  const child = forkChild()
  children.push(child)
  return {
    post: (message) => child.post(message),
    onMessage: (listener) => child.onMessage(listener),
    onExit: (listener) => child.onExit(() => listener(null)),
    kill: () => child.kill(),
  }
}
let open: ProcessExecutor | null = null
afterEach(async () => {
  await open?.close()
  open = null
  for (const child of children.splice(0)) child.kill()
})

const { step, initial, data, feedsFor } = tableWorkload({
  rows: 20,
  inputs: 3,
  hidden: 4,
  batch: 6,
  samples: 2,
})
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof ContractError ? error.code : error),
  )

describe('processes that the shell starts for the engine', () => {
  it('compute as in the engine itself, and end when they are closed', async () => {
    const { spawn } = desktop(forked)
    open = await processExecutor({ name: 'reference' }, { spawn })
    const there = await open.trainer(step, initial, data)
    const here = await asExecutor(referenceExecutor).trainer(step, initial, data)
    expect(await there.run(feedsFor(0, 5))).toEqual(await here.run(feedsFor(0, 5)))
    expect(await there.state()).toEqual(await here.state())
    await open.close()
    expect(await codeOf(there.state())).toBe('ENGINE_STOPPED')
  })

  it('that die give a code, and the next one computes', async () => {
    const { spawn } = desktop(forked)
    const first = await processExecutor({ name: 'reference' }, { spawn })
    const trainer = await first.trainer(step, initial, data)
    process.kill(children[0]!.pid!, 'SIGKILL')
    expect(await codeOf(trainer.run(feedsFor(0, 4000)))).toBe('EXECUTOR_FAILED')
    open = await processExecutor({ name: 'reference' }, { spawn })
    expect(open.name).toBe(first.name)
  })

  it('that cannot be started give the reason', async () => {
    const { spawn } = desktop(() => {
      throw new Error('no more processes')
    })
    await expect(processExecutor({ name: 'reference' }, { spawn })).rejects.toMatchObject({
      code: 'EXECUTOR_FAILED',
      message: expect.stringMatching(/no more processes/) as string,
    })
  })

  it('end with the engine, which is told nothing more', async () => {
    const { shell, spawn } = desktop(forked)
    const executor = await processExecutor({ name: 'reference' }, { spawn })
    const ended = new Promise<void>((resolve) => children[0]!.onExit(() => resolve()))
    let told = false
    codeOf(executor.trainer(step, initial, data)).then(
      () => (told = true),
      () => undefined,
    )
    shell.killAll()
    await ended
    expect(told).toBe(false)
  })
})

import { copyFile, rename, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { ContractError } from '../contract/index.ts'
import { errorData } from './dispatch.ts'
import { attachPort, blobFor, type Port } from './port.ts'
import type { Session } from './session.ts'
import { shellRequest, type ShellReply, type ShellRequest } from './shared/shell-messages.ts'

/** The line to the shell that started this process. */
export interface ShellLine {
  post(message: ShellReply): void
  onMessage(listener: (message: unknown, ports: readonly Port[]) => void): void
  /** Takes the message out of what a port's event hands over. */
  unwrap(message: unknown): unknown
}

/** Serves the shell and, through the ports it hands over, its windows; `ended` runs after a close request. */
export function serveShell(session: Session, line: ShellLine, ended: () => void): void {
  line.onMessage((message, ports) => {
    const request = shellRequest.safeParse(message)
    if (!request.success) return
    if (request.data.type === 'port') {
      for (const port of ports) attachPort(session, port, (event) => line.unwrap(event))
      return
    }
    // For the line of the executor's process, which listens itself.
    if (request.data.type === 'executorMessage' || request.data.type === 'executorExit') return
    const { id } = request.data
    answer(session, request.data).then(
      (value) => {
        line.post({ type: 'answer', id, value })
        if (request.data.type === 'close') ended()
      },
      (cause: unknown) => {
        const { message: text } = errorData(cause, request.data.type, session.options.log)
        line.post({ type: 'refused', id, message: text })
      },
    )
  })
  line.post({ type: 'ready' })
}

type Asked = Exclude<ShellRequest, { type: 'port' | 'executorMessage' | 'executorExit' }>

async function answer(session: Session, request: Asked): Promise<unknown> {
  switch (request.type) {
    case 'mint':
      return session.handles.mint(request.path)
    case 'blob':
      return blobFor(session, request.sha256)
    case 'saveBlob': {
      const blob = blobFor(session, request.sha256)
      if (blob === null) throw new ContractError('NOT_FOUND', 'There is no such blob.', request.sha256)
      await copyWhole(blob.path, request.path)
      return true
    }
    case 'close':
      await session.closeProject()
      return true
  }
}

/** Copies to a temporary name beside the target and renames, so that a half file never has the name. */
export async function copyWhole(from: string, to: string): Promise<void> {
  const temporary = `${to}.${process.pid}.part`
  try {
    await copyFile(from, temporary)
    await rename(temporary, to)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    if (code === 'ENOSPC') throw new ContractError('DISK_FULL', 'The disk is full.', basename(to))
    throw new ContractError('FILE_UNREADABLE', `The file could not be written: ${code}.`, basename(to))
  }
}

import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { ContractError } from '../../../contract/index.ts'

const maxImageBytes = 2 ** 31
const maxTableBytes = 64 * 1024 * 1024

/** The bytes of a file a person named. @throws ContractError FILE_UNREADABLE, FILE_EMPTY */
export function readBytes(path: string, maxBytes = maxImageBytes): Uint8Array {
  let bytes: Uint8Array
  try {
    if (statSync(path).size > maxBytes)
      throw new ContractError('FILE_UNREADABLE', `The file is larger than ${maxBytes} bytes.`, basename(path))
    bytes = readFileSync(path)
  } catch (cause) {
    if (cause instanceof ContractError) throw cause
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new ContractError('FILE_UNREADABLE', `The file cannot be read${code}.`, basename(path))
  }
  if (bytes.length === 0) throw new ContractError('FILE_EMPTY', 'The file holds no bytes.', basename(path))
  return bytes
}

export const readTableBytes = (path: string): Uint8Array => readBytes(path, maxTableBytes)

/** A JSON file. @throws ContractError FILE_UNREADABLE, BAD_REQUEST */
export function readJsonFile(path: string): unknown {
  const text = new TextDecoder('utf-8').decode(readTableBytes(path))
  try {
    return JSON.parse(text)
  } catch {
    throw new ContractError('BAD_REQUEST', 'The file is not valid JSON.', basename(path))
  }
}

/** Writes a file as a whole or not at all. @throws ContractError */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.part`
  try {
    writeFileSync(temporary, content)
    renameSync(temporary, path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    if (code === 'ENOSPC') throw new ContractError('DISK_FULL', 'The disk is full.', basename(path))
    throw new ContractError('FILE_UNREADABLE', `The file cannot be written (${code}).`, basename(path))
  }
}

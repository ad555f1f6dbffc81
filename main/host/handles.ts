import { randomBytes } from 'node:crypto'
import { ContractError, fileHandle, type FileHandle } from '../contract/index.ts'
import { canonicalPath, type PathStyle } from './places.ts'

/**
 * Handles stand for paths on every transport: a page can only name places that this process showed it or
 * that a person picked. Handles are unguessable, mean nothing to another process, and one place has one handle.
 */
export class HandleTable {
  readonly #paths = new Map<FileHandle, string>()
  readonly #handles = new Map<string, FileHandle>()
  readonly #style: PathStyle

  constructor(style: PathStyle) {
    this.#style = style
  }

  mint(path: string): FileHandle {
    const place = canonicalPath(path, this.#style)
    const known = this.#handles.get(place)
    if (known !== undefined) return known
    const handle = fileHandle.parse('h_' + randomBytes(16).toString('hex'))
    this.#handles.set(place, handle)
    this.#paths.set(handle, place)
    return handle
  }

  /** The path behind a handle. @throws ContractError HANDLE_UNKNOWN */
  resolve(handle: FileHandle): string {
    const path = this.#paths.get(handle)
    if (path === undefined)
      throw new ContractError('HANDLE_UNKNOWN', 'This choice of a file or folder is not known here.', handle)
    return path
  }
}

import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ContractError, type Sha256 } from '../../contract/index.ts'

export function hashBytes(bytes: Uint8Array): Sha256 {
  return createHash('sha256').update(bytes).digest('hex') as Sha256
}

/** Files named by their content, in two levels of folders, written once and read-only. */
export interface BlobStore {
  /** Durable when it returns: file and folder are synced before the caller writes a row that refers to it. */
  put(bytes: Uint8Array): Sha256
  read(sha256: Sha256): Uint8Array
  path(sha256: Sha256): string
  has(sha256: Sha256): boolean
  /** Every blob file on disk; a file without a row is an orphan of a kill, harmless and swept by `verify`. */
  list(): Sha256[]
  remove(sha256: Sha256): void
}

/** Windows virus scanners hold a fresh file for a moment; a rename is tried again for up to about two seconds. */
function renamePatiently(from: string, to: string): void {
  for (let attempt = 0; ; attempt++) {
    try {
      renameSync(from, to)
      return
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (attempt >= 20 || (code !== 'EPERM' && code !== 'EACCES' && code !== 'EBUSY')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  }
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** A new file whose bytes are on the disk when this returns. */
function writeSynced(path: string, bytes: Uint8Array): void {
  const handle = openSync(path, 'wx')
  try {
    let written = 0
    while (written < bytes.length) written += writeSync(handle, bytes, written)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Temp file beside the target, synced, renamed: readers see the old file or the new one, never half of one. */
export function writeFileDurably(path: string, bytes: Uint8Array): void {
  const temp = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    writeSynced(temp, bytes)
    renamePatiently(temp, path)
    syncFolder(dirname(path))
  } catch (error) {
    rmSync(temp, { force: true })
    throw diskError(error, path)
  }
}

export function diskError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ContractError('DISK_FULL', 'The disk is full; what was done before is kept.', path)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR')
    return new ContractError(
      'FOLDER_UNREADABLE',
      `The project folder cannot be written: ${code}.`,
      basename(path),
    )
  return error
}

export function openBlobs(folder: string): BlobStore {
  const temp = join(folder, 'tmp')
  try {
    rmSync(temp, { recursive: true, force: true })
    mkdirSync(temp, { recursive: true })
  } catch (error) {
    throw diskError(error, folder)
  }
  const pathOf = (sha256: Sha256) => join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)

  return {
    put(bytes) {
      const sha256 = hashBytes(bytes)
      const target = pathOf(sha256)
      if (existsSync(target)) return sha256
      const fresh = join(temp, `${sha256}.${randomBytes(4).toString('hex')}`)
      try {
        mkdirSync(dirname(target), { recursive: true })
        writeSynced(fresh, bytes)
        chmodSync(fresh, 0o444)
        renamePatiently(fresh, target)
        syncFolder(dirname(target))
      } catch (error) {
        rmSync(fresh, { force: true })
        throw diskError(error, target)
      }
      return sha256
    },
    read(sha256) {
      let bytes: Uint8Array
      try {
        bytes = readFileSync(pathOf(sha256))
      } catch {
        throw new ContractError(
          'PROJECT_DAMAGED',
          'A file of the project is missing from its blob folder.',
          sha256,
        )
      }
      if (hashBytes(bytes) !== sha256) {
        throw new ContractError(
          'PROJECT_DAMAGED',
          'A file of the project has other bytes than when it was stored.',
          sha256,
        )
      }
      return bytes
    },
    path: pathOf,
    has: (sha256) => existsSync(pathOf(sha256)),
    list() {
      const found: Sha256[] = []
      for (const a of readdirSync(folder)) {
        if (a.length !== 2) continue
        for (const b of readdirSync(join(folder, a))) {
          for (const name of readdirSync(join(folder, a, b)))
            if (/^[0-9a-f]{64}$/.test(name)) found.push(name as Sha256)
        }
      }
      return found.sort()
    },
    remove(sha256) {
      const path = pathOf(sha256)
      if (existsSync(path)) {
        chmodSync(path, 0o644)
        rmSync(path)
      }
    },
  }
}

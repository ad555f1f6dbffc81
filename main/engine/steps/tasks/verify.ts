import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Note } from '../../../contract/index.ts'
import type { TaskScope } from '../../jobs/index.ts'

export interface BlobCheckInput {
  readonly blobs: readonly { readonly path: string; readonly sha256: string; readonly byteLength: number }[]
}

export function checkBlobs({ blobs }: BlobCheckInput, scope: TaskScope): Note[] {
  const findings: Note[] = []
  for (const { path, sha256, byteLength } of blobs) {
    scope.check()
    let bytes: Uint8Array
    try {
      bytes = readFileSync(path)
    } catch {
      findings.push({ code: 'BLOB_MISSING', message: 'A stored file is missing.', item: sha256 })
      continue
    }
    if (bytes.length !== byteLength || createHash('sha256').update(bytes).digest('hex') !== sha256) {
      findings.push({
        code: 'BLOB_CHANGED',
        message: 'A stored file has other bytes than when it was stored.',
        item: sha256,
      })
    }
  }
  return findings
}

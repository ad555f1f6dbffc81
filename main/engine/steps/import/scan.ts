import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ContractError } from '../../../contract/index.ts'

export interface ScannedFile {
  readonly fileName: string
  readonly path: string
  readonly byteLength: number
  readonly changedAtMs: number
}

const imageSuffix = /\.(png|jpe?g|tiff?)$/i

/**
 * Files of one folder, by name; folders inside it are not searched, since they often hold masks and exports.
 * Errors: FOLDER_UNREADABLE, FOLDER_EMPTY.
 */
export function scanFolder(folder: string): { images: ScannedFile[]; others: ScannedFile[] } {
  let names: string[]
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
  } catch (error) {
    throw new ContractError(
      'FOLDER_UNREADABLE',
      `The folder cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}.`,
      basename(folder),
    )
  }
  const files = names.sort(naturalOrder).map((fileName): ScannedFile => {
    const path = join(folder, fileName)
    try {
      const { size, mtimeMs } = statSync(path)
      return { fileName, path, byteLength: size, changedAtMs: mtimeMs }
    } catch {
      // Reported as unreadable when its turn comes; one vanished file does not stop the rest.
      return { fileName, path, byteLength: 0, changedAtMs: 0 }
    }
  })
  const images = files.filter((file) => imageSuffix.test(file.fileName))
  if (images.length === 0)
    throw new ContractError('FOLDER_EMPTY', 'The folder holds no PNG, JPEG or TIFF image.', basename(folder))
  return { images, others: files.filter((file) => !imageSuffix.test(file.fileName)) }
}

/** 'f2' before 'f10', in every locale alike. */
export function naturalOrder(a: string, b: string): number {
  const partsA = a.split(/(\d+)/)
  const partsB = b.split(/(\d+)/)
  for (let i = 0; i < Math.min(partsA.length, partsB.length); i++) {
    const x = partsA[i]!
    const y = partsB[i]!
    if (x === y) continue
    if (i % 2 === 1 && Number(x) !== Number(y)) return Number(x) - Number(y)
    return x < y ? -1 : 1
  }
  return partsA.length - partsB.length || (a < b ? -1 : a > b ? 1 : 0)
}

import { ContractError } from '../../contract/index.ts'
import { damaged } from './limits.ts'
import { readers } from './registry.ts'
import type { RawImage, Reader } from './types.ts'

function claimant(bytes: Uint8Array): Reader | undefined {
  return readers.find((reader) => reader.probe(bytes))
}

/**
 * Which format the first bytes are, whatever the name says. `support` 'reads' means that a reader takes the
 * format; the file itself may still be refused by `readImage`. Never throws.
 */
export function probeImage(
  bytes: Uint8Array,
  fileName: string,
): { format: string; support: 'reads' | 'none' } {
  const reader = claimant(bytes)
  if (reader !== undefined) return { format: reader.card.id, support: 'reads' }
  const dot = fileName.lastIndexOf('.')
  return { format: dot > 0 ? fileName.slice(dot + 1).toLowerCase() : 'unknown', support: 'none' }
}

/**
 * Reads the pictures of a file. Throws ContractError only, with the file name as its detail: FILE_EMPTY,
 * IMAGE_UNSUPPORTED, IMAGE_TRUNCATED, IMAGE_TOO_LARGE.
 */
export function readImage(
  bytes: Uint8Array,
  fileName: string,
  options: { readonly firstOnly?: boolean } = {},
): { format: string; images: RawImage[] } {
  if (bytes.length === 0) throw new ContractError('FILE_EMPTY', 'The file holds no bytes.', fileName)
  const reader = claimant(bytes)
  if (reader === undefined)
    throw new ContractError(
      'IMAGE_UNSUPPORTED',
      `The file is none of: ${readers.map(({ card }) => card.name).join(', ')}.`,
      fileName,
    )
  try {
    return { format: reader.card.id, images: reader.read(bytes, { firstOnly: options.firstOnly ?? false }) }
  } catch (error) {
    const known =
      error instanceof ContractError
        ? error
        : error instanceof RangeError && /allocation|array length/i.test(error.message)
          ? new ContractError('IMAGE_TOO_LARGE', 'The image needs more memory than there is.')
          : damaged(error instanceof Error ? error.message : String(error))
    throw new ContractError(known.code, known.message, fileName)
  }
}

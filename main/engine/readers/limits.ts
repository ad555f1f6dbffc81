import { ContractError } from '../../contract/index.ts'

/** Largest image that is decoded, in pixels over all pages that are read. */
export const maxPixels = 2 ** 28
/** Largest number of directories (pages) of a TIFF. */
export const maxDirectories = 4096
/** Longest text taken into the metadata from one field of a file. */
export const maxTextLength = 65_536

/** Refuses a picture from its header, before anything is allocated or inflated for it. */
export function checkSize(rows: number, cols: number, alreadyRead = 0): void {
  if (rows < 1 || cols < 1) throw damaged(`the header gives a size of ${rows} × ${cols} pixels`)
  if (rows * cols + alreadyRead > maxPixels)
    throw new ContractError('IMAGE_TOO_LARGE', `The image has ${rows} × ${cols} pixels; the limit is 2^28.`)
}

/** The file contradicts itself or ends early: the copy is not whole. */
export function damaged(what: string): ContractError {
  return new ContractError('IMAGE_TRUNCATED', `The file is incomplete or damaged: ${what}.`)
}

/** The file may be whole, but this kind of picture is not read. */
export function unsupported(what: string): ContractError {
  return new ContractError('IMAGE_UNSUPPORTED', `This kind of image is not read: ${what}.`)
}

/** Text of a file as metadata: NUL-ended, trimmed, cut at the limit. */
export function metadataText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  const used = bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, maxTextLength))
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(used).trim()
  } catch {
    return new TextDecoder('windows-1252').decode(used).trim()
  }
}

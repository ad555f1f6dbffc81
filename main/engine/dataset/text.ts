import { ContractError } from '../../contract/index.ts'

/** Largest table that is read, in bytes. */
export const maxTableBytes = 64 * 2 ** 20

export type TextEncodingName = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

function unreadable(message: string): ContractError {
  return new ContractError('TABLE_UNREADABLE', message)
}

/** UTF-16 without a mark: nearly every other byte of Latin text is zero. */
function looksLikeUtf16(bytes: Uint8Array): TextEncodingName | null {
  const length = Math.min(bytes.length - (bytes.length % 2), 1024)
  if (length < 4) return null
  let even = 0
  let odd = 0
  for (let i = 0; i < length; i += 2) {
    if (bytes[i] === 0) even++
    if (bytes[i + 1] === 0) odd++
  }
  const most = 0.35 * length
  if (odd > most && even === 0) return 'utf-16le'
  return even > most && odd === 0 ? 'utf-16be' : null
}

function encodingOf(bytes: Uint8Array): TextEncodingName {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const wide = looksLikeUtf16(bytes)
  if (wide !== null) return wide
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return 'utf-8'
  } catch {
    return 'windows-1252'
  }
}

/**
 * Text of a table file and the encoding it was found in: UTF-8, UTF-16 (with or without mark), else Windows-1252,
 * which holds Latin-1. Throws FILE_EMPTY, and TABLE_UNREADABLE for workbooks, binary files and above 64 MiB.
 */
export function decodeTableText(bytes: Uint8Array): { text: string; encoding: TextEncodingName } {
  if (bytes.length === 0) throw new ContractError('FILE_EMPTY', 'The table holds no bytes.')
  if (bytes.length > maxTableBytes) throw unreadable('The table is larger than 64 MiB.')
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2]! < 9)
    throw unreadable('This is a workbook or an archive, not a text table: save the sheet as CSV.')
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf)
    throw unreadable('This is an old Excel workbook, not a text table: save the sheet as CSV.')
  const encoding = encodingOf(bytes)
  const text = new TextDecoder(encoding).decode(bytes)
  if (text.includes('\0')) throw unreadable('The file is not a text table: it holds zero bytes.')
  return { text, encoding }
}

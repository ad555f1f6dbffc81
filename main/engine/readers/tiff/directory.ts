import { ContractError } from '../../../contract/index.ts'
import { damaged, maxDirectories, metadataText, unsupported } from '../limits.ts'

const typeSizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4]

interface Entry {
  readonly type: number
  readonly count: number
  /** Where the values lie: in the entry itself or elsewhere in the file. */
  readonly at: number
}

/** One directory (page) of a TIFF 6.0 file; values are read only when asked for, inside the file only. */
export class Directory {
  readonly view: DataView
  readonly littleEndian: boolean
  readonly entries: ReadonlyMap<number, Entry>
  constructor(view: DataView, littleEndian: boolean, entries: ReadonlyMap<number, Entry>) {
    this.view = view
    this.littleEndian = littleEndian
    this.entries = entries
  }
  has(tag: number): boolean {
    return this.entries.has(tag)
  }
  /** Unsigned whole numbers of a tag, empty when the tag is absent. */
  numbers(tag: number): number[] {
    const entry = this.checked(tag)
    if (entry === null) return []
    const size = typeSizes[entry.type]!
    if (entry.type !== 1 && entry.type !== 3 && entry.type !== 4 && entry.type !== 13)
      throw damaged(`the TIFF tag ${tag} is not a whole number`)
    return Array.from({ length: entry.count }, (_, k) => {
      const at = entry.at + k * size
      if (size === 1) return this.view.getUint8(at)
      return size === 2
        ? this.view.getUint16(at, this.littleEndian)
        : this.view.getUint32(at, this.littleEndian)
    })
  }
  number(tag: number, otherwise: number): number {
    return this.numbers(tag)[0] ?? otherwise
  }
  /** Bytes of a tag of bytes or text; empty when absent. */
  bytes(tag: number): Uint8Array {
    const entry = this.checked(tag)
    if (entry === null || typeSizes[entry.type] !== 1) return new Uint8Array(0)
    return new Uint8Array(this.view.buffer, this.view.byteOffset + entry.at, entry.count)
  }
  text(tag: number): string {
    return metadataText(this.bytes(tag))
  }
  private checked(tag: number): Entry | null {
    const entry = this.entries.get(tag)
    if (entry === undefined) return null
    if (entry.at + entry.count * typeSizes[entry.type]! > this.view.byteLength)
      throw damaged(`the TIFF tag ${tag} points outside the file`)
    return entry
  }
}

function readEntries(view: DataView, littleEndian: boolean, at: number, count: number): Map<number, Entry> {
  const entries = new Map<number, Entry>()
  for (let k = 0; k < count; k++, at += 12) {
    const tag = view.getUint16(at, littleEndian)
    const type = view.getUint16(at + 2, littleEndian)
    const values = view.getUint32(at + 4, littleEndian)
    const size = typeSizes[type] ?? 0
    // TIFF 6.0: readers skip fields of an unknown type.
    if (size === 0) continue
    const inside = size * values <= 4
    entries.set(tag, { type, count: values, at: inside ? at + 8 : view.getUint32(at + 8, littleEndian) })
  }
  return entries
}

/**
 * The chain of directories of a TIFF. Throws IMAGE_TRUNCATED for a loop or an offset outside the file,
 * IMAGE_TOO_LARGE above 4096 directories, IMAGE_UNSUPPORTED for BigTIFF.
 */
export function readDirectories(bytes: Uint8Array): Directory[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 8) throw damaged('the TIFF ends inside its header')
  const littleEndian = bytes[0] === 0x49
  if (view.getUint16(2, littleEndian) === 43) throw unsupported('a BigTIFF')
  const directories: Directory[] = []
  const seen = new Set<number>()
  for (let at = view.getUint32(4, littleEndian); at !== 0;) {
    if (seen.has(at)) throw damaged('the pages of the TIFF form a loop')
    if (seen.size >= maxDirectories)
      throw new ContractError('IMAGE_TOO_LARGE', `The TIFF has more than ${maxDirectories} pages.`)
    seen.add(at)
    if (at < 8 || at + 2 > bytes.length) throw damaged('a page of the TIFF lies outside the file')
    const count = view.getUint16(at, littleEndian)
    const end = at + 2 + 12 * count
    if (count === 0 || end + 4 > bytes.length) throw damaged('a page of the TIFF lies outside the file')
    directories.push(new Directory(view, littleEndian, readEntries(view, littleEndian, at + 2, count)))
    at = view.getUint32(end, littleEndian)
  }
  if (directories.length === 0) throw damaged('the TIFF has no page')
  return directories
}

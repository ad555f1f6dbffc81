import { jpegReader } from './jpeg/reader.ts'
import { pngReader } from './png/reader.ts'
import { tiffReader } from './tiff/reader.ts'
import type { Reader } from './types.ts'

/** Registers readers in the order they are asked. Throws at start-up when two have one id. */
export function registerReaders(list: readonly Reader[]): readonly Reader[] {
  const ids = new Set<string>()
  for (const { card } of list) {
    if (ids.has(card.id)) throw new Error(`Two image readers are called "${card.id}".`)
    ids.add(card.id)
  }
  return list
}

export const readers = registerReaders([pngReader, jpegReader, tiffReader])

import { checkSize, damaged, unsupported } from '../limits.ts'
import { maxInflateRatio } from '../inflate.ts'
import type { Directory } from './directory.ts'

/** How the pixels of one TIFF page lie in the file; every number checked against the file. */
export interface PageLayout {
  readonly rows: number
  readonly cols: number
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  readonly bits: number
  readonly samples: 1 | 2 | 3 | 4
  /** 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 6 YCbCr (JPEG only). */
  readonly photometric: number
  /** 1 none, 5 LZW, 7 JPEG, 8 Deflate, 32773 PackBits. */
  readonly compression: number
  readonly differenced: boolean
  readonly planar: boolean
  /** A strip is a tile as wide as the picture. */
  readonly tileRows: number
  readonly tileCols: number
  readonly isTiled: boolean
  readonly segments: readonly { readonly at: number; readonly length: number }[]
}

const compressionNames: Record<number, string> = {
  2: 'CCITT',
  3: 'fax (group 3)',
  4: 'fax (group 4)',
  6: 'old-style JPEG',
  34712: 'JPEG 2000',
  50000: 'Zstandard',
  34925: 'LZMA',
  34887: 'LERC',
  50001: 'WebP',
}
/** Most bytes that one stored byte can stand for; LZW: a 12-bit code for a string of 3838. */
export const maxRatio: Readonly<Record<number, number>> = {
  1: 1,
  5: 2560,
  7: 4096,
  8: maxInflateRatio,
  32773: 64,
}

function kindOf(page: Directory) {
  const samples = page.number(277, 1)
  const bitsOf = page.has(258) ? page.numbers(258) : [1]
  const bits = bitsOf[0] ?? 1
  const format = page.number(339, 1)
  const raw = page.number(259, 1)
  const compression = raw === 32946 ? 8 : raw
  const photometric = page.number(262, 1)
  if (bitsOf.some((value) => value !== bits)) throw unsupported('a TIFF whose channels differ in bits')
  if (format === 3) throw unsupported(`a TIFF of ${bits}-bit floating-point pixels`)
  if (format === 2) throw unsupported(`a TIFF of signed ${bits}-bit pixels`)
  if (format !== 1 && format !== 4) throw unsupported('a TIFF of complex pixels')
  if (![1, 2, 4, 8, 16].includes(bits)) throw unsupported(`a TIFF of ${bits}-bit pixels`)
  if (samples < 1 || samples > 4) throw unsupported(`a TIFF of ${samples} channels`)
  if (!(compression in maxRatio))
    throw unsupported(
      `a TIFF with ${compressionNames[compression] ?? `unknown (${compression})`} compression`,
    )
  const isGrey = photometric === 0 || photometric === 1
  const fits = isGrey
    ? samples <= 2
    : photometric === 2
      ? samples >= 3
      : photometric === 3
        ? samples === 1
        : false
  if (!fits && !(photometric === 6 && samples === 3 && compression === 7))
    throw unsupported(`a TIFF of colour kind ${photometric} with ${samples} channels`)
  if (bits < 8 && (samples !== 1 || compression === 7)) throw unsupported(`a TIFF of ${bits}-bit colour`)
  if (bits < 8 && page.number(266, 1) !== 1) throw unsupported('a TIFF with reversed bits')
  if (compression === 7 && bits !== 8) throw unsupported(`a TIFF with JPEG of ${bits} bits`)
  if (photometric === 3 && bits > 8) throw unsupported('a TIFF with a 16-bit palette')
  const predictor = page.number(317, 1)
  if (predictor > 2 || (predictor === 2 && bits < 8)) throw unsupported(`a TIFF with predictor ${predictor}`)
  return { bits, samples: samples as 1 | 2 | 3 | 4, photometric, compression, differenced: predictor === 2 }
}

/** Judges one page from its tags. Throws IMAGE_UNSUPPORTED, IMAGE_TRUNCATED, IMAGE_TOO_LARGE. */
export function readLayout(page: Directory, alreadyRead: number): PageLayout {
  const cols = page.number(256, 0)
  const rows = page.number(257, 0)
  checkSize(rows, cols, alreadyRead)
  const kind = kindOf(page)
  const planar = page.number(284, 1) === 2 && kind.samples > 1
  if (planar && kind.compression === 7) throw unsupported('a TIFF with JPEG in separate planes')
  const isTiled = page.has(322)
  const tileRows = isTiled ? page.number(323, 0) : Math.min(page.number(278, rows), rows)
  const tileCols = isTiled ? page.number(322, 0) : cols
  if (tileRows < 1 || tileCols < 1) throw damaged('the TIFF has tiles without size')
  checkSize(tileRows, tileCols)
  const offsets = page.numbers(isTiled ? 324 : 273)
  const stored = page.numbers(isTiled ? 325 : 279)
  const planes = planar ? kind.samples : 1
  const needed = Math.ceil(rows / tileRows) * Math.ceil(cols / tileCols) * planes
  if (offsets.length < needed)
    throw damaged(`the TIFF names ${offsets.length} of its ${needed} strips or tiles`)
  const fileLength = page.view.byteLength
  let total = 0
  const segments = offsets.slice(0, needed).map((at, k) => {
    // Some writers leave the length out of an uncompressed file of one strip.
    const length = stored[k] ?? (kind.compression === 1 && needed === 1 ? fileLength - at : 0)
    if (at >= fileLength || at + length > fileLength)
      throw damaged(`strip or tile ${k + 1} of the TIFF lies outside the file`)
    total += length
    return { at, length }
  })
  const bytesNeeded = rows * Math.ceil((cols * kind.samples * kind.bits) / 8)
  if (bytesNeeded > total * maxRatio[kind.compression]!)
    throw damaged('there are too few stored bytes for the image size')
  return { rows, cols, ...kind, planar, tileRows, tileCols, isTiled, segments }
}

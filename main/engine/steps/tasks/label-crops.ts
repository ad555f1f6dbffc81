import { readFileSync } from 'node:fs'
import { ContractError, type PixelSize } from '../../../contract/index.ts'
import type { Progress } from '../../dataset/index.ts'
import { linealPath } from '../../measure/index.ts'
import { decodeLabelPng } from '../../readers/index.ts'

export interface LabelField {
  readonly labelPath: string
  readonly fileName: string
  readonly pixelSizeUm: PixelSize | null
  readonly databarRows: number
}

/** Square pieces of label images, 1 in objects and 0 in the matrix, all at one pixel size. */
export interface LabelCrops {
  /** µm; null where the fields are not calibrated. */
  readonly pixelSizeUm: number | null
  readonly sizePx: number
  /** `field` is the place of its field in the list. */
  readonly crops: readonly { readonly field: number; readonly pixels: Uint8Array }[]
}

/** Pixels a mean chord shall have at most; finer pixels would leave few objects in a crop. */
const chordPx = 8
const leastSizePx = 32

/**
 * Crops of `sizePx` at the pixel size of the coarsest field, or at coarser pixels as long as a mean chord keeps 8 of
 * them and a field holds a crop; so that equal lengths are equal in every crop. Fields are all calibrated or all not.
 * Errors: NO_IMAGES without fields; BAD_REQUEST when no field holds a boundary or one is too small; those of the reader.
 */
export function cropLabels(fields: readonly LabelField[], sizePx: number, progress: Progress): LabelCrops {
  if (fields.length === 0) throw new ContractError('NO_IMAGES', 'There is no label image to learn from.')
  const looks = fields.map((field, i) => {
    progress.check()
    progress.report(i, 2 * fields.length, 'reading label images')
    return lookAt(field)
  })
  const chords = looks.map(({ chord }) => chord).filter((chord) => chord !== null)
  if (chords.length === 0)
    throw new ContractError('BAD_REQUEST', 'No label image holds a boundary between object and matrix.')
  const shortest = Math.min(...looks.map(({ side }) => side))
  const chord = chords.sort((a, b) => a - b)[Math.floor(chords.length / 2)]!
  const coarsest = Math.max(...looks.map(({ pixel }) => pixel))
  const pixel = Math.max(coarsest, Math.min(chord / chordPx, shortest / sizePx))
  // A field that holds a crop to the last pixel must not lose it to rounding.
  const size = Math.min(sizePx, Math.floor(shortest / pixel + 1e-6))
  if (size < leastSizePx) {
    const worst = looks.findIndex(({ side }) => side === shortest)
    throw new ContractError(
      'BAD_REQUEST',
      `At the pixel size of the coarsest image the smallest is ${size} px wide or high; ${leastSizePx} are needed.`,
      fields[worst]?.fileName ?? null,
    )
  }
  const crops = fields.flatMap((field, i) => {
    progress.check()
    progress.report(fields.length + i, 2 * fields.length, 'cutting label images')
    const { mask, rows, cols, height, width } = maskOf(field)
    const whole = scaled(mask, rows, cols, pixel / height, pixel / width)
    return pieces(whole, size).map((pixels) => ({ field: i, pixels }))
  })
  return { pixelSizeUm: fields[0]!.pixelSizeUm === null ? null : pixel, sizePx: size, crops }
}

interface Mask {
  readonly mask: Uint8Array
  readonly rows: number
  readonly cols: number
  /** Of a pixel: µm, or 1. */
  readonly height: number
  readonly width: number
}

function maskOf({ labelPath, pixelSizeUm, databarRows }: LabelField): Mask {
  const { labels, rows, cols } = decodeLabelPng(readFileSync(labelPath))
  const used = rows - databarRows
  const mask = Uint8Array.from(labels.subarray(0, used * cols), (label) => (label === 0 ? 0 : 1))
  return { mask, rows: used, cols, height: pixelSizeUm?.row ?? 1, width: pixelSizeUm?.col ?? 1 }
}

/** Shorter side, larger side of a pixel, and the mean chord of the finer of the two phases. */
function lookAt(field: LabelField): { side: number; pixel: number; chord: number | null } {
  const { mask, rows, cols, height, width } = maskOf(field)
  const matrix = mask.map((value) => 1 - value)
  const chords = [mask, matrix].map((phase) => linealPath(phase, rows, cols, 0).meanChordPx)
  const known = chords.filter((chord) => chord !== null)
  return {
    side: Math.min(rows * height, cols * width),
    pixel: Math.max(height, width),
    chord: known.length === 0 ? null : Math.min(...known) * Math.sqrt(height * width),
  }
}

interface Square {
  readonly pixels: Uint8Array
  readonly rows: number
  readonly cols: number
}

/** Each new pixel is what most of its area was; factors are at least 1. */
function scaled(mask: Uint8Array, rows: number, cols: number, down: number, across: number): Square {
  const [outRows, outCols] = [Math.floor(rows / down + 1e-6), Math.floor(cols / across + 1e-6)]
  const columnSums = new Float64Array(rows * outCols)
  for (let c = 0; c < outCols; c++)
    for (const [from, share] of shares(c, across, cols))
      for (let r = 0; r < rows; r++) columnSums[r * outCols + c]! += share * mask[r * cols + from]!
  const pixels = new Uint8Array(outRows * outCols)
  for (let r = 0; r < outRows; r++) {
    const parts = shares(r, down, rows)
    for (let c = 0; c < outCols; c++) {
      let covered = 0
      for (const [from, share] of parts) covered += share * columnSums[from * outCols + c]!
      pixels[r * outCols + c] = covered >= 0.5 ? 1 : 0
    }
  }
  return { pixels, rows: outRows, cols: outCols }
}

/** Old pixels under new pixel `at` and the share of it that each covers. */
function shares(at: number, factor: number, length: number): [number, number][] {
  const [low, high] = [at * factor, (at + 1) * factor]
  const parts: [number, number][] = []
  for (let from = Math.floor(low); from < Math.min(length, Math.ceil(high)); from++) {
    const share = (Math.min(high, from + 1) - Math.max(low, from)) / factor
    if (share > 0) parts.push([from, share])
  }
  return parts
}

/** At most four pieces, none of which overlap, spread over the field. */
function pieces({ pixels, rows, cols }: Square, size: number): Uint8Array[] {
  const starts = (length: number): number[] => {
    const count = Math.min(2, Math.floor(length / size))
    return count === 1 ? [Math.floor((length - size) / 2)] : [0, length - size]
  }
  const places = starts(rows).flatMap((top) => starts(cols).map((left) => [top, left] as const))
  return places.map(([top, left]) => {
    const piece = new Uint8Array(size * size)
    for (let r = 0; r < size; r++)
      piece.set(pixels.subarray((top + r) * cols + left, (top + r) * cols + left + size), r * size)
    return piece
  })
}

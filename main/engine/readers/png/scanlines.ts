import { damaged } from '../limits.ts'
import { unpackBits, wordsFromBytes } from '../samples.ts'
import type { PngHeader } from './chunks.ts'

interface Pass {
  readonly row: number
  readonly col: number
  readonly rowStep: number
  readonly colStep: number
}

const wholeImage: readonly Pass[] = [{ row: 0, col: 0, rowStep: 1, colStep: 1 }]
const adam7: readonly Pass[] = [
  { row: 0, col: 0, rowStep: 8, colStep: 8 },
  { row: 0, col: 4, rowStep: 8, colStep: 8 },
  { row: 4, col: 0, rowStep: 8, colStep: 4 },
  { row: 0, col: 2, rowStep: 4, colStep: 4 },
  { row: 2, col: 0, rowStep: 4, colStep: 2 },
  { row: 0, col: 1, rowStep: 2, colStep: 2 },
  { row: 1, col: 0, rowStep: 2, colStep: 1 },
]

function passesOf(header: PngHeader, samples: number) {
  return (header.interlaced ? adam7 : wholeImage)
    .map((pass) => {
      const rows = Math.ceil((header.rows - pass.row) / pass.rowStep)
      const cols = Math.ceil((header.cols - pass.col) / pass.colStep)
      return { ...pass, rows, cols, bytesPerLine: Math.ceil((cols * samples * header.depth) / 8) }
    })
    .filter((pass) => pass.rows > 0 && pass.cols > 0)
}

/** Bytes that the pixels of this header inflate to: every line with its filter byte. */
export function inflatedSize(header: PngHeader, samples: number): number {
  return passesOf(header, samples).reduce((sum, pass) => sum + pass.rows * (pass.bytesPerLine + 1), 0)
}

/** Undoes the line filters (ISO/IEC 15948, 9) in place; gives the lines without their filter bytes. */
function unfilter(
  raw: Uint8Array,
  start: number,
  rows: number,
  bytesPerLine: number,
  step: number,
): Uint8Array {
  const out = new Uint8Array(rows * bytesPerLine)
  for (let row = 0; row < rows; row++) {
    const from = start + row * (bytesPerLine + 1)
    const filter = raw[from]!
    const line = row * bytesPerLine
    const above = line - bytesPerLine
    if (filter > 4) throw damaged('a PNG line has an unknown filter')
    out.set(raw.subarray(from + 1, from + 1 + bytesPerLine), line)
    if (filter === 0) continue
    for (let i = 0; i < bytesPerLine; i++) {
      const left = i >= step ? out[line + i - step]! : 0
      const up = row > 0 ? out[above + i]! : 0
      if (filter === 1) out[line + i]! += left
      else if (filter === 2) out[line + i]! += up
      else if (filter === 3) out[line + i]! += (left + up) >> 1
      else {
        const corner = row > 0 && i >= step ? out[above + i - step]! : 0
        const a = Math.abs(up - corner)
        const b = Math.abs(left - corner)
        const c = Math.abs(left + up - 2 * corner)
        out[line + i]! += a <= b && a <= c ? left : b <= c ? up : corner
      }
    }
  }
  return out
}

function samplesOf(lines: Uint8Array, rows: number, samplesPerLine: number, depth: number) {
  if (depth === 8) return lines
  if (depth === 16) return wordsFromBytes(lines, false)
  return unpackBits(lines, rows, samplesPerLine, depth)
}

/** Samples of the picture in C order from its inflated lines, straight or interlaced (Adam7). */
export function samplesFromLines(
  raw: Uint8Array,
  header: PngHeader,
  samples: number,
): Uint8Array | Uint16Array {
  const step = Math.max(1, (samples * header.depth) >> 3)
  const passes = passesOf(header, samples)
  const count = header.rows * header.cols * samples
  const out = header.interlaced
    ? header.depth === 16
      ? new Uint16Array(count)
      : new Uint8Array(count)
    : null
  let start = 0
  for (const pass of passes) {
    const lines = unfilter(raw, start, pass.rows, pass.bytesPerLine, step)
    const values = samplesOf(lines, pass.rows, pass.cols * samples, header.depth)
    if (out === null) return values
    for (let r = 0, from = 0; r < pass.rows; r++) {
      for (let c = 0; c < pass.cols; c++) {
        const to = ((pass.row + r * pass.rowStep) * header.cols + pass.col + c * pass.colStep) * samples
        for (let s = 0; s < samples; s++) out[to + s] = values[from++]!
      }
    }
    start += pass.rows * (pass.bytesPerLine + 1)
  }
  return out ?? new Uint8Array(0)
}

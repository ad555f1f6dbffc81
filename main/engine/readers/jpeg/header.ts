import { checkSize, damaged, unsupported } from '../limits.ts'

export interface JpegHeader {
  readonly rows: number
  readonly cols: number
  readonly components: number
  readonly restartInterval: number
  /** Three components that are RGB already, not YCbCr. */
  readonly isRgb: boolean
  readonly comments: readonly Uint8Array[]
}

/** A progressive file with more scans than this is made to waste time; cameras and editors write about ten. */
const maxScans = 100

/** Position after the entropy-coded bytes that begin at `at`: the next marker that is no restart. */
function endOfScan(bytes: Uint8Array, at: number): number {
  for (; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue
    const code = bytes[at + 1]!
    if (code !== 0 && code !== 0xff && !(code >= 0xd0 && code <= 0xd7)) return at
  }
  throw damaged('the JPEG ends before its end marker')
}

const isFrame = (code: number) =>
  code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc

/**
 * Walks the markers of a JPEG (ITU-T T.81) to its end without decoding: size and kind are judged, and a file
 * without its end is refused, before the decoder may allocate.
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const comments: Uint8Array[] = []
  let frame: { rows: number; cols: number; ids: string } | null = null
  let restartInterval = 0
  let adobeTransform = -1
  let scans = 0
  for (let at = 2; ;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++
    if (at + 1 >= bytes.length) throw damaged('the JPEG ends before its end marker')
    if (bytes[at] !== 0xff) throw damaged(`the JPEG has no marker at byte ${at}`)
    const code = bytes[at + 1]!
    if (code === 0xd9) break
    if (at + 4 > bytes.length) throw damaged('the JPEG ends inside a marker')
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!
    const data = bytes.subarray(at + 4, at + 2 + length)
    if (length < 2 || at + 2 + length > bytes.length) throw damaged('the JPEG ends inside a marker')
    at += 2 + length
    if (isFrame(code)) {
      if (frame !== null) throw unsupported('a JPEG of several frames')
      frame = readFrame(code, data)
    } else if (code === 0xdd && data.length >= 2) restartInterval = (data[0]! << 8) | data[1]!
    else if (code === 0xee && data.length >= 12 && String.fromCharCode(...data.subarray(0, 5)) === 'Adobe')
      adobeTransform = data[11]!
    else if (code === 0xfe && comments.length < 16) comments.push(data)
    else if (code === 0xda) {
      if (frame === null) throw damaged('the JPEG has pixels before its header')
      if (++scans > maxScans) throw unsupported(`a JPEG of more than ${maxScans} scans`)
      at = endOfScan(bytes, at)
    }
  }
  if (frame === null || scans === 0) throw damaged('the JPEG holds no pixels')
  // Every 8 × 8 block of the first component costs at least one bit of a scan.
  if (Math.ceil(frame.rows / 8) * Math.ceil(frame.cols / 8) > bytes.length * 8)
    throw damaged('there are too few compressed bytes for the image size')
  const isRgb = frame.ids.length === 3 && (adobeTransform === 0 || frame.ids === 'RGB')
  return {
    rows: frame.rows,
    cols: frame.cols,
    components: frame.ids.length,
    restartInterval,
    isRgb,
    comments,
  }
}

function readFrame(code: number, data: Uint8Array) {
  if (code > 0xc2) throw unsupported('a lossless, hierarchical or arithmetic-coded JPEG')
  if (data.length < 6 || data.length < 6 + 3 * data[5]!) throw damaged('the JPEG header is too short')
  if (data[0] !== 8) throw unsupported(`a JPEG of ${data[0]} bits`)
  const rows = (data[1]! << 8) | data[2]!
  const cols = (data[3]! << 8) | data[4]!
  if (data[5] !== 1 && data[5] !== 3) throw unsupported(`a JPEG of ${data[5]} components (CMYK)`)
  let ids = ''
  for (let k = 0; k < data[5]; k++) {
    ids += String.fromCharCode(data[6 + 3 * k]!)
    const sampling = data[7 + 3 * k]!
    if (sampling >> 4 < 1 || sampling >> 4 > 4 || (sampling & 15) < 1 || (sampling & 15) > 4)
      throw damaged('the JPEG header gives an impossible sampling')
  }
  checkSize(rows, cols)
  return { rows, cols, ids }
}

import { ContractError } from '../../main/contract/index.ts'
import { decodeLabels, type LabelImage } from './labels.ts'

async function fetchBlob(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal, credentials: 'same-origin' })
  if (!response.ok) {
    throw new ContractError(
      'FILE_UNREADABLE',
      `The picture could not be fetched (status ${String(response.status)}).`,
    )
  }
  return response
}

/** The 8-bit display picture with its grey values. */
export interface Picture {
  bitmap: ImageBitmap
  /** Grey value 0..255 of the pixel that holds a point, or null outside. */
  greyAt: (x: number, y: number) => number | null
}

function readGreys(bitmap: ImageBitmap): Uint8Array {
  const canvas = document.createElement('canvas')
  canvas.width = bitmap.width
  canvas.height = bitmap.height
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new ContractError('IMAGE_TOO_LARGE', 'The picture is too large for the screen.')
  context.drawImage(bitmap, 0, 0)
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
  const greys = new Uint8Array(bitmap.width * bitmap.height)
  for (let i = 0; i < greys.length; i++) greys[i] = data[4 * i]!
  return greys
}

export async function loadPicture(url: string, signal: AbortSignal): Promise<Picture> {
  const response = await fetchBlob(url, signal)
  const bitmap = await createImageBitmap(await response.blob())
  let greys: Uint8Array | null = null
  return {
    bitmap,
    greyAt: (x, y) => {
      const col = Math.floor(x)
      const row = Math.floor(y)
      if (col < 0 || row < 0 || col >= bitmap.width || row >= bitmap.height) return null
      // Read once, when a value is first asked for: most pictures of a review are only looked at.
      greys ??= readGreys(bitmap)
      return greys[row * bitmap.width + col] ?? null
    },
  }
}

export async function loadLabels(url: string, signal: AbortSignal): Promise<LabelImage> {
  const response = await fetchBlob(url, signal)
  return decodeLabels(new Uint8Array(await response.arrayBuffer()))
}

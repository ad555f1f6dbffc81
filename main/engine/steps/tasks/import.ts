import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  ContractError,
  type ContractErrorData,
  type JsonValue,
  type PixelSize,
  type Sha256,
} from '../../../contract/index.ts'
import { readImage, toDisplayPng, toThumbnailPng } from '../../readers/index.ts'

export interface ReadFileInput {
  readonly path: string
  readonly fileName: string
  /** A preview wants to know what would be taken, not the bytes. */
  readonly preview: boolean
}

export interface TakenImage {
  readonly sha256: Sha256
  readonly format: string
  readonly rows: number
  readonly cols: number
  readonly dtype: 'uint8' | 'uint16'
  readonly pixelSizeUm: PixelSize | null
  readonly databarRows: number
  readonly metadata: Record<string, JsonValue>
  /** Null in a preview. */
  readonly files: {
    readonly original: Uint8Array
    readonly display: Uint8Array
    readonly thumbnail: Uint8Array
  } | null
}

export type ReadFileOutput =
  | { readonly ok: true; readonly byteLength: number; readonly image: TakenImage }
  | {
      readonly ok: false
      readonly byteLength: number
      readonly sha256: Sha256 | null
      readonly error: ContractErrorData
    }

/** Reads one file to the end; what is wrong with it is an answer, never an abort of the batch. */
export function readFileOfFolder({ path, fileName, preview }: ReadFileInput): ReadFileOutput {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason'
    return {
      ok: false,
      byteLength: 0,
      sha256: null,
      error: new ContractError('FILE_UNREADABLE', `The file cannot be read: ${reason}.`, fileName).toData(),
    }
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256
  try {
    const { format, images } = readImage(bytes, fileName, { firstOnly: true })
    const image = images[0]!
    return {
      ok: true,
      byteLength: bytes.length,
      image: {
        sha256,
        format,
        rows: image.rows,
        cols: image.cols,
        dtype: image.dtype,
        pixelSizeUm: image.pixelSizeUm,
        databarRows: image.databarRows,
        metadata: image.metadata,
        files: preview
          ? null
          : { original: bytes, display: toDisplayPng(image), thumbnail: toThumbnailPng(image) },
      },
    }
  } catch (error) {
    const known =
      error instanceof ContractError
        ? error
        : new ContractError(
            'IMAGE_UNSUPPORTED',
            error instanceof Error ? error.message : String(error),
            fileName,
          )
    return { ok: false, byteLength: bytes.length, sha256, error: known.toData() }
  }
}

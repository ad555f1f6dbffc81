import type { JsonValue, PixelSize } from '../../contract/index.ts'

/** Pixels as the file holds them, in C order (row, column, channel). */
export interface RawImage {
  readonly rows: number
  readonly cols: number
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha. */
  readonly channels: 1 | 2 | 3 | 4
  readonly dtype: 'uint8' | 'uint16'
  readonly pixels: Uint8Array | Uint16Array
  readonly metadata: Record<string, JsonValue>
  /** null = unknown. Print resolution (dpi) is never taken for a calibration. */
  readonly pixelSizeUm: PixelSize | null
  readonly databarRows: number
}

/** What a reader promises, shown to people and checked by the conformance suite. */
export interface ReaderCard {
  readonly id: string
  readonly name: string
  readonly extensions: readonly string[]
  readonly reads: string
  readonly refuses: string
  readonly multiPage: boolean
  /** Whether the reader can find the instrument's pixel size in the file. */
  readonly calibrates: boolean
}

export interface ReadOptions {
  /** Decode the first page only; the other pages are counted in the metadata. */
  readonly firstOnly: boolean
}

/**
 * The plug point for an image format. `probe` looks at the first bytes only; `read` throws ContractError
 * (IMAGE_UNSUPPORTED, IMAGE_TRUNCATED, IMAGE_TOO_LARGE) and allocates nothing before the header is checked.
 */
export interface Reader {
  readonly card: ReaderCard
  probe(bytes: Uint8Array): boolean
  read(bytes: Uint8Array, options: ReadOptions): RawImage[]
}

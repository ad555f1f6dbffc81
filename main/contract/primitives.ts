import * as z from 'zod'

/** Content address of a blob: lower-case hex SHA-256 of its bytes. */
export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'Sha256'>()
export type Sha256 = z.infer<typeof sha256>

/** UUIDv7 of an entity; sorts by creation time. */
export const entityId = z.uuid()

/** UTC instant, ISO 8601 with milliseconds and Z. */
export const instant = z.iso.datetime()

/** A file or folder a person chose. Minted by the host; the page never sees a path behind it. */
export const fileHandle = z.string().regex(/^h_[0-9a-f]{32}$/)
export type FileHandle = z.infer<typeof fileHandle>

/** Unit as printed: 'µm', 'µm²', '1/µm²', '°C', 'h', 'MPa', 'wt%', 'px', '1' for a pure number. */
export const unitText = z.string().max(32)

/** Side of a pixel in micrometres. Far below an atom or above a decimetre it is a slip of a unit, not a calibration. */
export const pixelSideUm = z.number().min(1e-7).max(1e5)

/** Pixel size of a micrograph in micrometres, with where it came from. */
export const pixelSize = z.object({
  row: pixelSideUm,
  col: pixelSideUm,
  source: z.enum(['table', 'flag', 'metadata', 'person', 'simulator']),
})
export type PixelSize = z.infer<typeof pixelSize>

/** Something a person must know before using a result; never an error, always with text. */
export const note = z.object({
  code: z.string().regex(/^[A-Z0-9_]+$/),
  message: z.string(),
  item: z.string().optional(),
})
export type Note = z.infer<typeof note>

/**
 * A number as every room reports it: value, unit, interval at `level`, method and count.
 * A value that could not be determined is null and `flag` says why; it is never 0.
 */
export const quantity = z.object({
  value: z.number().nullable(),
  unit: unitText,
  low: z.number().nullable(),
  high: z.number().nullable(),
  level: z.number().gt(0).lt(1),
  n: z.number().int().nonnegative(),
  method: z.string(),
  flag: z.string().nullable(),
})
export type Quantity = z.infer<typeof quantity>

export const jsonValue: z.ZodType<JsonValue> = z.json()
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

import { readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { ContractError, type Note } from '../../../contract/index.ts'
import { cellsOf, parseTable, type ParsedTable } from '../../../engine/dataset/index.ts'
import { readImage, toGrey } from '../../../engine/readers/index.ts'
import { readBytes, readTableBytes } from './files.ts'

/** A picture of a folder with the row of the table that is its own. */
export interface ConditionedPicture {
  readonly file: string
  /** As the file holds them for labels, 0..255 for grey; height x width in C order. */
  readonly values: Float32Array
  readonly height: number
  readonly width: number
  /** In the order of the inputs asked for. */
  readonly condition: readonly number[]
}

/**
 * The PNG images of a folder, by name, with numbers from a table whose column "image" (or first column) names them, with or
 * without ".png". Errors: FOLDER_UNREADABLE; FOLDER_EMPTY without images; TABLE_FILE_UNMATCHED for an image without a
 * row; TABLE_NO_ID, TABLE_DUPLICATE_ID; COLUMN_UNKNOWN, TABLE_BAD_NUMBER for a condition that is no number;
 * BAD_REQUEST when images differ in size or pixel size; and those of the readers.
 */
export function readPictures(
  folder: string,
  csv: string,
  inputs: readonly string[],
  kind: 'label' | 'grey',
): { pictures: ConditionedPicture[]; notes: Note[] } {
  const files = imageFiles(folder)
  const table = parseTable(readTableBytes(csv), basename(csv), { requireId: false })
  const rowOf = new Map(imageNames(table).map((name, row) => [nameKey(name), row]))
  const unmatched = files.filter((file) => !rowOf.has(nameKey(file)))
  if (unmatched.length > 0)
    throw new ContractError(
      'TABLE_FILE_UNMATCHED',
      `${unmatched.length} of ${files.length} images have no row in ${basename(csv)}.`,
      unmatched.slice(0, 20).join(', '),
    )
  const rows = files.map((file) => rowOf.get(nameKey(file))!)
  const columns = inputs.map((name) => numbersOf(table, name))
  onePixelSize(table, rows)
  const pictures = files.map((file, i): ConditionedPicture => {
    const condition = columns.map((values, k) => {
      const value = values[rows[i]!]!
      if (Number.isNaN(value))
        throw new ContractError('TABLE_BAD_NUMBER', `The image has no value of ${inputs[k] ?? ''}.`, file)
      return value
    })
    return { file, ...decode(join(folder, file), kind), condition }
  })
  oneSize(pictures)
  const spare = rowOf.size - files.length
  const notes: Note[] = [...table.notes]
  if (spare > 0)
    notes.push({
      code: 'TABLE_ROW_UNMATCHED',
      message: `${spare} rows of the table name no image of the folder.`,
      item: basename(csv),
    })
  return { pictures, notes }
}

function imageFiles(folder: string): string[] {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new ContractError('FOLDER_UNREADABLE', `The folder cannot be read${code}.`, basename(folder))
  }
  const files = names.filter((name) => extname(name).toLowerCase() === '.png').sort()
  if (files.length === 0)
    throw new ContractError('FOLDER_EMPTY', 'The folder holds no PNG image.', basename(folder))
  return files
}

/** File systems of half our users do not tell case apart. */
const nameKey = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/\.png$/, '')

function imageNames(table: ParsedTable): readonly string[] {
  const first = table.columns[0]
  // A column called "image", "file" or the like, else "specimen" or "id", else the first one where it holds text.
  const names =
    table.idColumn !== null
      ? table.rowIds
      : first === undefined || first.levels === null
        ? null
        : cellsOf(first).map((cell) => String(cell ?? ''))
  if (names === null)
    throw new ContractError(
      'TABLE_NO_ID',
      'Neither a column "image" nor the first column names the images.',
      table.fileName,
    )
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(nameKey(name)))
      throw new ContractError('TABLE_DUPLICATE_ID', 'More than one row has the same image.', name)
    seen.add(nameKey(name))
  }
  return names
}

function numbersOf(table: ParsedTable, name: string): Float64Array {
  const at = table.columns.findIndex((column, k) => column.name === name || table.headers[k] === name)
  const column = table.columns[at]
  if (column === undefined)
    throw new ContractError('COLUMN_UNKNOWN', `The table has no column "${name}".`, name)
  if (column.levels !== null)
    throw new ContractError('TABLE_BAD_NUMBER', `The column "${name}" does not hold numbers.`, name)
  return Float64Array.from(column.values)
}

function onePixelSize(table: ParsedTable, rows: readonly number[]): void {
  const sizes = new Set(rows.map((row) => table.pixelSizesUm?.[row] ?? Number.NaN))
  if (sizes.size > 1)
    throw new ContractError(
      'BAD_REQUEST',
      'The images have different pixel sizes, so their lengths cannot be compared: scale them to one.',
      [...sizes].slice(0, 5).join(', '),
    )
}

function oneSize(pictures: readonly ConditionedPicture[]): void {
  const first = pictures[0]!
  const other = pictures.find(({ height, width }) => height !== first.height || width !== first.width)
  if (other !== undefined)
    throw new ContractError(
      'BAD_REQUEST',
      `Images differ in size: ${first.file} has ${first.width} x ${first.height} px, ${other.file} ${other.width} x ${other.height}. Crop them to one size.`,
      other.file,
    )
}

function decode(
  path: string,
  kind: 'label' | 'grey',
): Pick<ConditionedPicture, 'values' | 'height' | 'width'> {
  const image = readImage(readBytes(path), basename(path)).images[0]!
  const shape = { height: image.rows, width: image.cols }
  if (kind === 'grey') return { ...shape, values: toGrey(image).map((value) => 255 * value) }
  if (image.channels !== 1)
    throw new ContractError('IMAGE_UNSUPPORTED', 'A label image has one grey channel.', basename(path))
  return { ...shape, values: Float32Array.from(image.pixels) }
}

import {
  ContractError,
  type ContractErrorData,
  type ImportItem,
  type JobParams,
  type PixelSize,
  type Sha256,
  pixelSize,
} from '../../../contract/index.ts'
import { micrographShape } from '../../simulate/index.ts'
import type { ReadFileOutput } from '../tasks/import.ts'
import type { ProcessRow } from './process-table.ts'
import type { ScannedFile } from './scan.ts'

/** A pixel size of the table goes before the file's own and that before the one given for all: the nearer a person stated it to the image, the more it counts. */
function pixelSizeOf(
  row: ProcessRow | null,
  read: PixelSize | null,
  params: JobParams['import'],
): PixelSize | null {
  if (row?.pixelSizeUm != null) {
    return { row: row.pixelSizeUm, col: row.pixelSizeUm, source: params.simulated ? 'simulator' : 'table' }
  }
  // A file that states an impossible size is as good as one that states none.
  if (pixelSize.safeParse(read).success) return read
  return params.pixelSizeUm === null
    ? null
    : { row: params.pixelSizeUm, col: params.pixelSizeUm, source: 'flag' }
}

/** Rows of the databar: of the table, else as given for all, else as read from the file. */
export function databarRowsOf(row: ProcessRow | null, read: number, params: JobParams['import']): number {
  if (row?.databarRows != null) return row.databarRows
  if (params.simulated) return micrographShape.databarRows
  return params.databarRows > 0 ? params.databarRows : read
}

/** What becomes of one image file, for the preview and the import alike. */
export function itemOf(
  file: ScannedFile,
  read: ReadFileOutput,
  row: ProcessRow | null,
  params: JobParams['import'],
  isKnown: (sha256: Sha256) => boolean,
): ImportItem {
  const common = { fileName: file.fileName, byteLength: read.byteLength }
  const refused = ({ code, message, hint }: ContractErrorData, hash: Sha256 | null): ImportItem => ({
    ...common,
    status: 'refused',
    code,
    reason: `${message} ${hint}`,
    specimenName: row?.specimenName ?? null,
    sha256: hash,
    shape: null,
    pixelSizeUm: null,
  })
  if (!read.ok) return refused(read.error, read.sha256)
  const { sha256, rows, cols } = read.image
  const databarRows = databarRowsOf(row, read.image.databarRows, params)
  if (databarRows >= rows) {
    const message = `A databar of ${databarRows} rows leaves nothing of an image of ${rows} rows.`
    return refused(new ContractError('BAD_REQUEST', message, file.fileName).toData(), sha256)
  }
  const shape: [number, number] = [rows, cols]
  if (isKnown(sha256)) {
    return {
      ...common,
      status: 'skipped',
      code: 'IMAGE_DUPLICATE',
      reason: 'The same picture is already in the project.',
      specimenName: row?.specimenName ?? null,
      sha256,
      shape,
      pixelSizeUm: null,
    }
  }
  const pixelSizeUm = pixelSizeOf(row, read.image.pixelSizeUm, params)
  const stem = file.fileName.replace(/\.[^.]*$/, '')
  const reasons = [
    ...(row === null
      ? [
          params.table === null && !params.simulated
            ? 'No process table was given.'
            : 'No row of the process table belongs to this file.',
        ]
      : []),
    ...(pixelSizeUm === null ? ['Uncalibrated: lengths are reported in pixels.'] : []),
  ]
  return {
    ...common,
    status: 'taken',
    code: pixelSizeUm === null ? 'UNCALIBRATED' : null,
    reason: reasons.join(' '),
    specimenName: row?.specimenName ?? stem,
    sha256,
    shape,
    pixelSizeUm,
  }
}

/** A file of the folder that is no image. */
export function otherItem(file: ScannedFile): ImportItem {
  return {
    fileName: file.fileName,
    byteLength: file.byteLength,
    status: 'skipped',
    code: null,
    reason: 'Not an image.',
    specimenName: null,
    sha256: null,
    shape: null,
    pixelSizeUm: null,
  }
}

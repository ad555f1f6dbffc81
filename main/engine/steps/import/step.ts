import { join } from 'node:path'
import {
  ContractError,
  type ImportItem,
  type JobParams,
  type JsonValue,
  type Micrograph,
} from '../../../contract/index.ts'
import type { Step, StepContext } from '../../jobs/index.ts'
import { hashBytes } from '../../store/index.ts'
import { simulatedFolder, SIMULATED_TABLE } from '../simulate.ts'
import type { ReadFileInput, ReadFileOutput } from '../tasks/import.ts'
import { checkAgreement } from './agreement.ts'
import { databarRowsOf, itemOf, otherItem } from './items.ts'
import { openProcessTable, readTableFile, type ProcessTable } from './process-table.ts'
import { scanFolder, type ScannedFile } from './scan.ts'

interface Source {
  readonly images: string
  readonly table: string | null
}

function sourceOf({ resolved, store }: StepContext, params: JobParams['import']): Source {
  if (params.simulated)
    return { images: simulatedFolder(store), table: join(simulatedFolder(store), SIMULATED_TABLE) }
  return resolved as unknown as Source
}

interface Gathered {
  readonly images: readonly ScannedFile[]
  readonly others: readonly ScannedFile[]
  readonly tableBytes: Uint8Array | null
  readonly table: ProcessTable | null
}

/** Kept while one run of a job lasts: a folder is scanned and its table parsed once. Goes with the run's context. */
const gatheredOfRun = new WeakMap<StepContext, Gathered>()

function gather(context: StepContext, params: JobParams['import']): Gathered {
  const known = gatheredOfRun.get(context)
  if (known !== undefined) return known
  const source = sourceOf(context, params)
  const { images, others } = scanFolder(source.images)
  const tableBytes = source.table === null ? null : readTableFile(source.table)
  const fileNames = images.map((file) => file.fileName)
  const table = tableBytes === null ? null : openProcessTable(tableBytes, source.table!, fileNames)
  if (table !== null) checkAgreement(table, fileNames, context.store)
  const gathered = { images, others: others.filter((file) => file.path !== source.table), tableBytes, table }
  gatheredOfRun.set(context, gathered)
  return gathered
}

/** Copies a folder of images and its process table into the project, file by file; the originals are only read. */
export const importStep: Step<JobParams['import']> = {
  kind: 'import',
  resolve(params, resolveHandle) {
    if (params.simulated) return null
    if (params.images === null) throw new ContractError('BAD_REQUEST', 'No folder of images was chosen.')
    return {
      images: resolveHandle(params.images),
      table: params.table === null ? null : resolveHandle(params.table),
    } satisfies JsonValue
  },
  plan(context, params) {
    const { images, tableBytes } = gather(context, params)
    return {
      inputs: {
        // The folder again after a change is another import; unchanged, it is the one that was done.
        files: images.map((file) => [file.fileName, file.byteLength, file.changedAtMs]),
        table: tableBytes === null ? null : hashBytes(tableBytes),
        project: context.store.meta.get('createdAt'),
      },
      units: images.map((file) => file.fileName),
      unitName: 'files',
    }
  },
  async unit(context, params, index) {
    const { store, run, jobId } = context
    const { images, table } = gather(context, params)
    const file = images[index]!
    const read = await run<ReadFileInput, ReadFileOutput>('import', {
      path: file.path,
      fileName: file.fileName,
      preview: false,
    })
    const row = table?.rowFor(file.fileName) ?? null
    return () => {
      const item = itemOf(file, read, row, params, (sha256) => store.micrographs.byBlob(sha256) !== null)
      store.micrographs.addItem(jobId, index, item)
      if (item.status !== 'taken' || !read.ok || read.image.files === null) return
      for (const column of table?.columns ?? []) store.specimens.addColumn(column)
      const specimenId = store.specimens.upsert({
        name: item.specimenName!,
        group: row?.group ?? '',
        jobId,
        values: row?.values ?? [],
      })
      const micrograph: Omit<Micrograph, 'id' | 'specimenName' | 'importedAt'> & { jobId: string } = {
        fileName: file.fileName,
        specimenId,
        jobId,
        format: read.image.format,
        rows: read.image.rows,
        cols: read.image.cols,
        dtype: read.image.dtype,
        pixelSizeUm: item.pixelSizeUm,
        databarRows: databarRowsOf(row, read.image.databarRows, params),
        blob: store.putBlob(read.image.files.original, `image/${read.image.format}`),
        displayBlob: store.putBlob(read.image.files.display, 'image/png'),
        thumbnailBlob: store.putBlob(read.image.files.thumbnail, 'image/png'),
        metadata: read.image.metadata,
      }
      store.micrographs.insert(micrograph)
    }
  },
  async finish(context, params) {
    await Promise.resolve()
    const { store, jobId } = context
    const { images, others } = gather(context, params)
    return () => {
      others.forEach((file, i) => {
        store.micrographs.addItem(jobId, images.length + i, otherItem(file))
      })
      const items = store.micrographs.itemsOf(jobId)
      const count = (status: ImportItem['status']) => items.filter((item) => item.status === status).length
      return { taken: count('taken'), refused: count('refused'), skipped: count('skipped') }
    }
  },
}

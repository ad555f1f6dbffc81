import { ContractError, type ImportPreview, type JobParams, type Sha256 } from '../../../contract/index.ts'
import type { Pool } from '../../jobs/index.ts'
import type { Store } from '../../store/index.ts'
import type { ReadFileOutput } from '../tasks/import.ts'
import { checkAgreement } from './agreement.ts'
import { itemOf, otherItem } from './items.ts'
import { openProcessTable, readTableFile, type ProcessTable } from './process-table.ts'
import { scanFolder } from './scan.ts'

/** What an import would do with every file, computed from the files themselves; writes nothing. */
export async function previewImport(
  pool: Pool,
  store: Store,
  params: JobParams['import'],
  resolveHandle: (handle: string) => string,
): Promise<ImportPreview> {
  if (params.images === null) throw new ContractError('BAD_REQUEST', 'No folder of images was chosen.')
  const { images, others } = scanFolder(resolveHandle(params.images))
  const fileNames = images.map((file) => file.fileName)
  const tablePath = params.table === null ? null : resolveHandle(params.table)
  const problems: ImportPreview['problems'] = []
  let table: ProcessTable | null = null
  if (tablePath !== null) {
    try {
      table = openProcessTable(readTableFile(tablePath), tablePath, fileNames)
      problems.push(...table.problems)
      checkAgreement(table, fileNames, store)
    } catch (error) {
      if (!(error instanceof ContractError)) throw error
      problems.push({ code: error.code, message: error.message, detail: error.detail })
    }
  }
  const quiet = { signal: new AbortController().signal, onProgress: () => undefined }
  const reads = await Promise.all(
    images.map(
      (file) =>
        pool.run(
          'import',
          { path: file.path, fileName: file.fileName, preview: true },
          quiet,
        ) as Promise<ReadFileOutput>,
    ),
  )
  const seen = new Set<Sha256>()
  const items = images.map((file, i) => {
    const read = reads[i]!
    const item = itemOf(
      file,
      read,
      table?.rowFor(file.fileName) ?? null,
      params,
      (sha256) => seen.has(sha256) || store.micrographs.byBlob(sha256) !== null,
    )
    if (read.ok) seen.add(read.image.sha256)
    return item
  })
  return {
    items: [...items, ...others.filter((file) => file.path !== tablePath).map(otherItem)],
    columns: table?.summary ?? [],
    matchedBy: table?.matchedBy ?? null,
    problems,
  }
}

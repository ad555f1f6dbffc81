import { ContractError, type DatasetTable } from '../../contract/index.ts'
import type { Store, StoredResult } from '../store/index.ts'
import { chosenResult } from './current.ts'

export function readDataset(store: Store, dataset: StoredResult<'dataset'>): DatasetTable {
  return JSON.parse(new TextDecoder().decode(store.files.read(dataset.blob!))) as DatasetTable
}

/** The named dataset or the current one. Errors: NO_DATASET, NOT_FOUND. */
export function requireDataset(
  store: Store,
  id: string | null,
): { result: StoredResult<'dataset'>; table: DatasetTable } {
  const result = chosenResult(store, 'dataset', id)
  if (result === null) throw new ContractError('NO_DATASET', 'There is no frozen dataset.')
  return { result, table: readDataset(store, result) }
}

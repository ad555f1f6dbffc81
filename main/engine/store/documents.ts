import * as z from 'zod'
import {
  causalSummary,
  ContractError,
  datasetSummary,
  generatorSummary,
  modelDetail,
  optimizationSummary,
  reportSummary,
  scoreRow,
} from '../../contract/index.ts'

/** What the document of a stored result is, by its kind: checked at every read and by `verify`. */
export const resultDocuments = {
  dataset: datasetSummary,
  model: modelDetail,
  generator: generatorSummary,
  causal: causalSummary,
  optimization: optimizationSummary,
  report: reportSummary,
  scorecard: z.object({ scores: z.array(scoreRow) }),
}

/** Immutable outcomes of jobs: the document is the contract's summary, the blob its payload (table, weights, page). */
export type ResultKind = keyof typeof resultDocuments
export type ResultDocument<K extends ResultKind> = z.infer<(typeof resultDocuments)[K]>

/** Columns of a row of `result` that its document is read from. */
export interface DocumentRow {
  readonly id: string
  readonly kind: ResultKind
  readonly job_id: string
  readonly document: string
  readonly created_at: string
}

/** @throws ContractError PROJECT_DAMAGED, with the id of the row, when the text is no document of its kind */
export function readDocument<K extends ResultKind>(
  row: DocumentRow & { readonly kind: K },
): ResultDocument<K> {
  try {
    const stored = JSON.parse(row.document) as object
    const own = { id: row.id, jobId: row.job_id, createdAt: row.created_at }
    return resultDocuments[row.kind].parse({ ...stored, ...own }) as ResultDocument<K>
  } catch {
    throw new ContractError(
      'PROJECT_DAMAGED',
      `The stored ${row.kind} of ${row.created_at} cannot be read.`,
      row.id,
    )
  }
}

import type { ColumnRole } from '../../contract/index.ts'

/** A column in the form the science rooms take: numbers as they are, categories as 0-based codes. */
export interface TableColumn {
  readonly name: string
  readonly unit: string
  readonly role: ColumnRole
  /** Levels of a category (values are codes into it); null for a number. */
  readonly levels: readonly string[] | null
  /** n values; NaN = missing. */
  readonly values: Float64Array
}

/** A table of n rows. Rows of one group (heat, paper) are not independent and never straddle a split. */
export interface Table {
  readonly columns: readonly TableColumn[]
  readonly rowIds: readonly string[]
  /** Group number of each row, 0-based. */
  readonly groups: Int32Array
}

/** How long work is told to stop and tells how far it is. Science rooms know nothing else of jobs. */
export interface Progress {
  /** Throws ContractError CANCELLED when the person cancelled; call it at least every 100 ms. */
  check(): void
  /** done of total units so far; `series` are live numbers to plot (loss against step). */
  report(done: number, total: number | null, message: string, series?: Record<string, [number, number]>): void
}

export const silentProgress: Progress = { check: () => undefined, report: () => undefined }

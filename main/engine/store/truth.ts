import type { Sha256 } from '../../contract/index.ts'
import type { StoreCore } from './core.ts'

export interface TruthField {
  readonly fileName: string
  readonly specimenName: string
  readonly labelBlob: Sha256
}

/** The simulator's own answer for each simulated field; read by the scorecard alone. */
export interface TruthRows {
  add(field: TruthField, jobId: string): void
  list(): TruthField[]
}

export function truthRows({ db }: StoreCore): TruthRows {
  const add = db.prepare('INSERT INTO truth_field VALUES (?, ?, ?, ?) ON CONFLICT (file_name) DO NOTHING')
  const all = db.prepare<[], TruthField>(
    'SELECT file_name AS fileName, specimen_name AS specimenName, label_blob AS labelBlob FROM truth_field ORDER BY file_name',
  )
  return {
    add(field, jobId) {
      add.run(field.fileName, field.specimenName, field.labelBlob, jobId)
    },
    list: () => all.all(),
  }
}

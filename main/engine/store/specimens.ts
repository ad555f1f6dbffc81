import type { Column, ColumnRole, Specimen } from '../../contract/index.ts'
import type { StoreCore } from './core.ts'

export type ProcessColumn = Pick<Column, 'name' | 'unit' | 'role' | 'kind'>

export interface NewSpecimen {
  readonly name: string
  /** Heat, or whatever keeps dependent specimens together. */
  readonly group: string
  readonly jobId: string
  readonly values: readonly {
    readonly column: string
    readonly number: number | null
    readonly text: string | null
  }[]
}

export interface SpecimenRows {
  columns(): ProcessColumn[]
  addColumn(column: ProcessColumn): void
  /** Adds the specimen, or gives an existing one of that name the values it lacked. Answers its id. */
  upsert(specimen: NewSpecimen): string
  list(): Specimen[]
}

export function specimenRows({ db, newId, changed }: StoreCore): SpecimenRows {
  const columns = db.prepare<[], ProcessColumn>(
    'SELECT name, unit, role, kind FROM process_column ORDER BY position',
  )
  const addColumn = db.prepare(
    `INSERT INTO process_column VALUES (?, ?, ?, ?, (SELECT count(*) FROM process_column)) ON CONFLICT (name) DO NOTHING`,
  )
  const byName = db.prepare<[string], string>('SELECT id FROM specimen WHERE name = ?').pluck()
  const insert = db.prepare('INSERT INTO specimen VALUES (?, ?, ?, ?)')
  const setValue = db.prepare(
    `INSERT INTO specimen_value VALUES (?, ?, ?, ?) ON CONFLICT (specimen_id, column_name)
     DO UPDATE SET number = excluded.number, text = excluded.text WHERE number IS NULL AND text IS NULL`,
  )
  const all = db.prepare<[], { id: string; name: string; heat: string }>(
    'SELECT id, name, heat FROM specimen ORDER BY name',
  )
  const values = db.prepare<
    [],
    { specimen_id: string; name: string; unit: string; number: number | null; text: string | null }
  >(
    `SELECT specimen_id, c.name, c.unit, number, text FROM specimen_value JOIN process_column c ON c.name = column_name ORDER BY c.position`,
  )
  return {
    columns: () => columns.all().map((row) => ({ ...row, role: row.role as ColumnRole })),
    addColumn(column) {
      addColumn.run(column.name, column.unit, column.role, column.kind)
    },
    upsert(specimen) {
      let id = byName.get(specimen.name) as string | undefined
      if (id === undefined) {
        id = newId()
        insert.run(id, specimen.name, specimen.group, specimen.jobId)
      }
      for (const value of specimen.values) setValue.run(id, value.column, value.number, value.text)
      changed('specimen', [id])
      return id
    },
    list() {
      const bySpecimen = new Map<string, Specimen['values']>()
      for (const row of values.all()) {
        const list = bySpecimen.get(row.specimen_id) ?? []
        list.push({ column: row.name, unit: row.unit, number: row.number, text: row.text })
        bySpecimen.set(row.specimen_id, list)
      }
      return all
        .all()
        .map((row) => ({ id: row.id, name: row.name, group: row.heat, values: bySpecimen.get(row.id) ?? [] }))
    },
  }
}

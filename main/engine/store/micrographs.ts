import {
  ContractError,
  type ImportItem,
  type Micrograph,
  type PixelSize,
  type Sha256,
} from '../../contract/index.ts'
import type { StoreCore } from './core.ts'

export type NewMicrograph = Omit<Micrograph, 'id' | 'specimenName' | 'importedAt'> & {
  readonly jobId: string
}

export interface MicrographRows {
  insert(micrograph: NewMicrograph): string
  list(): Micrograph[]
  get(id: string): Micrograph
  byBlob(sha256: Sha256): string | null
  setPixelSize(id: string, pixelSizeUm: PixelSize | null, author: string): void
  addItem(jobId: string, position: number, item: ImportItem): void
  items(): ImportItem[]
  itemsOf(jobId: string): ImportItem[]
}

interface Row {
  id: string
  specimen_id: string
  specimen_name: string
  file_name: string
  format: string
  height_px: number
  width_px: number
  dtype: Micrograph['dtype']
  databar_rows: number
  blob: Sha256
  display_blob: Sha256
  thumbnail_blob: Sha256
  metadata: string
  imported_at: string
  pixel_size: string | null
}

function fromRow(row: Row): Micrograph {
  return {
    id: row.id,
    fileName: row.file_name,
    specimenId: row.specimen_id,
    specimenName: row.specimen_name,
    format: row.format,
    rows: row.height_px,
    cols: row.width_px,
    dtype: row.dtype,
    pixelSizeUm: row.pixel_size === null ? null : (JSON.parse(row.pixel_size) as PixelSize | null),
    databarRows: row.databar_rows,
    blob: row.blob,
    displayBlob: row.display_blob,
    thumbnailBlob: row.thumbnail_blob,
    metadata: JSON.parse(row.metadata) as Micrograph['metadata'],
    importedAt: row.imported_at,
  }
}

const select = `
SELECT m.*, s.name AS specimen_name,
  (SELECT pixel_size FROM pixel_size_revision r WHERE r.micrograph_id = m.id ORDER BY revision DESC LIMIT 1) AS pixel_size
FROM micrograph m JOIN specimen s ON s.id = m.specimen_id`

export function micrographRows({ db, newId, now, changed }: StoreCore): MicrographRows {
  const insert = db.prepare('INSERT INTO micrograph VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const all = db.prepare<[], Row>(`${select} ORDER BY m.file_name, m.id`)
  const one = db.prepare<[string], Row>(`${select} WHERE m.id = ?`)
  const byBlob = db.prepare<[string], string>('SELECT id FROM micrograph WHERE blob = ?').pluck()
  const pixelSize = db.prepare(
    `INSERT INTO pixel_size_revision VALUES (?, (SELECT count(*) + 1 FROM pixel_size_revision WHERE micrograph_id = ?), ?, ?, ?)`,
  )
  const addItem = db.prepare('INSERT INTO import_item VALUES (?, ?, ?)')
  const itemsOf = db
    .prepare<[string], string>('SELECT item FROM import_item WHERE job_id = ? ORDER BY position')
    .pluck()
  const items = db.prepare<[], string>('SELECT item FROM import_item ORDER BY job_id, position').pluck()

  const rows: MicrographRows = {
    insert(m) {
      const id = newId()
      insert.run(
        id,
        m.specimenId,
        m.jobId,
        m.fileName,
        m.format,
        m.rows,
        m.cols,
        m.dtype,
        m.databarRows,
        m.blob,
        m.displayBlob,
        m.thumbnailBlob,
        JSON.stringify(m.metadata),
        now(),
      )
      rows.setPixelSize(id, m.pixelSizeUm, 'import')
      return id
    },
    list: () => all.all().map(fromRow),
    get(id) {
      const row = one.get(id)
      if (row === undefined) throw new ContractError('NOT_FOUND', 'There is no such micrograph.', id)
      return fromRow(row)
    },
    byBlob: (sha256) => (byBlob.get(sha256) as string | undefined) ?? null,
    setPixelSize(id, pixelSizeUm, author) {
      pixelSize.run(id, id, JSON.stringify(pixelSizeUm), author, now())
      changed('micrograph', [id])
    },
    addItem(jobId, position, item) {
      addItem.run(jobId, position, JSON.stringify(item))
    },
    itemsOf: (jobId) => (itemsOf.all(jobId) as string[]).map((text) => JSON.parse(text) as ImportItem),
    items: () => (items.all() as string[]).map((text) => JSON.parse(text) as ImportItem),
  }
  return rows
}

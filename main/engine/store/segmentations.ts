import { ContractError, type ReviewState, type Segmentation, type Sha256 } from '../../contract/index.ts'
import type { StoreCore } from './core.ts'

export type NewSegmentation = Omit<Segmentation, 'id' | 'review' | 'reviewedAt' | 'createdAt'>

export interface SegmentationRows {
  insert(segmentation: NewSegmentation): string
  get(id: string): Segmentation
  /** What one segmenting job made, in the order of the micrographs' file names. */
  ofJob(jobId: string): Segmentation[]
  review(id: string, state: ReviewState, author: string): void
}

interface Row {
  id: string
  micrograph_id: string
  job_id: string
  params: string
  label_blob: Sha256
  object_count: number
  threshold: number
  polarity: Segmentation['polarityUsed']
  area_fraction: number
  notes: string
  created_at: string
  review: ReviewState | null
  reviewed_at: string | null
}

function fromRow(row: Row): Segmentation {
  return {
    id: row.id,
    micrographId: row.micrograph_id,
    jobId: row.job_id,
    params: JSON.parse(row.params) as Segmentation['params'],
    labelBlob: row.label_blob,
    objectCount: row.object_count,
    threshold: row.threshold,
    polarityUsed: row.polarity,
    areaFraction: row.area_fraction,
    notes: JSON.parse(row.notes) as Segmentation['notes'],
    review: row.review ?? 'pending',
    reviewedAt: row.reviewed_at,
    createdAt: row.created_at,
  }
}

const select = `
SELECT g.*, r.state AS review, r.at AS reviewed_at
FROM segmentation g
LEFT JOIN review_revision r ON r.segmentation_id = g.id
  AND r.revision = (SELECT max(revision) FROM review_revision WHERE segmentation_id = g.id)`

export function segmentationRows({ db, newId, now, changed }: StoreCore): SegmentationRows {
  const insert = db.prepare('INSERT INTO segmentation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const one = db.prepare<[string], Row>(`${select} WHERE g.id = ?`)
  const ofJob = db.prepare<[string], Row>(
    `${select} JOIN micrograph m ON m.id = g.micrograph_id WHERE g.job_id = ? ORDER BY m.file_name, m.id`,
  )
  const review = db.prepare(
    `INSERT INTO review_revision VALUES (?, (SELECT count(*) + 1 FROM review_revision WHERE segmentation_id = ?), ?, ?, ?)`,
  )
  const rows: SegmentationRows = {
    insert(s) {
      const id = newId()
      insert.run(
        id,
        s.micrographId,
        s.jobId,
        JSON.stringify(s.params),
        s.labelBlob,
        s.objectCount,
        s.threshold,
        s.polarityUsed,
        s.areaFraction,
        JSON.stringify(s.notes),
        now(),
      )
      changed('segmentation', [id])
      return id
    },
    get(id) {
      const row = one.get(id)
      if (row === undefined) throw new ContractError('NOT_FOUND', 'There is no such segmentation.', id)
      return fromRow(row)
    },
    ofJob: (jobId) => ofJob.all(jobId).map(fromRow),
    review(id, state, author) {
      review.run(id, id, state, author, now())
      changed('segmentation', [id])
    },
  }
  return rows
}

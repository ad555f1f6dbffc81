import {
  ContractError,
  type FeatureRow,
  type FieldFeature,
  type Sha256,
  type SpecimenFeature,
} from '../../contract/index.ts'
import type { StoreCore } from './core.ts'

type SpecimenPart = Omit<SpecimenFeature, 'specimenId' | 'specimenName'>

export interface MeasurementRows {
  addField(
    jobId: string,
    segmentationId: string,
    objectsBlob: Sha256,
    features: readonly FieldFeature[],
  ): void
  addSpecimen(jobId: string, specimenId: string, features: readonly SpecimenPart[]): void
  /** Field measures that one measuring job wrote, with the specimen of each field. */
  fieldsOf(jobId: string): FeatureRow[]
  specimensOf(jobId: string): SpecimenFeature[]
  /** The newest object table of a segmentation. */
  objectsBlob(segmentationId: string): Sha256
}

interface FieldRow {
  segmentation_id: string
  micrograph_id: string
  specimen_id: string
  specimen_name: string
  file_name: string
  features: string
}

export function measurementRows({ db, changed }: StoreCore): MeasurementRows {
  const addField = db.prepare('INSERT INTO measurement VALUES (?, ?, ?, ?)')
  const addSpecimen = db.prepare('INSERT INTO specimen_feature VALUES (?, ?, ?)')
  const fields = db.prepare<[string], FieldRow>(
    `SELECT x.segmentation_id, g.micrograph_id, m.specimen_id, s.name AS specimen_name, m.file_name, x.features
     FROM measurement x JOIN segmentation g ON g.id = x.segmentation_id JOIN micrograph m ON m.id = g.micrograph_id
     JOIN specimen s ON s.id = m.specimen_id WHERE x.job_id = ? ORDER BY m.file_name, m.id`,
  )
  const specimens = db.prepare<[string], { id: string; name: string; features: string }>(
    `SELECT s.id, s.name, f.features FROM specimen_feature f JOIN specimen s ON s.id = f.specimen_id WHERE f.job_id = ? ORDER BY s.name`,
  )
  const objects = db
    .prepare<[string], string>(
      'SELECT objects_blob FROM measurement WHERE segmentation_id = ? ORDER BY job_id DESC LIMIT 1',
    )
    .pluck()
  return {
    addField(jobId, segmentationId, objectsBlob, features) {
      addField.run(segmentationId, jobId, objectsBlob, JSON.stringify(features))
      changed('feature', [])
    },
    addSpecimen(jobId, specimenId, features) {
      addSpecimen.run(jobId, specimenId, JSON.stringify(features))
      changed('feature', [])
    },
    fieldsOf: (jobId) =>
      fields.all(jobId).flatMap((row) =>
        (JSON.parse(row.features) as FieldFeature[]).map((feature) => ({
          ...feature,
          micrographId: row.micrograph_id,
          segmentationId: row.segmentation_id,
          specimenId: row.specimen_id,
          specimenName: row.specimen_name,
          fileName: row.file_name,
        })),
      ),
    specimensOf: (jobId) =>
      specimens.all(jobId).flatMap((row) =>
        (JSON.parse(row.features) as SpecimenPart[]).map((feature) => ({
          ...feature,
          specimenId: row.id,
          specimenName: row.name,
        })),
      ),
    objectsBlob(segmentationId) {
      const sha256 = objects.get(segmentationId) as Sha256 | undefined
      if (sha256 === undefined)
        throw new ContractError('NO_FEATURES', 'This segmentation has not been measured.', segmentationId)
      return sha256
    },
  }
}

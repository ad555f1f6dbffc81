import { ContractError, type JobParams, type Note, type Segmentation } from '../../contract/index.ts'
import type { Step } from '../jobs/index.ts'
import type { SegmentInput, SegmentOutput } from './tasks/segment.ts'

/** Label images of all micrographs with one method; earlier segmentations and their reviews stay as they are. */
export const segmentStep: Step<JobParams['segment']> = {
  kind: 'segment',
  plan({ store }) {
    const micrographs = store.micrographs.list()
    if (micrographs.length === 0) throw new ContractError('NO_IMAGES', 'There is no micrograph to segment.')
    return {
      inputs: micrographs.map((m) => [m.blob, m.databarRows]),
      units: micrographs.map((m) => m.fileName),
      unitName: 'micrographs',
    }
  },
  async unit({ store, run, jobId }, params, index) {
    const micrograph = store.micrographs.list()[index]!
    const found = await run<SegmentInput, SegmentOutput>('segment', {
      path: store.files.path(micrograph.blob),
      fileName: micrograph.fileName,
      databarRows: micrograph.databarRows,
      params,
    })
    return () => {
      const row: Omit<Segmentation, 'id' | 'review' | 'reviewedAt' | 'createdAt'> = {
        micrographId: micrograph.id,
        jobId,
        params,
        labelBlob: store.putBlob(found.labelPng, 'image/png'),
        objectCount: found.objectCount,
        threshold: found.threshold,
        polarityUsed: found.polarityUsed,
        areaFraction: found.areaFraction,
        notes: found.notes satisfies Note[],
      }
      store.segmentations.insert(row)
    }
  },
  async finish({ store, jobId }) {
    await Promise.resolve()
    return () => ({ segmented: store.segmentations.ofJob(jobId).length })
  },
}

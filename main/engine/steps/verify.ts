import type { JobParams, JsonValue, Note, VerifyResult } from '../../contract/index.ts'
import type { Step } from '../jobs/index.ts'
import type { BlobCheckInput } from './tasks/verify.ts'

const BLOBS_PER_UNIT = 50

/** Hashes every blob again and checks the references of every row. Changes nothing; findings are the result. */
export const verifyStep: Step<JobParams['verify']> = {
  kind: 'verify',
  plan({ store, jobId }) {
    const count = store.blobs.all().length
    const units = Array.from(
      { length: Math.ceil(count / BLOBS_PER_UNIT) },
      (_, i) => `blobs ${i * BLOBS_PER_UNIT + 1}…`,
    )
    // A check is never taken from an earlier one: the job's own id is among its inputs.
    return { inputs: [jobId], units, unitName: 'groups of blobs' }
  },
  async unit({ store, run, jobId }, _params, index) {
    const group = store.blobs.all().slice(index * BLOBS_PER_UNIT, (index + 1) * BLOBS_PER_UNIT)
    const findings = await run<BlobCheckInput, Note[]>('verify', {
      blobs: group.map((row) => ({
        path: store.files.path(row.sha256),
        sha256: row.sha256,
        byteLength: row.byteLength,
      })),
    })
    return () => {
      const earlier = (store.jobs.get(jobId).result ?? []) as unknown as Note[]
      store.jobs.update(jobId, { result: [...earlier, ...findings] as unknown as JsonValue })
    }
  },
  async finish({ store, jobId }) {
    await Promise.resolve()
    return () => {
      const findings = (store.jobs.get(jobId).result ?? []) as unknown as Note[]
      const { rows, findings: rowFindings } = store.checkRows()
      const result: VerifyResult = {
        blobsChecked: store.blobs.all().length,
        rowsChecked: rows,
        findings: [...findings, ...rowFindings],
      }
      return result
    }
  },
}

import type { CausalSummary, JobParams } from '../../contract/index.ts'
import type { Step } from '../jobs/index.ts'
import { requireDataset } from './datasets.ts'
import type { MapInput, MapOutput } from './tasks/causal.ts'

/** Structure, stability, effects and ranking on a frozen dataset. */
export const discoverStep: Step<JobParams['discover']> = {
  kind: 'discover',
  plan({ store }, params) {
    const { result } = requireDataset(store, params.datasetId)
    return { inputs: { dataset: result.document.hash }, units: [], unitName: 'maps' }
  },
  unit: () => Promise.reject(new Error('mapping is one unit')),
  async finish({ store, run, jobId, seed }, params) {
    const { result, table } = requireDataset(store, params.datasetId)
    const map = await run<MapInput, MapOutput>('causal.map', {
      table,
      alpha: params.alpha,
      resamples: params.resamples,
      knowledge: params.knowledge,
      seed,
    })
    return () => {
      const document: Omit<CausalSummary, 'id' | 'jobId' | 'createdAt'> = { ...map, datasetId: result.id }
      return { causalId: store.results.insert('causal', jobId, document, null) }
    }
  },
}

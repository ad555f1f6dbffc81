import { datasetTable } from '../../contract/index.ts'
import { proposedColumns } from '../steps/freeze.ts'
import { currentResult, listResults } from '../steps/current.ts'
import { readDataset } from '../steps/datasets.ts'
import type { Area, AreaContext } from './area.ts'

/** Datasets, causal maps, optimisations and reports. */
export function resultArea(
  context: AreaContext,
): Area<'dataset'> & Area<'causal'> & Area<'optimize'> & Area<'report'> & Area<'campaign'> {
  const { store, runner, handles, pool } = context
  const resolve = (handle: string) => handles.resolve(handle)
  const quiet = { signal: new AbortController().signal, onProgress: () => undefined }
  return {
    'dataset.roles': () => proposedColumns(store),
    'dataset.freeze': (input) => ({ jobId: runner.submit('freeze', input, resolve).id }),
    'dataset.list': () => listResults(store, 'dataset'),
    'dataset.table': ({ id }) => datasetTable.parse(readDataset(store, store.results.get('dataset', id))),

    'causal.discover': (input) => ({ jobId: runner.submit('discover', input, resolve).id }),
    'causal.list': () => listResults(store, 'causal'),
    'causal.get': ({ id }) => store.results.get('causal', id).document,
    'causal.effect': async ({ id, treatment, outcome }) => {
      const map = store.results.get('causal', id).document
      const stored = map.effects.find(
        (effect) => effect.treatment === treatment && effect.outcome === outcome,
      )
      if (stored !== undefined) return stored
      const dataset = readDataset(store, store.results.get('dataset', map.datasetId))
      return (await pool.run('causal.effect', { dataset, map, treatment, outcome }, quiet)) as never
    },

    'optimize.run': (input) => ({ jobId: runner.submit('optimize', input, resolve).id }),
    'optimize.list': () => listResults(store, 'optimization'),

    'report.write': (input) => ({ jobId: runner.submit('report', input, resolve).id }),
    'report.list': () => listResults(store, 'report'),

    'campaign.simulate': (input) => ({ jobId: runner.submit('simulate', input, resolve).id }),
    'campaign.scorecard': (input) => ({ jobId: runner.submit('scorecard', input, resolve).id }),
    'campaign.scores': () => currentResult(store, 'scorecard')?.document.scores ?? null,
  }
}

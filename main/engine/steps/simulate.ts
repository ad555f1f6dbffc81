import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ContractError, type JobParams } from '../../contract/index.ts'
import type { Step, StepContext } from '../jobs/index.ts'
import { processTableCsv, simulateCampaign, type Campaign } from '../simulate/index.ts'
import { writeFileDurably, type Store } from '../store/index.ts'
import type { RenderInput, RenderOutput } from './tasks/simulate.ts'

/** Folder inside the project where a simulated campaign lies as a laboratory would hand it over. */
export function simulatedFolder(store: Store): string {
  return join(store.dataDir, 'simulated')
}
export const SIMULATED_TABLE = 'process.csv'

/** The campaign of a project; made again from its parameters and seed wherever it is needed, since it costs milliseconds. */
export function campaignOf(params: JobParams['simulate'], seed: number): Campaign {
  return simulateCampaign({ ...params, seed })
}

/** The campaign that the project's images were made from, for the scorecard. Errors: BAD_REQUEST in a project of real data. */
export function simulatedCampaign(store: Store): Campaign {
  const job = store.jobs.newest('simulate', 'done')
  if (job === null)
    throw new ContractError('BAD_REQUEST', 'The truth is known for a simulated campaign only.')
  return campaignOf(job.params as JobParams['simulate'], job.seed)
}

const fieldCount = ({ specimens, fieldsPerSpecimen }: JobParams['simulate']) => specimens * fieldsPerSpecimen

/** Micrographs, process table and truth of a simulated campaign, written into the project. */
export const simulateStep: Step<JobParams['simulate']> = {
  kind: 'simulate',
  plan({ store, seed }, params) {
    if (store.meta.get('simulated') !== '1') {
      throw new ContractError(
        'BAD_REQUEST',
        'Simulated data are made in a project of their own, never beside real data.',
      )
    }
    const { specimens } = campaignOf(params, seed)
    return {
      inputs: null,
      units: Array.from(
        { length: fieldCount(params) },
        (_, i) => specimens[Math.floor(i / params.fieldsPerSpecimen)]!.name,
      ),
      unitName: 'micrographs',
    }
  },
  async unit(context: StepContext, params, index) {
    const { store, run, seed, jobId } = context
    const specimenIndex = Math.floor(index / params.fieldsPerSpecimen)
    const field = (index % params.fieldsPerSpecimen) + 1
    const made = await run<RenderInput, RenderOutput>('simulate', { params, seed, specimenIndex, field })
    mkdirSync(simulatedFolder(store), { recursive: true })
    writeFileDurably(join(simulatedFolder(store), made.fileName), made.png)
    return () => {
      const labelBlob = store.putBlob(made.truthPng, 'image/png')
      store.truth.add({ fileName: made.fileName, specimenName: made.specimenName, labelBlob }, jobId)
    }
  },
  async finish({ store, seed }, params) {
    await Promise.resolve()
    writeFileDurably(
      join(simulatedFolder(store), SIMULATED_TABLE),
      new TextEncoder().encode(processTableCsv(campaignOf(params, seed))),
    )
    return () => ({ specimens: params.specimens, micrographs: fieldCount(params) })
  },
}

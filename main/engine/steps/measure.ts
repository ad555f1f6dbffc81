import { ContractError, type FieldFeature, type JobParams, type Segmentation } from '../../contract/index.ts'
import type { Step, StepContext } from '../jobs/index.ts'
import { measureSpecimen } from '../measure/index.ts'
import { currentSegmentations } from './current.ts'
import type { MeasureInput, MeasureOutput } from './tasks/measure.ts'

/** Level of every interval of a measure. */
const LEVEL = 0.9

function measured({ store }: StepContext): {
  segmentation: Segmentation
  micrograph: ReturnType<StepContext['store']['micrographs']['get']>
}[] {
  return currentSegmentations(store)
    .filter((segmentation) => segmentation.review !== 'rejected')
    .map((segmentation) => ({ segmentation, micrograph: store.micrographs.get(segmentation.micrographId) }))
}

/** On an image of one grey value no threshold parts anything: what it shows is unknown, which is not 0. */
function unknownIfFlat(segmentation: Segmentation, features: readonly FieldFeature[]): FieldFeature[] {
  if (!segmentation.notes.some(({ code }) => code === 'FLAT_IMAGE')) return [...features]
  const flag = 'the image has one grey value: nothing can be told apart'
  return features.map((feature) => ({ ...feature, value: null, low: null, high: null, n: 0, flag }))
}

/** Measures of each field whose segmentation was not rejected, then of each specimen over its fields. */
export const measureStep: Step<JobParams['measure']> = {
  kind: 'measure',
  plan(context) {
    const fields = measured(context)
    if (fields.length === 0)
      throw new ContractError('NO_SEGMENTATION', 'There is no segmentation to measure, or all were rejected.')
    return {
      inputs: {
        segmentation: context.store.jobs.currentHash('segment'),
        fields: fields.map(({ segmentation, micrograph }) => [
          segmentation.labelBlob,
          micrograph.pixelSizeUm,
          micrograph.databarRows,
        ]),
      },
      units: fields.map(({ micrograph }) => micrograph.fileName),
      unitName: 'micrographs',
    }
  },
  async unit(context, params, index) {
    const { store, run, jobId } = context
    const { segmentation, micrograph } = measured(context)[index]!
    const { objects, features } = await run<MeasureInput, MeasureOutput>('measure', {
      labelPath: store.files.path(segmentation.labelBlob),
      pixelSizeUm: micrograph.pixelSizeUm,
      databarRows: micrograph.databarRows,
      measures: params.measures,
      edge: params.edge,
      level: LEVEL,
    })
    return () => {
      const blob = store.putBlob(new TextEncoder().encode(JSON.stringify(objects)), 'application/json')
      store.measurements.addField(jobId, segmentation.id, blob, unknownIfFlat(segmentation, features))
    }
  },
  async finish({ store, jobId }) {
    await Promise.resolve()
    return () => {
      const bySpecimen = new Map<string, Map<string, ReturnType<typeof store.measurements.fieldsOf>>>()
      for (const row of store.measurements.fieldsOf(jobId)) {
        const fields =
          bySpecimen.get(row.specimenId) ?? new Map<string, ReturnType<typeof store.measurements.fieldsOf>>()
        fields.set(row.micrographId, [...(fields.get(row.micrographId) ?? []), row])
        bySpecimen.set(row.specimenId, fields)
      }
      let fieldCount = 0
      for (const [specimenId, fields] of bySpecimen) {
        fieldCount += fields.size
        store.measurements.addSpecimen(jobId, specimenId, measureSpecimen([...fields.values()], LEVEL))
      }
      return { fields: fieldCount, specimens: bySpecimen.size }
    }
  },
}

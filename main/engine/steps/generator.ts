import {
  ContractError,
  type Column,
  type GeneratorSummary,
  type JobParams,
  type Note,
} from '../../contract/index.ts'
import type { Step, StepContext } from '../jobs/index.ts'
import { currentSegmentations } from './current.ts'
import { requireDataset } from './datasets.ts'
import type { GeneratorField, GeneratorInput, GeneratorOutput } from './tasks/generator.ts'

interface Chosen {
  readonly dataset: ReturnType<typeof requireDataset>['result']
  readonly inputs: readonly Column[]
  readonly fields: readonly GeneratorField[]
  readonly labels: readonly string[]
  readonly notes: readonly Note[]
}

/** Label images that stand for specimens of the dataset, each with the numbers of its specimen. */
function chosen({ store }: StepContext, params: JobParams['generator']): Chosen {
  const { result: dataset, table } = requireDataset(store, params.datasetId)
  const notes: Note[] = []
  const tell = (count: number, message: string, code = 'IMAGES_LEFT_OUT') => {
    if (count > 0) notes.push({ code, message: `${count} ${message}` })
  }
  const all = currentSegmentations(store)
  if (all.length === 0) throw new ContractError('NO_SEGMENTATION', 'There is no segmentation to learn from.')
  // What an image of one grey value shows is unknown, which is not an image without objects.
  const usable = all.filter(
    ({ review, notes: own }) => review !== 'rejected' && !own.some(({ code }) => code === 'FLAT_IMAGE'),
  )
  tell(
    usable.filter(({ review }) => review === 'pending').length,
    'segmentations are not reviewed yet.',
    'NOT_REVIEWED',
  )
  const known = usable
    .map((segmentation) => ({ segmentation, micrograph: store.micrographs.get(segmentation.micrographId) }))
    .map((one) => ({ ...one, row: table.specimens.indexOf(one.micrograph.specimenName) }))
    .filter(({ row }) => row >= 0)
  tell(usable.length - known.length, 'images belong to no specimen of the dataset and were left out.')
  const valueOf = (column: Column, row: number) => table.values[table.columns.indexOf(column)]![row] ?? null
  const inputs = inputsOf(table.columns, params.inputs, (column) => {
    const numbers = known.map(({ row }) => valueOf(column, row)).filter((value) => value !== null)
    return new Set(numbers).size > 1
  })
  if (inputs.length === 0)
    throw new ContractError(
      'NO_INPUTS',
      'No composition or process column of numbers varies over the specimens with images.',
      dataset.document.name,
    )
  const whole = known.flatMap(({ segmentation, micrograph, row }) => {
    const condition = inputs
      .map((column) => valueOf(column, row))
      .filter((value) => typeof value === 'number')
    return condition.length === inputs.length ? [{ segmentation, micrograph, condition }] : []
  })
  tell(known.length - whole.length, 'images lack a value of an input and were left out.')
  // Beside calibrated micrographs those in pixels alone have no scale.
  const anyCalibrated = whole.some(({ micrograph }) => micrograph.pixelSizeUm !== null)
  const scaled = whole.filter(({ micrograph }) => !anyCalibrated || micrograph.pixelSizeUm !== null)
  tell(
    whole.length - scaled.length,
    'uncalibrated images were left out: pixels are no lengths.',
    'UNCALIBRATED',
  )
  if (scaled.length > 0 && !anyCalibrated)
    notes.push({
      code: 'UNCALIBRATED',
      message: 'No image is calibrated: they are taken as they are, as if all had one magnification.',
    })
  return {
    dataset,
    inputs,
    fields: scaled.map(({ segmentation, micrograph, condition }) => ({
      labelPath: store.files.path(segmentation.labelBlob),
      fileName: micrograph.fileName,
      specimen: micrograph.specimenName,
      pixelSizeUm: micrograph.pixelSizeUm,
      databarRows: micrograph.databarRows,
      condition,
    })),
    labels: scaled.map(({ segmentation }) => segmentation.labelBlob),
    notes,
  }
}

/** The columns that were named, or all composition and process columns of numbers that vary. */
function inputsOf(
  columns: readonly Column[],
  names: readonly string[],
  varies: (column: Column) => boolean,
): Column[] {
  if (names.length === 0)
    return columns.filter(
      (column) =>
        column.kind === 'number' &&
        (column.role === 'composition' || column.role === 'process') &&
        varies(column),
    )
  return names.map((name) => {
    const column = columns.find((one) => one.name === name)
    if (column === undefined)
      throw new ContractError('COLUMN_UNKNOWN', `The dataset has no column "${name}".`, name)
    if (column.kind !== 'number')
      throw new ContractError('BAD_REQUEST', 'A generator takes columns of numbers only.', name)
    return column
  })
}

/** Trains a generator on crops of all label images that were not rejected. */
export const generatorStep: Step<JobParams['generator']> = {
  kind: 'generator',
  plan(context, params) {
    const { dataset, inputs, fields, labels } = chosen(context, params)
    return {
      inputs: {
        dataset: dataset.document.hash,
        inputs: inputs.map(({ name }) => name),
        fields: fields.map(({ specimen, pixelSizeUm, databarRows }, i) => [
          ...[labels[i], specimen, pixelSizeUm, databarRows],
        ]),
      },
      units: [],
      unitName: 'generators',
    }
  },
  unit: () => Promise.reject(new Error('training is one unit')),
  async finish(context, params) {
    const { store, run, jobId, seed } = context
    const { dataset, inputs, fields, notes } = chosen(context, params)
    const { bytes, detail } = await run<GeneratorInput, GeneratorOutput>('generator', {
      fields,
      inputs: inputs.map(({ name, unit }) => ({ name, unit })),
      sizePx: params.sizePx,
      steps: params.steps,
      seed,
    })
    return () => {
      const document: Omit<GeneratorSummary, 'id' | 'jobId' | 'createdAt'> = {
        ...detail,
        notes: [...notes, ...detail.notes],
        datasetId: dataset.id,
        seed,
      }
      const blob = store.putBlob(bytes, 'application/json')
      return { generatorId: store.results.insert('generator', jobId, document, blob) }
    }
  },
}

import { ContractError, modelExportFormat } from '../../contract/index.ts'
import { ALL_KINDS, DEFAULT_KINDS } from '../models/index.ts'
import { chosenResult, listResults } from '../steps/current.ts'
import { readDataset } from '../steps/datasets.ts'
import type { GenerateInput, GenerateOutput } from '../steps/tasks/generate.ts'
import type { CardInput } from '../steps/tasks/model-card.ts'
import type { StoredResult } from '../store/index.ts'
import type { Area, AreaContext } from './area.ts'
import { modelFileName, modelFileWriters } from './model-files.ts'

/** Models: training, predictions, trust, card and files. */
export function modelArea(context: AreaContext): Area<'model'> {
  const { store, runner, handles, pool, programVersion } = context
  const quiet = { signal: new AbortController().signal, onProgress: () => undefined }
  const run = async <Input, Output>(task: string, input: Input): Promise<Output> =>
    (await pool.run(task, input, quiet)) as Output

  const datasetOf = (model: StoredResult<'model'>): StoredResult<'dataset'> =>
    store.results.get('dataset', model.document.datasetId)
  const pathOf = (model: StoredResult<'model' | 'generator'>): string => {
    if (model.blob === null)
      throw new ContractError('PROJECT_DAMAGED', `The ${model.kind} was stored without its bytes.`, model.id)
    return store.files.path(model.blob)
  }
  const cardInput = (model: StoredResult<'model'>): CardInput => {
    const dataset = datasetOf(model)
    return {
      model: model.document,
      modelHash: model.blob ?? '',
      path: pathOf(model),
      dataset: dataset.document,
      table: readDataset(store, dataset),
      projectName: store.meta.get('name') ?? '',
      simulated: store.meta.get('simulated') === '1',
      programVersion,
    }
  }
  return {
    'model.train': (input) => ({
      jobId: runner.submit('train', input, (handle) => handles.resolve(handle)).id,
    }),
    'model.list': () =>
      listResults(store, 'model').map(
        ({ heldOut, loss, reliability, hyperparameters, ...summary }) => summary,
      ),
    'model.get': ({ id }) => store.results.get('model', id).document,
    'model.predict': async ({ id, ...asked }) => {
      const model = store.results.get('model', id)
      const { columns } = datasetOf(model).document
      return run('model.predict', { path: pathOf(model), columns, ...asked })
    },
    'model.offers': () => ({
      kinds: [...ALL_KINDS],
      defaults: [...DEFAULT_KINDS],
      formats: modelExportFormat.options.filter((format) => modelFileWriters[format] !== undefined),
    }),
    'model.inputs': ({ id }) => {
      const model = store.results.get('model', id)
      return run('model.inputs', { path: pathOf(model), columns: datasetOf(model).document.columns })
    },
    'model.trust': ({ id, output, model: kind }) => {
      const model = store.results.get('model', id)
      const table = readDataset(store, datasetOf(model))
      return run('model.trust', { model: model.document, table, output, kind })
    },
    'model.compare': ({ id }) => run('model.compare', { model: store.results.get('model', id).document }),
    'model.card': ({ id }) => run('model.card', cardInput(store.results.get('model', id))),
    'model.trainGenerator': (input) => ({
      jobId: runner.submit('generator', input, (handle) => handles.resolve(handle)).id,
    }),
    'model.generators': () => listResults(store, 'generator'),
    'model.generate': async ({ generatorId, ...asked }) => {
      const generator = chosenResult(store, 'generator', generatorId)
      if (generator === null)
        throw new ContractError('NO_MODEL', 'There is no generator yet: train one first.')
      const made = await run<GenerateInput, GenerateOutput>('model.generate', {
        path: pathOf(generator),
        ...asked,
      })
      const kept = <P extends { png: Uint8Array }>({ png, ...rest }: P) => ({
        ...rest,
        blob: store.putBlob(png, 'image/png'),
      })
      return store.write(() => ({
        ...made,
        generatorId: generator.id,
        generated: made.generated.map(kept),
        nearest: made.nearest.map(kept),
      }))
    },
    'model.export': async ({ modelId, format }) => {
      const model = store.results.get('model', modelId)
      const writer = modelFileWriters[format]
      if (writer === undefined)
        throw new ContractError(
          'BAD_REQUEST',
          `This version writes no file of the format "${format}".`,
          format,
        )
      const card = cardInput(model)
      const { bytes, mediaType, ending } = await writer({ card, run })
      const blob = store.write(() => store.putBlob(bytes, mediaType))
      return {
        fileName: modelFileName(card.projectName, model.createdAt, ending),
        mediaType,
        blob,
        byteLength: bytes.length,
      }
    },
  }
}

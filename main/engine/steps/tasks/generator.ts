import type { GeneratorSummary, Note } from '../../../contract/index.ts'
import { localExecutor } from '../../compute/index.ts'
import { asExecutor } from '../../graph/index.ts'
import type { TaskScope } from '../../jobs/index.ts'
import { fitGenerator } from '../../models/generate/index.ts'
import { writeGenerator } from './generator-file.ts'
import { cropLabels, type LabelField } from './label-crops.ts'
import { progressOf } from './progress.ts'

export interface GeneratorField extends LabelField {
  readonly specimen: string
  /** In the order of the inputs. */
  readonly condition: readonly number[]
}

export interface GeneratorInput {
  readonly fields: readonly GeneratorField[]
  readonly inputs: readonly { readonly name: string; readonly unit: string }[]
  readonly sizePx: number
  /** null: as many as the generator takes by itself. */
  readonly steps: number | null
  readonly seed: number
}

export interface GeneratorOutput {
  readonly bytes: Uint8Array
  readonly detail: Omit<GeneratorSummary, 'id' | 'jobId' | 'datasetId' | 'createdAt' | 'seed'>
}

/** Cuts the label images of specimens to crops of one scale and trains the generator on them. */
export async function trainGenerator(input: GeneratorInput, scope: TaskScope): Promise<GeneratorOutput> {
  const progress = progressOf(scope)
  const { fields, inputs, steps, seed } = input
  const { pixelSizeUm, sizePx, crops } = cropLabels(fields, input.sizePx, progress)
  const state = await fitGenerator(
    crops.map(({ field, pixels }) => ({
      ...{ pixels, height: sizePx, width: sizePx, condition: fields[field]!.condition },
    })),
    {
      kind: 'phases',
      inputs: inputs.map(({ name }) => name),
      seed,
      settings: steps === null ? {} : { steps },
    },
    asExecutor(localExecutor()),
    progress,
  )
  return {
    bytes: writeGenerator({
      ...{ state, pixelSizeUm, sizePx },
      crops: crops.map(({ field, pixels }) => {
        const { specimen, fileName, condition } = fields[field]!
        return { specimen, fileName, condition, pixels }
      }),
    }),
    detail: {
      inputs: state.inputs.map(({ name, low, high }, i) => ({ name, unit: inputs[i]!.unit, low, high })),
      ...{ pixelSizeUm, sizePx },
      crops: crops.length,
      specimens: new Set(fields.map(({ specimen }) => specimen)).size,
      steps: state.settings.steps,
      lastLoss: state.losses.at(-1)!,
      executor: state.executor,
      notes: pixelSizeUm === null ? [] : [scaleNote(pixelSizeUm, sizePx)],
    },
  }
}

function scaleNote(pixelSizeUm: number, sizePx: number): Note {
  const side = (pixelSizeUm * sizePx).toPrecision(3)
  return {
    code: 'RESCALED',
    message: `All label images were brought to ${pixelSizeUm.toPrecision(3)} µm a pixel and cut to ${sizePx} px (${side} µm), so that lengths compare.`,
  }
}

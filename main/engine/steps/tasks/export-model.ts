import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ContractError } from '../../../contract/index.ts'
import { exportOnnx, inferenceSession, localExecutor } from '../../compute/index.ts'
import {
  deserializeModel,
  modelGraph,
  posterior,
  type FittedModel,
  type InputRow,
} from '../../models/index.ts'

/** Training rows that the exported model is compared on. */
const CHECKED_ROWS = 256
/** Largest difference, in units of the widest interval of the output, that float32 explains. */
const TOLERANCE = 1e-4

export interface ExportedModel {
  readonly bytes: Uint8Array
  readonly metadata: Record<string, string>
  /** Largest difference to the program's own prediction over training rows, in units of the widest interval of the output. */
  readonly agreement: { readonly rows: number; readonly largest: number }
}

/**
 * The hypernetwork of a model as ONNX, scalers and calibration inside, checked by running it: onnxruntime must give what
 * the program predicts. BAD_REQUEST when the model has no hypernetwork; INTERNAL when the two differ.
 */
export async function exportModel(model: FittedModel, level: number): Promise<ExportedModel> {
  const { graph, inputs, outputs } = modelGraph(model, level)
  const metadata = {
    producer: 'Causalloy',
    model: 'Bayesian hypernetwork on raw inputs (bhn-raw)',
    licence: 'The model belongs to whoever trained it; the program that wrote it is Apache-2.0.',
    seed: String(model.seed),
    'data hash': dataHash(model),
    'interval level': String(level),
    inputs: JSON.stringify(
      model.inputColumns.map(({ name, unit, levels }, j) => ({
        name,
        unit,
        ...(levels === null ? { low: model.domain[j]!.low, high: model.domain[j]!.high } : { codes: levels }),
      })),
    ),
    outputs: JSON.stringify(model.outputs),
    use: 'x: rows x inputs, a number or the code of a level, 0 where missing; missing: 1 where the cell is missing, else 0.',
  }
  const bytes = exportOnnx(graph, outputs, {}, metadata, { rows: inputs.map(({ name }) => name) })
  return { bytes, metadata, agreement: await compare(model, level, bytes) }
}

/** SHA-256 of the training rows. */
function dataHash(model: FittedModel): string {
  const { x, rowIds } = model.training
  return createHash('sha256')
    .update(new Uint8Array(x.buffer, x.byteOffset, x.byteLength))
    .update(rowIds.join('\n'))
    .digest('hex')
}

async function compare(
  model: FittedModel,
  level: number,
  bytes: Uint8Array,
): Promise<ExportedModel['agreement']> {
  const d = model.inputs.length
  const n = Math.min(CHECKED_ROWS, model.training.n)
  const values = model.training.x.subarray(0, n * d)
  const session = await inferenceSession(bytes)
  const found = await session.run({
    x: Float32Array.from(values, (v) => (Number.isNaN(v) ? 0 : v)),
    missing: Float32Array.from(values, (v) => (Number.isNaN(v) ? 1 : 0)),
  })
  await session.dispose()
  const rows = Array.from({ length: n }, (_, i): InputRow =>
    Object.fromEntries(
      model.inputColumns.map(({ name, levels }, j) => {
        const value = values[i * d + j]!
        return [name, Number.isNaN(value) ? null : levels === null ? value : levels[value]!]
      }),
    ),
  )
  const own = posterior(model, localExecutor(), { kind: 'bhn-raw' }).predict(rows, level)
  const m = model.outputs.length
  // An interval that ends at a bound may have no width; that of the output does.
  const widest = model.outputs.map((_, j) =>
    own.reduce((most, { predictions }) => Math.max(most, predictions[j]!.high - predictions[j]!.low), 0),
  )
  let largest = 0
  own.forEach(({ predictions }, i) => {
    predictions.forEach((p, j) => {
      const pairs = [
        [p.mean, found.mean],
        [p.epistemicSd, found.epistemicSd],
        [p.aleatoricSd, found.aleatoricSd],
        [p.low, found.low],
        [p.high, found.high],
      ] as const
      for (const [mine, theirs] of pairs)
        largest = Math.max(largest, Math.abs(mine - (theirs?.[i * m + j] ?? Infinity)) / widest[j]!)
    })
  })
  if (!(largest <= TOLERANCE))
    throw new ContractError('INTERNAL', `The exported model differs by ${largest} of an interval's width.`)
  return { rows: n, largest }
}

export interface ExportInput {
  readonly path: string
  readonly level: number
}

/** The ONNX bytes of a stored model. */
export async function exportStored({ path, level }: ExportInput): Promise<Uint8Array> {
  const { bytes } = await exportModel(deserializeModel(readFileSync(path)), level)
  return bytes
}

import type { Tensor, Tensors } from '../../graph/index.ts'
import { floatsOf, openSession, tensorMaker, type SessionSettings } from './session.ts'

/** A model as it was exported, ready to predict. */
export interface Inference {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Values of all outputs by name, row-major. One open axis of an input takes as many rows as were fed. */
  run(inputs: Tensors): Promise<Record<string, Float32Array>>
  dispose(): Promise<void>
}

/** Serves an ONNX model in onnxruntime. Rejects with what onnxruntime said of bytes that are no model that it can run. */
export async function inferenceSession(
  model: Uint8Array,
  { provider = 'cpu', threads = 1 }: Partial<SessionSettings> = {},
): Promise<Inference> {
  const session = await openSession(model, { provider, threads })
  const tensor = await tensorMaker()
  const shapes = new Map(
    session.inputMetadata.flatMap((input) => (input.isTensor ? [[input.name, input.shape] as const] : [])),
  )
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    async run(inputs) {
      const feeds = Object.fromEntries(
        session.inputNames.map((name) => {
          const values = inputs[name]
          if (values === undefined) throw new Error(`nothing is fed for "${name}"`)
          return [name, tensor(values, shapeFor(name, values, shapes.get(name) ?? []))]
        }),
      )
      const results = await session.run(feeds)
      return Object.fromEntries(session.outputNames.map((name) => [name, floatsOf(results, name)]))
    },
    dispose: () => session.release(),
  }
}

function shapeFor(name: string, values: Tensor, shape: readonly (number | string)[]): number[] {
  const fixed = shape.reduce<number>((size, axis) => (typeof axis === 'number' ? size * axis : size), 1)
  const open = shape.filter((axis) => typeof axis !== 'number').length
  const rows = values.length / fixed
  if (open > 1 || !Number.isInteger(rows) || (open === 0 && rows !== 1))
    throw new Error(`"${name}" wants values of the shape [${shape.join(', ')}] and was fed ${values.length}`)
  return shape.map((axis) => (typeof axis === 'number' ? axis : rows))
}

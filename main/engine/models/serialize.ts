import { Buffer } from 'node:buffer'
import { ContractError } from '../../contract/index.ts'
import type { FittedModel } from './fit-model.ts'

const FORMAT = 'causalloy-model-4'

/**
 * The model as bytes: JSON in UTF-8 with typed arrays as base64 of their little-endian bytes. Same model, same bytes:
 * the CPU seconds in `scores` measure a machine, not the model, so they are left out and come back as NaN.
 */
export function serializeModel(model: FittedModel): Uint8Array {
  const scores = model.scores.map((score) => ({ ...score, fitCpuS: null }))
  const text = JSON.stringify({ format: FORMAT, model: { ...model, scores } }, (_key, value: unknown) => {
    if (value instanceof Float64Array) return { $f64: encode(value) }
    if (value instanceof Float32Array) return { $f32: encode(value) }
    if (value instanceof Int32Array) return { $i32: encode(value) }
    // JSON would turn these into null, which is another thing: an open bound, a figure that is not there.
    if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) }
    return value
  })
  return Uint8Array.from(Buffer.from(text, 'utf8'))
}

/** Reverse of `serializeModel`. PROJECT_DAMAGED when the bytes are not such a model. */
export function deserializeModel(bytes: Uint8Array): FittedModel {
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString('utf8'), (_key, value: unknown) => {
      if (typeof value !== 'object' || value === null) return value
      if ('$f64' in value) return new Float64Array(decode(String(value.$f64)))
      if ('$f32' in value) return new Float32Array(decode(String(value.$f32)))
      if ('$number' in value) return Number(value.$number)
      if ('$i32' in value) return new Int32Array(decode(String(value.$i32)))
      return value
    })
  } catch (cause) {
    throw new ContractError('PROJECT_DAMAGED', `The stored model cannot be read: ${String(cause)}`)
  }
  if (typeof parsed !== 'object' || parsed === null || !('format' in parsed) || parsed.format !== FORMAT)
    throw new ContractError(
      'PROJECT_DAMAGED',
      'The stored bytes are not a model of this version of the program.',
    )
  const { model } = parsed as unknown as { model: FittedModel }
  return { ...model, scores: model.scores.map((score) => ({ ...score, fitCpuS: Number.NaN })) }
}

function encode(array: Float64Array | Float32Array | Int32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
}

function decode(text: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(text, 'base64')).buffer
}

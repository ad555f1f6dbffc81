import { createHash } from 'node:crypto'
import { ContractError } from '../../contract/index.ts'
import type { Parameters, TrainingState } from '../graph/index.ts'

/**
 * Layout: "CAUSCKP1", header length (uint32), header (JSON in UTF-8, padded with spaces to a multiple of 4), the float32
 * values of all parameters in order of name (weight, first, second moment of each), SHA-256 of everything before.
 * Numbers are little-endian, as on every machine the program is built for.
 */
const magic = 'CAUSCKP1'
const prefixBytes = magic.length + 4
const hashBytes = 32

interface Header {
  readonly step: number
  readonly parameters: readonly { readonly name: string; readonly size: number }[]
}

/** The bytes of a training state; the same state gives the same bytes, whatever the order of its names. */
export function encodeState(state: TrainingState): Uint8Array {
  const names = Object.keys(state.parameters).sort()
  const header: Header = {
    step: state.step,
    parameters: names.map((name) => ({ name, size: state.parameters[name]!.length })),
  }
  const text = Buffer.from(JSON.stringify(header))
  const headerBytes = Math.ceil(text.length / 4) * 4
  const values = names.flatMap((name) => partsOf(state).map((part) => valuesOf(part, name, state)))
  const valueBytes = values.reduce((sum, array) => sum + array.byteLength, 0)
  const bytes = Buffer.alloc(prefixBytes + headerBytes + valueBytes + hashBytes, ' ')
  bytes.write(magic, 0, 'latin1')
  bytes.writeUInt32LE(headerBytes, magic.length)
  text.copy(bytes, prefixBytes)
  let at = prefixBytes + headerBytes
  for (const array of values) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at)
    at += array.byteLength
  }
  bytes.set(hashOf(bytes.subarray(0, at)), at)
  return bytes
}

const partsOf = (state: TrainingState): Parameters[] => [
  state.parameters,
  state.firstMoments,
  state.secondMoments,
]

function valuesOf(part: Parameters, name: string, state: TrainingState): Float32Array {
  const values = part[name]
  if (values?.length !== state.parameters[name]!.length)
    throw new Error(`the moments of "${name}" do not fit its values`)
  return values
}

/**
 * The state behind the bytes, bit for bit. Errors: CHECKPOINT_DAMAGED when anything about them is not as it was
 * written; `item` names the checkpoint in the error.
 */
export function decodeState(bytes: Uint8Array, item: string | null = null): TrainingState {
  const damaged = (how: string): ContractError =>
    new ContractError('CHECKPOINT_DAMAGED', `The checkpoint of a training run is damaged: ${how}.`, item)
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (data.length < prefixBytes + hashBytes) throw damaged('it is too short')
  if (data.toString('latin1', 0, magic.length) !== magic) throw damaged('it does not begin as one')
  const body = data.subarray(0, data.length - hashBytes)
  if (!hashOf(body).equals(data.subarray(body.length))) throw damaged('its hash does not fit its content')
  const headerEnd = prefixBytes + data.readUInt32LE(magic.length)
  const header = headerOf(body.toString('utf8', prefixBytes, headerEnd))
  const size = header?.parameters.reduce((sum, parameter) => sum + 12 * parameter.size, 0)
  if (header === null || headerEnd + (size ?? 0) !== body.length)
    throw damaged('its parts do not fit together')
  let at = headerEnd
  const next = (length: number): Float32Array => {
    // A copy of its own: checkpoints come from files, whose bytes lie anywhere in a shared buffer.
    const values = new Float32Array(length)
    new Uint8Array(values.buffer).set(body.subarray(at, at + values.byteLength))
    at += values.byteLength
    return values
  }
  const parameters: Record<string, Float32Array> = {}
  const firstMoments: Record<string, Float32Array> = {}
  const secondMoments: Record<string, Float32Array> = {}
  for (const { name, size: length } of header.parameters) {
    parameters[name] = next(length)
    firstMoments[name] = next(length)
    secondMoments[name] = next(length)
  }
  return { step: header.step, parameters, firstMoments, secondMoments }
}

const hashOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** Null when it is none; its hash was right, so that only another program can have written such a thing. */
function headerOf(text: string): Header | null {
  try {
    const { step, parameters } = JSON.parse(text) as Partial<Header>
    const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
    if (!isCount(step) || !Array.isArray(parameters)) return null
    return parameters.every(({ name, size }) => typeof name === 'string' && isCount(size))
      ? { step, parameters }
      : null
  } catch {
    return null
  }
}

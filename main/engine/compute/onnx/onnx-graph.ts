import type { Shape } from '../../graph/index.ts'
import { littleEndian, Message } from './protobuf.ts'

/** Element types of ONNX (TensorProto.DataType) that are used here. */
export const elementTypes = { float: 1, int32: 6, int64: 7, bool: 9 } as const
export type ElementType = keyof typeof elementTypes

/** A whole number or several, a real one, a text or a subgraph. */
export type Attribute = number | { readonly real: number } | string | readonly number[] | OnnxGraph

/** A name instead of a number is a length that is only known when the model runs. */
export type OnnxShape = readonly (number | string)[]

/** Numbers the values of one model, subgraphs included, since their names share one space. */
export class Names {
  private count = 0
  next(): string {
    return `#t${this.count++}`
  }
}

/** One GraphProto under construction (onnx.proto of the ONNX project, IR version 10). */
export class OnnxGraph {
  readonly names: Names
  private readonly message = new Message()
  private readonly constants = new Map<string, string>()

  constructor(name: string, names: Names) {
    this.names = names
    this.message.string(2, name)
  }

  input(name: string, type: ElementType, shape: OnnxShape): string {
    this.message.message(11, valueInfo(name, type, shape))
    return name
  }

  output(name: string, type: ElementType, shape: OnnxShape): void {
    this.message.message(12, valueInfo(name, type, shape))
  }

  initializer(name: string, values: Float32Array | BigInt64Array | Uint8Array, shape: Shape): string {
    const type = values instanceof Float32Array ? 'float' : values instanceof BigInt64Array ? 'int64' : 'bool'
    const tensor = new Message()
    for (const axis of shape) tensor.int(1, axis)
    tensor.int(2, elementTypes[type]).string(8, name)
    tensor.raw(9, values instanceof Uint8Array ? values : littleEndian(values))
    this.message.message(5, tensor)
    return name
  }

  /** A one-dimensional int64 constant: axes, shapes, pads. */
  whole(values: readonly number[]): string {
    return this.once(`i ${values.join(' ')}`, (name) =>
      this.initializer(name, BigInt64Array.from(values, BigInt), [values.length]),
    )
  }

  /** A float constant without axes. */
  scalar(value: number): string {
    return this.once(`f ${value}`, (name) => this.initializer(name, Float32Array.of(value), []))
  }

  /** A row of ones, 1 x `length`. */
  ones(length: number): string {
    return this.once(`1 ${length}`, (name) =>
      this.initializer(name, new Float32Array(length).fill(1), [1, length]),
    )
  }

  /** Appends a node of one output and gives the output's name. */
  op(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    output = this.names.next(),
  ): string {
    this.node(type, inputs, attributes, [output])
    return output
  }

  node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: readonly string[],
  ): void {
    const node = new Message()
    for (const input of inputs) node.string(1, input)
    for (const output of outputs) node.string(2, output)
    node.string(3, `${type} ${outputs[0] ?? ''}`).string(4, type)
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value))
    this.message.message(1, node)
  }

  toMessage(): Message {
    return this.message
  }

  private once(key: string, make: (name: string) => string): string {
    const known = this.constants.get(key)
    if (known !== undefined) return known
    const made = make(this.names.next())
    this.constants.set(key, made)
    return made
  }
}

function attribute(name: string, value: Attribute): Message {
  const message = new Message().string(1, name)
  if (typeof value === 'number') return message.int(3, value).int(20, 2)
  if (typeof value === 'string') return message.string(4, value).int(20, 3)
  if (value instanceof OnnxGraph) return message.message(6, value.toMessage()).int(20, 5)
  if ('real' in value) return message.float(2, value.real).int(20, 1)
  for (const each of value) message.int(8, each)
  return message.int(20, 7)
}

function valueInfo(name: string, type: ElementType, shape: OnnxShape): Message {
  const dims = new Message()
  for (const axis of shape)
    dims.message(1, typeof axis === 'number' ? new Message().int(1, axis) : new Message().string(2, axis))
  const tensor = new Message().int(1, elementTypes[type]).message(2, dims)
  return new Message().string(1, name).message(2, new Message().message(1, tensor))
}

/** Opset 21 (ONNX 1.16) is the newest whose operators onnxruntime has on all its providers; IR version 10 goes with it. */
export const opset = 21

/** The whole ModelProto as bytes; `metadata` are its metadata_props. */
export function modelBytes(graph: OnnxGraph, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const model = new Message()
    .int(1, 10)
    .string(2, 'causalloy')
    .message(7, graph.toMessage())
    .message(8, new Message().string(1, '').int(2, opset))
  for (const [key, value] of Object.entries(metadata))
    model.message(14, new Message().string(1, key).string(2, value))
  return model.bytes()
}

import { sizeOf, type Graph, type Parameters, type ParameterRule, type Shape } from '../../graph/index.ts'

/** Where a parameter lies in its block. */
export interface Member {
  readonly name: string
  /** Its place among the rules. */
  readonly rule: number
  readonly shape: Shape
  readonly start: number
  readonly size: number
}

/** Parameters that are moved as one vector, since a loop spends more on small operators than on what they do. */
export interface Block {
  readonly name: string
  readonly rate: number
  readonly decay: number
  readonly size: number
  /** Its member's own when there is one, else flat. */
  readonly shape: Shape
  readonly members: readonly Member[]
}

/** Up to here copying a parameter in and out of its block costs less than a dozen operators of its own. */
const small = 16384

/** Small parameters of one rate and decay together, every large one alone. Throws an Error for one that the graph lacks. */
export function blocksOf(graph: Graph, rules: readonly ParameterRule[]): Block[] {
  const shapes = new Map(
    graph.nodes.flatMap((node) => (node.op === 'parameter' ? [[node.name, node.shape]] : [])),
  )
  const keyed = Map.groupBy(
    rules.map((rule, index) => ({ rule, index, shape: shapeOf(shapes, rule.name) })),
    ({ rule, index, shape }) => (sizeOf(shape) > small ? `${index}` : `of ${rule.rate} ${rule.decay}`),
  )
  return [...keyed.values()].map((parts, i) => {
    let size = 0
    const members = parts.map(({ rule, index, shape }) => {
      const start = size
      size += sizeOf(shape)
      return { name: rule.name, rule: index, shape, start, size: size - start }
    })
    const [{ rule, shape }] = parts as [(typeof parts)[number]]
    const { rate, decay } = rule
    return { name: `block ${i}`, rate, decay, size, shape: parts.length === 1 ? shape : [size], members }
  })
}

function shapeOf(shapes: ReadonlyMap<string, Shape>, name: string): Shape {
  const shape = shapes.get(name)
  if (shape === undefined) throw new Error(`the graph has no parameter "${name}"`)
  return shape
}

/** One flat vector of a block's members, copied. Throws an Error for a member that is absent or of another size. */
export function toBlock({ members, size }: Block, tensors: Parameters): Float32Array {
  const flat = new Float32Array(size)
  for (const member of members) {
    const values = tensors[member.name]
    if (values?.length !== member.size)
      throw new Error(`the state does not hold the values of "${member.name}"`)
    flat.set(values, member.start)
  }
  return flat
}

/** The members' values as views of the block. */
export function fromBlock({ members }: Block, flat: Float32Array): [string, Float32Array][] {
  return members.map(({ name, start, size }) => [name, flat.subarray(start, start + size)])
}

import { leaves, type GraphNode, type NodeId, type TrainingStep } from '../../graph/index.ts'
import { movedMoments, movedWeights, thinMoments, thinProduct } from './adamw.ts'
import { blocksOf, type Block } from './blocks.ts'
import { modelBytes, Names, OnnxGraph } from './onnx-graph.ts'
import { translate } from './translate.ts'

/** Names of the loop model's inputs and outputs; a state comes out under the name it went in by, with `new `. */
export const names = {
  count: 'count',
  losses: 'losses',
  epsilon: 'epsilon',
  leaf: (node: { readonly name: string }): string => `in ${node.name}`,
  weights: (block: string): string => `w ${block}`,
  first: (block: string): string => `m ${block}`,
  second: (block: string): string => `v ${block}`,
  rate: (block: string): string => `rate ${block}`,
  decay: (block: string): string => `decay ${block}`,
  after: (name: string): string => `new ${name}`,
} as const

/** The three vectors that a loop carries for each block. */
export const kinds = ['weights', 'first', 'second'] as const

export interface TrainingModel {
  readonly bytes: Uint8Array
  readonly blocks: readonly Block[]
  readonly dataInputs: readonly NodeId[]
  readonly stepInputs: readonly NodeId[]
  /** Parameters that the loss needs and no rule moves. */
  readonly frozen: readonly NodeId[]
}

const named = (node: GraphNode): string => {
  if (node.op !== 'input' && node.op !== 'parameter') throw new Error(`${node.op} has no name`)
  return node.name
}

/**
 * A model that takes `count` training steps in one ONNX Loop (onnx.ai/onnx/operators/onnx__Loop.html). Parameters and both
 * moments are carried by the loop; inputs of a step are gathered by the number of the iteration; the losses are its scan
 * output. What no step changes is computed once, before the loop.
 */
export function trainingModel(step: TrainingStep): TrainingModel {
  const { graph, loss } = step
  const outputs = [loss, ...step.gradients]
  const blocks = blocksOf(graph, step.rules)
  const thin = blocks.map((block) => thinProduct(step, block))
  const all = new Names()
  const main = new OnnxGraph('training', all)
  const body = new OnnxGraph('step', all)
  const inputs = leaves(graph, outputs, 'input')
  const dataInputs = inputs.filter((id) => isData(graph.nodes[id]!))
  const stepInputs = inputs.filter((id) => !isData(graph.nodes[id]!))
  const moved = new Set(step.rules.map(({ name }) => name))
  const frozen = leaves(graph, outputs, 'parameter').filter((id) => !moved.has(named(graph.nodes[id]!)))

  main.input(names.count, 'int64', [])
  for (const id of [...dataInputs, ...frozen]) inputOf(main, graph.nodes[id]!, [])
  for (const id of stepInputs) inputOf(main, graph.nodes[id]!, ['count'])
  main.input(names.epsilon, 'float', ['count'])
  const iteration = body.input(all.next(), 'int64', [])
  const condition = body.input(all.next(), 'bool', [])
  body.output(body.op('Identity', [condition]), 'bool', [])
  const ofStep = (name: string): string => body.op('Gather', [name, iteration], { axis: 0 })

  const carried = blocks.map((block) => carry(main, body, block))
  const weights = new Map(carried.flatMap((own) => [...own.members]))
  const changing = changingNodes(step, moved)
  const needed = blocks.flatMap(
    ({ members }, i) => thin[i]?.factors ?? members.map(({ rule }) => step.gradients[rule]!),
  )
  const value = translate(
    graph,
    [loss, ...needed],
    (id) => (changing[id] === true ? body : main),
    (id) => {
      const name = named(graph.nodes[id]!)
      const fed = names.leaf({ name })
      if (graph.nodes[id]!.op === 'parameter') return weights.get(name) ?? fed
      return stepInputs.includes(id) ? ofStep(fed) : fed
    },
  )
  const e = ofStep(names.epsilon)
  const next = carried.map((own, i) => {
    const { block } = own
    const a = ofStep(main.input(names.rate(block.name), 'float', ['count']))
    const d = block.decay === 0 ? null : ofStep(main.input(names.decay(block.name), 'float', ['count']))
    const product = thin[i]!
    const gradient = (): string =>
      together(
        body,
        block.members.map(({ rule }) => value(step.gradients[rule]!)),
      )
    const moments =
      product === null
        ? movedMoments(body, step, own, gradient())
        : thinMoments(body, step, own, product, product.factors.map(value))
    return { ...moments, weights: movedWeights(body, own.weights, moments, { a, e, d }) }
  })
  carried.forEach(({ block }, i) => {
    for (const kind of kinds) body.output(next[i]![kind], 'float', block.shape)
  })
  body.output(body.op('Reshape', [value(loss), body.whole([])]), 'float', [])

  const states = blocks.flatMap(({ name, shape }) =>
    kinds.map((kind) => ({ name: names[kind](name), shape })),
  )
  main.node('Loop', [names.count, '', ...states.map(({ name }) => name)], { body }, [
    ...states.map(({ name }) => names.after(name)),
    names.losses,
  ])
  for (const { name, shape } of states) main.output(names.after(name), 'float', shape)
  main.output(names.losses, 'float', ['count'])
  return { bytes: modelBytes(main), blocks, dataInputs, stepInputs, frozen }
}

const isData = (node: GraphNode): boolean => node.op === 'input' && node.per === 'data'

function inputOf(main: OnnxGraph, node: GraphNode, lead: readonly string[]): void {
  const type = node.op === 'input' && node.type === 'i32' ? 'int32' : 'float'
  main.input(names.leaf({ name: named(node) }), type, [...lead, ...node.shape])
}

/** Nodes that differ from step to step: those that depend on what is fed for a step or on a parameter that moves. */
function changingNodes({ graph }: TrainingStep, moved: ReadonlySet<string>): boolean[] {
  const changing: boolean[] = []
  for (const node of graph.nodes)
    changing.push(
      (node.op === 'input' && node.per === 'step') ||
        (node.op === 'parameter' && moved.has(node.name)) ||
        node.inputs.some((input) => changing[input] === true),
    )
  return changing
}

interface Carried {
  readonly block: Block
  readonly weights: string
  readonly first: string
  readonly second: string
  /** Each member's weights in its own shape, by name. */
  readonly members: readonly (readonly [string, string])[]
}

/** Inputs of a block in the model and in the loop's body, and its members cut out of it. */
function carry(main: OnnxGraph, body: OnnxGraph, block: Block): Carried {
  const [weights, first, second] = kinds.map((kind) => {
    const outer = main.input(names[kind](block.name), 'float', block.shape)
    return body.input(`carried ${outer}`, 'float', block.shape)
  }) as [string, string, string]
  const own = { block, weights, first, second }
  const { members } = block
  if (members.length === 1) return { ...own, members: [[members[0]!.name, weights]] }
  const parts = members.map(() => body.names.next())
  body.node('Split', [weights, body.whole(members.map(({ size }) => size))], { axis: 0 }, parts)
  const shaped = members.map(
    ({ name, shape }, i) => [name, body.op('Reshape', [parts[i]!, body.whole(shape)])] as const,
  )
  return { ...own, members: shaped }
}

function together(body: OnnxGraph, values: readonly string[]): string {
  if (values.length === 1) return values[0]!
  const parts = values.map((value) => body.op('Reshape', [value, body.whole([-1])]))
  return body.op('Concat', parts, { axis: 0 })
}

import {
  leaves,
  type Graph,
  type GraphNode,
  type NodeId,
  type TrainingState,
  type TrainingStep,
} from '../../graph/index.ts'

export type InputNode = Extract<GraphNode, { op: 'input' }>
export type ParameterNode = Extract<GraphNode, { op: 'parameter' }>

/** The inputs that `outputs` depend on. */
export function graphInputs(graph: Graph, outputs: readonly NodeId[]): InputNode[] {
  return leaves(graph, outputs, 'input').map((id) => graph.nodes[id] as InputNode)
}

export function graphParameters(graph: Graph, outputs: readonly NodeId[]): ParameterNode[] {
  return leaves(graph, outputs, 'parameter').map((id) => graph.nodes[id] as ParameterNode)
}

/** Throws an Error, a fault of the program, when the state lacks values or moments of a parameter. */
export function checkState(step: TrainingStep, state: TrainingState): void {
  for (const [name, weights] of Object.entries(state.parameters)) {
    for (const moments of [state.firstMoments[name], state.secondMoments[name]])
      if (moments?.length !== weights.length)
        throw new Error(`the moments of "${name}" do not fit its values`)
  }
  for (const { name } of step.rules)
    if (state.parameters[name] === undefined) throw new Error(`the state holds no "${name}"`)
}

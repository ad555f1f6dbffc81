import { GraphBuilder, type Graph, type NodeId } from '../../main/engine/graph/index.ts'

/** A graph whose evaluation takes the reference a minute or more, in one call without a pause. */
export function slowGraph(): { readonly graph: Graph; readonly result: NodeId } {
  const b = new GraphBuilder()
  const kernel = b.constant(new Float32Array(8 * 8 * 31 * 31), [8, 8, 31, 31])
  let result = b.constant(new Float32Array(8 * 256 * 256), [1, 8, 256, 256])
  for (let i = 0; i < 20; i++) result = b.conv2d(result, kernel, { padding: 15 })
  return { graph: b.graph, result }
}

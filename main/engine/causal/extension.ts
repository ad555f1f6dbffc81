import { adjacent, copyGraph, directed, disconnect, orient, undirected, type MixedGraph } from './graph.ts'

/**
 * A DAG with the same joined pairs, the same arrows and no new unshielded collider, or null when there is
 * none (Dor & Tarsi 1992): a graph without one is contradictory and nothing may be estimated on it.
 */
export function dagExtension(graph: MixedGraph): MixedGraph | null {
  const p = graph.size
  const out = copyGraph(graph)
  const rest = copyGraph(graph)
  const alive = new Uint8Array(p).fill(1)
  for (let left = p; left > 0; left--) {
    let sink = -1
    for (let x = 0; x < p && sink < 0; x++) if (alive[x] === 1 && isRemovable(rest, x)) sink = x
    if (sink < 0) return null
    for (let y = 0; y < p; y++) {
      if (undirected(rest, y, sink)) orient(out, y, sink)
      disconnect(rest, y, sink)
    }
    alive[sink] = 0
  }
  return out
}

function isRemovable(g: MixedGraph, x: number): boolean {
  const p = g.size
  for (let y = 0; y < p; y++) if (directed(g, x, y)) return false
  for (let y = 0; y < p; y++) {
    if (!undirected(g, x, y)) continue
    for (let w = 0; w < p; w++) if (w !== y && adjacent(g, w, x) && !adjacent(g, w, y)) return false
  }
  return true
}

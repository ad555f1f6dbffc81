import type { CausalEdge, EdgeTriple } from '../../contract/index.ts'

/**
 * A mixed graph of p nodes with directed and undirected edges. `ends` is p x p, row-major:
 * ends[i p + j] = 1 means that the edge between i and j may run from i to j. Hence i → j is (1, 0),
 * i — j is (1, 1) and no edge is (0, 0).
 */
export interface MixedGraph {
  readonly size: number
  readonly ends: Uint8Array
}

export function emptyGraph(size: number): MixedGraph {
  return { size, ends: new Uint8Array(size * size) }
}

export function copyGraph(graph: MixedGraph): MixedGraph {
  return { size: graph.size, ends: graph.ends.slice() }
}

export function adjacent(g: MixedGraph, i: number, j: number): boolean {
  return g.ends[i * g.size + j] === 1 || g.ends[j * g.size + i] === 1
}

export function directed(g: MixedGraph, i: number, j: number): boolean {
  return g.ends[i * g.size + j] === 1 && g.ends[j * g.size + i] === 0
}

export function undirected(g: MixedGraph, i: number, j: number): boolean {
  return g.ends[i * g.size + j] === 1 && g.ends[j * g.size + i] === 1
}

export function join(g: MixedGraph, i: number, j: number): void {
  g.ends[i * g.size + j] = 1
  g.ends[j * g.size + i] = 1
}

export function orient(g: MixedGraph, from: number, to: number): void {
  g.ends[from * g.size + to] = 1
  g.ends[to * g.size + from] = 0
}

export function disconnect(g: MixedGraph, i: number, j: number): void {
  g.ends[i * g.size + j] = 0
  g.ends[j * g.size + i] = 0
}

/** Nodes joined to i by any edge, ascending. */
export function neighbours(g: MixedGraph, i: number): number[] {
  const out: number[] = []
  for (let j = 0; j < g.size; j++) if (adjacent(g, i, j)) out.push(j)
  return out
}

export function parentsOf(g: MixedGraph, i: number): number[] {
  const out: number[] = []
  for (let j = 0; j < g.size; j++) if (directed(g, j, i)) out.push(j)
  return out
}

export function siblingsOf(g: MixedGraph, i: number): number[] {
  const out: number[] = []
  for (let j = 0; j < g.size; j++) if (undirected(g, i, j)) out.push(j)
  return out
}

/**
 * Nodes that can be reached from `start` (itself left out unless on a cycle). `through` false follows
 * directed edges only, true also undirected ones; nodes with barred[i] = 1 are never entered.
 */
export function reachable(g: MixedGraph, start: number, through: boolean, barred?: Uint8Array): Uint8Array {
  const p = g.size
  const seen = new Uint8Array(p)
  const stack = [start]
  while (stack.length > 0) {
    const i = stack.pop()!
    for (let j = 0; j < p; j++) {
      if (seen[j] === 1 || g.ends[i * p + j] === 0 || barred?.[j] === 1) continue
      if (!through && g.ends[j * p + i] === 1) continue
      seen[j] = 1
      stack.push(j)
    }
  }
  return seen
}

export function hasDirectedPath(g: MixedGraph, from: number, to: number): boolean {
  return reachable(g, from, false)[to] === 1
}

/** A directed cycle as its nodes in order, or null. */
export function directedCycle(g: MixedGraph): number[] | null {
  const p = g.size
  const state = new Uint8Array(p)
  const path: number[] = []
  const visit = (i: number): number[] | null => {
    state[i] = 1
    path.push(i)
    for (let j = 0; j < p; j++) {
      if (!directed(g, i, j)) continue
      if (state[j] === 1) return path.slice(path.indexOf(j))
      if (state[j] === 0) {
        const cycle = visit(j)
        if (cycle !== null) return cycle
      }
    }
    path.pop()
    state[i] = 2
    return null
  }
  for (let i = 0; i < p; i++) {
    if (state[i] !== 0) continue
    const cycle = visit(i)
    if (cycle !== null) return cycle
  }
  return null
}

/** Unshielded colliders a → b ← c with a < c, as keys (a p + b) p + c. */
export function unshieldedColliders(g: MixedGraph): Set<number> {
  const out = new Set<number>()
  for (let b = 0; b < g.size; b++) {
    const parents = parentsOf(g, b)
    for (const [k, a] of parents.entries())
      for (const c of parents.slice(k + 1)) if (!adjacent(g, a, c)) out.add(tripleKey(g.size, a, b, c))
  }
  return out
}

/** Key of the unordered triple a, c around the middle b. */
export function tripleKey(size: number, a: number, b: number, c: number): number {
  return a < c ? (a * size + b) * size + c : (c * size + b) * size + a
}

/** Edges as triples, ordered by node number. */
export function toTriples(g: MixedGraph, names: readonly string[]): EdgeTriple[] {
  const out: EdgeTriple[] = []
  for (let i = 0; i < g.size; i++) {
    for (let j = i + 1; j < g.size; j++) {
      if (undirected(g, i, j)) out.push([names[i]!, '--', names[j]!])
      else if (directed(g, i, j)) out.push([names[i]!, '-->', names[j]!])
      else if (directed(g, j, i)) out.push([names[j]!, '-->', names[i]!])
    }
  }
  return out
}

export function triplesOf(edges: readonly (EdgeTriple | CausalEdge)[]): EdgeTriple[] {
  return edges.map((e) => ('mark' in e ? [e.from, e.mark, e.to] : e))
}

import type { EdgeTriple, Knowledge } from '../../contract/index.ts'
import { dagExtension } from './extension.ts'
import {
  adjacent,
  copyGraph,
  directed,
  directedCycle,
  emptyGraph,
  join,
  orient,
  toTriples,
  undirected,
  unshieldedColliders,
  type MixedGraph,
} from './graph.ts'
import { meekClosure } from './meek.ts'

/** The graph of the triples on `nodes`; a conflict edge '<->' is read as undirected. Unknown names are left out. */
export function graphOf(nodes: readonly string[], triples: readonly EdgeTriple[]): MixedGraph {
  const index = new Map(nodes.map((name, i) => [name, i]))
  const g = emptyGraph(nodes.length)
  for (const [a, mark, b] of triples) {
    const i = index.get(a)
    const j = index.get(b)
    if (i === undefined || j === undefined || i === j) continue
    if (mark === '-->') orient(g, i, j)
    else join(g, i, j)
  }
  return g
}

/** One statement of knowledge in a form that can be taken away by itself. */
export interface KnowledgeItem {
  readonly text: string
  /** Pairs that must be an edge from the first to the second. */
  readonly required: readonly (readonly [string, string])[]
  /** Pairs that must not be an edge from the first to the second. */
  readonly forbidden: readonly (readonly [string, string])[]
}

/** Knowledge as single statements; a list of tiers becomes one statement for each pair of tiers. */
export function knowledgeItems(knowledge: Knowledge): KnowledgeItem[] {
  const items: KnowledgeItem[] = []
  for (const pair of knowledge.required)
    items.push({ text: `required ${pair[0]} --> ${pair[1]}`, required: [pair], forbidden: [] })
  for (const pair of knowledge.forbidden)
    items.push({ text: `forbidden ${pair[0]} --> ${pair[1]}`, required: [], forbidden: [pair] })
  for (const [k, early] of knowledge.tiers.entries()) {
    for (const late of knowledge.tiers.slice(k + 1)) {
      const forbidden = late.flatMap((from) => early.map((to) => [from, to] as const))
      if (forbidden.length > 0)
        items.push({
          text: `tier (${early.join(', ')}) before (${late.join(', ')})`,
          required: [],
          forbidden,
        })
    }
  }
  return items
}

/** The closure of `cpdag` under the items, or null when no DAG of its class satisfies them. */
export function closeItems(
  cpdag: MixedGraph,
  indexOf: ReadonlyMap<string, number>,
  items: readonly KnowledgeItem[],
): MixedGraph | null {
  const g = copyGraph(cpdag)
  for (const item of items) {
    for (const [a, b] of item.required) {
      const i = indexOf.get(a)
      const j = indexOf.get(b)
      if (i === undefined || j === undefined || !adjacent(g, i, j) || directed(g, j, i)) return null
      orient(g, i, j)
    }
    for (const [a, b] of item.forbidden) {
      const i = indexOf.get(a)
      const j = indexOf.get(b)
      if (i === undefined || j === undefined) continue
      if (directed(g, i, j)) return null
      if (undirected(g, i, j)) orient(g, j, i)
    }
  }
  return closed(cpdag, g)
}

/** Closes `g`, which adds arrows to `cpdag`; null when that makes a cycle or a collider `cpdag` has not. Changes `g`. */
export function closed(cpdag: MixedGraph, g: MixedGraph): MixedGraph | null {
  meekClosure(g)
  if (directedCycle(g) !== null) return null
  const before = unshieldedColliders(cpdag)
  const after = unshieldedColliders(g)
  if (after.size !== before.size || [...after].some((key) => !before.has(key))) return null
  return dagExtension(g) === null ? null : g
}

/**
 * Knowledge brought into a CPDAG: an edge comes back directed exactly when all DAGs of the class that satisfy
 * the knowledge agree on it (Meek 1995, rules 1–4). 'contradiction' when there is no such DAG.
 * Tiers are causes first; forbidden [a, b] means not a → b; names outside `nodes` restrict nothing, but a
 * required edge to one is a contradiction.
 */
export function closeKnowledge(
  nodes: readonly string[],
  cpdag: readonly EdgeTriple[],
  knowledge: Knowledge,
): EdgeTriple[] | 'contradiction' {
  const index = new Map(nodes.map((name, i) => [name, i]))
  const g = closeItems(graphOf(nodes, cpdag), index, knowledgeItems(knowledge))
  return g === null ? 'contradiction' : toTriples(g, nodes)
}

/**
 * The smallest set of statements that cannot all hold in one DAG of the class of `cpdag` (sizes up to three are
 * searched in full; beyond that a set from which nothing can be left out), as plain text; null when there is none.
 */
export function explainContradiction(
  nodes: readonly string[],
  cpdag: readonly EdgeTriple[],
  knowledge: Knowledge,
): string[] | null {
  const index = new Map(nodes.map((name, i) => [name, i]))
  const graph = graphOf(nodes, cpdag)
  const holds = (items: readonly KnowledgeItem[]): boolean => closeItems(graph, index, items) !== null
  const all = knowledgeItems(knowledge)
  if (holds(all)) return null
  for (const [i, one] of all.entries()) {
    if (!holds([one])) return [one.text]
    if (all.length > 60) continue
    for (const two of all.slice(i + 1)) if (!holds([one, two])) return [one.text, two.text]
  }
  if (all.length <= 24)
    for (const [i, one] of all.entries())
      for (const [j, two] of all.slice(i + 1).entries())
        for (const three of all.slice(i + j + 2))
          if (!holds([one, two, three])) return [one.text, two.text, three.text]
  let kept = all
  for (const item of all) {
    const without = kept.filter((other) => other !== item)
    if (!holds(without)) kept = without
  }
  return kept.map((item) => item.text)
}

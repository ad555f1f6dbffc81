import { closed } from './closure.ts'
import { dagExtension } from './extension.ts'
import {
  adjacent,
  copyGraph,
  directed,
  directedCycle,
  orient,
  parentsOf,
  reachable,
  siblingsOf,
  undirected,
  type MixedGraph,
} from './graph.ts'
import { tierEarlier, tierLater, tierSame } from './knowledge.ts'
import { guardedMeekClosure } from './meek.ts'

/** One value the effect can have in the class of graphs: zero, or a regression with this adjustment set. */
export interface PossibleEffect {
  /** True when the treatment is no ancestor of the outcome in this member of the class. */
  readonly zero: boolean
  /** True when tiers alone make the adjustment set valid, whatever the graph says of paths between tiers. */
  readonly byTiers: boolean
  /** Adjustment set to use; null when none exists because the outcome acts on the treatment. */
  readonly given: readonly number[] | null
  /** Further valid sets, most efficient first; smaller sets to fall back on when rows are few. */
  readonly others: readonly (readonly number[])[]
}

export interface Identification {
  readonly identified: boolean
  readonly members: readonly PossibleEffect[]
  /** Why not, in plain words; null when identified. */
  readonly reason: string | null
}

/** A graph with what is worked out once for all effects on it. */
export interface EffectGraph {
  readonly graph: MixedGraph
  /** Standing of v to x, p x p: see tierRelation. */
  readonly relation: Int8Array
  /** False when no DAG agrees with the graph; only tiers can then carry an estimate. */
  readonly extendable: boolean
  readonly variants: Map<number, Variant[]>
}

interface Variant {
  readonly graph: MixedGraph
  readonly dag: MixedGraph | null
}

const openEdgeLimit = 6

export function effectGraph(graph: MixedGraph, relation: Int8Array): EffectGraph {
  return { graph, relation, extendable: dagExtension(graph) !== null, variants: new Map() }
}

/**
 * Which adjustment sets give the total effect of x on y. One member means that every DAG of the class gives the
 * same answer (amenability, Perković et al. 2018); otherwise each way to settle the open edges at x that a DAG
 * allows is one member (IDA, Maathuis et al. 2009, in the form of Fang & He 2020 for knowledge).
 *
 * With y in a later tier the set is every column that is not of a later tier than x and cannot be its
 * descendant, with the parents of x: valid whatever the graph says between tiers, since it holds every parent of x
 * and no descendant. In the same tier: all earlier tiers and the parents. Without tiers the optimal set
 * O(x, y) of Henckel et al. (2022), which rests on the graph alone.
 */
export function identify(on: EffectGraph, x: number, y: number): Identification {
  const { graph: g } = on
  const standing = on.relation[y * g.size + x]
  if (standing === tierEarlier)
    return {
      identified: true,
      members: [{ zero: true, byTiers: true, given: null, others: [] }],
      reason: null,
    }
  const siblings = siblingsOf(g, x)
  const barred = new Uint8Array(g.size)
  for (const parent of parentsOf(g, x)) barred[parent] = 1
  barred[x] = 1
  const open = siblings.filter((v) => v === y || reachable(g, v, true, barred)[y] === 1)
  const tiered = standing === tierLater
  if (open.length === 0 && (on.extendable || tiered)) {
    const dag = on.extendable ? dagExtension(g) : null
    return { identified: true, members: [memberOf(on, { graph: g, dag }, x, y)], reason: null }
  }
  if (!on.extendable && !tiered)
    return { identified: false, members: [], reason: 'no acyclic graph agrees with all directions found' }
  if (siblings.length > openEdgeLimit)
    return { identified: false, members: [], reason: `${siblings.length} edges of the treatment are open` }
  const members = distinct(variantsOf(on, x).map((variant) => memberOf(on, variant, x, y)))
  if (members.length === 1) return { identified: true, members, reason: null }
  const reason =
    members.length === 0
      ? 'no direction of the open edges of the treatment is free of contradiction'
      : 'the direction of an edge between the treatment and another column is open'
  return { identified: false, members, reason }
}

/** The graphs in which the open edges at x are settled, one for each choice that the class allows. */
function variantsOf(on: EffectGraph, x: number): Variant[] {
  const known = on.variants.get(x)
  if (known !== undefined) return known
  const g = on.graph
  const siblings = siblingsOf(g, x)
  const out: Variant[] = []
  for (let choice = 0; choice < 1 << siblings.length; choice++) {
    const h = copyGraph(g)
    for (const [k, v] of siblings.entries()) {
      if ((choice >> k) & 1) orient(h, v, x)
      else orient(h, x, v)
    }
    if (on.extendable) {
      if (closed(g, h) !== null) out.push({ graph: h, dag: dagExtension(h) })
    } else if (newParentsAgree(g, h, x) && directedCycle(h) === null) {
      guardedMeekClosure(h, new Set())
      out.push({ graph: h, dag: null })
    }
  }
  on.variants.set(x, out)
  return out
}

/** No new unshielded collider at x. */
function newParentsAgree(g: MixedGraph, h: MixedGraph, x: number): boolean {
  const parents = parentsOf(h, x)
  return parents.every((a) => !undirected(g, a, x) || parents.every((b) => a === b || adjacent(g, a, b)))
}

function memberOf(on: EffectGraph, { graph: g, dag }: Variant, x: number, y: number): PossibleEffect {
  const standing = (v: number): number => on.relation[v * g.size + x]!
  const parents = parentsOf(g, x)
  const notParents = new Uint8Array(g.size)
  for (const parent of parents) notParents[parent] = 1
  const below = reachable(g, x, true, notParents)
  const zero = dag === null ? below[y] !== 1 : reachable(dag, x, false)[y] !== 1
  const rest = Array.from({ length: g.size }, (_, v) => v).filter(
    (v) => v !== x && v !== y && (parents.includes(v) || below[v] !== 1),
  )
  const others: number[][] = []
  const optimal = dag !== null && !zero ? optimalSet(dag, x, y) : null
  if (optimal !== null) others.push(optimal)
  if (!parents.includes(y)) others.push(parents)
  if (standing(y) === tierLater) {
    const given = rest.filter(
      (v) => standing(v) === tierEarlier || standing(v) === tierSame || parents.includes(v),
    )
    return { zero, byTiers: true, given, others }
  }
  const source = dag ?? g
  if (parents.includes(y) || reachable(source, y, false)[x] === 1)
    return { zero: true, byTiers: false, given: null, others: [] }
  const earlier = rest.filter((v) => standing(v) === tierEarlier || parents.includes(v))
  const isTiered = earlier.some((v) => standing(v) === tierEarlier)
  return { zero, byTiers: false, given: isTiered || optimal === null ? earlier : optimal, others }
}

/** O(x, y): parents of the nodes on directed paths from x to y that are neither on them nor below x. */
export function optimalSet(dag: MixedGraph, x: number, y: number): number[] {
  const p = dag.size
  const below = reachable(dag, x, false)
  const onPath = new Uint8Array(p)
  for (let v = 0; v < p; v++)
    if (below[v] === 1 && (v === y || reachable(dag, v, false)[y] === 1)) onPath[v] = 1
  const out: number[] = []
  for (let v = 0; v < p; v++) {
    if (v === x || below[v] === 1) continue
    for (let w = 0; w < p; w++) {
      if (onPath[w] === 1 && directed(dag, v, w)) {
        out.push(v)
        break
      }
    }
  }
  return out
}

function distinct(members: readonly PossibleEffect[]): PossibleEffect[] {
  const seen = new Map<string, PossibleEffect>()
  for (const member of members) {
    const key = `${member.zero} ${member.given?.join() ?? '-'}`
    if (!seen.has(key)) seen.set(key, member)
  }
  return [...seen.values()]
}

import {
  adjacent,
  directed,
  directedCycle,
  disconnect,
  hasDirectedPath,
  neighbours,
  orient,
  tripleKey,
  undirected,
  type MixedGraph,
} from './graph.ts'
import { guardedMeekClosure } from './meek.ts'
import { allowedGiven, eachSubset, type Skeleton } from './skeleton.ts'
import type { SearchInput } from './types.ts'

type Triple = readonly [number, number, number]

export interface Orientation {
  readonly ambiguous: Triple[]
  readonly conflicts: Triple[]
  readonly dropped: [number, number][]
  readonly testCount: number
}

/** Sets larger than this many per pair are not searched for a vote; ample for sparse graphs. */
const voteLimit = 20_000

/**
 * Directs the edges of a skeleton in place: knowledge first, then colliders by the vote of all separating sets
 * (Ramsey et al. 2006; majority rule of Colombo & Maathuis 2014), strongest vote first, then Meek's rules.
 * Never makes a directed cycle.
 */
export function orientSkeleton(skeleton: Skeleton, input: SearchInput): Orientation {
  const { graph } = skeleton
  const dropped = orientKnowledge(graph, input, skeleton)
  const { votes, testCount } = colliderVotes(skeleton, input)
  const ambiguous = votes.filter((v) => v.share === 0.5).map((v) => v.triple)
  const conflicts: Triple[] = []
  for (const { triple } of votes.filter((v) => v.share < 0.5)) {
    const [a, b, c] = triple
    if (!mayPoint(graph, a, b) || !mayPoint(graph, c, b)) conflicts.push(triple)
    else {
      orient(graph, a, b)
      if (mayPoint(graph, c, b)) orient(graph, c, b)
      else conflicts.push(triple)
    }
  }
  const blocked = new Set(ambiguous.map(([a, b, c]) => tripleKey(graph.size, a, b, c)))
  guardedMeekClosure(graph, blocked)
  return { ambiguous, conflicts, dropped, testCount }
}

function mayPoint(g: MixedGraph, from: number, to: number): boolean {
  if (directed(g, from, to)) return true
  return undirected(g, from, to) && !hasDirectedPath(g, to, from)
}

/** Directs by knowledge; where that leaves a cycle, its weakest edge that is not required is taken out. */
function orientKnowledge(
  g: MixedGraph,
  { size: p, knowledge, test }: SearchInput,
  skeleton: Skeleton,
): [number, number][] {
  for (let i = 0; i < p; i++)
    for (let j = 0; j < p; j++)
      if (adjacent(g, i, j) && (knowledge.required[i * p + j] === 1 || knowledge.forbidden[j * p + i] === 1))
        orient(g, i, j)
  const dropped: [number, number][] = []
  for (let cycle = directedCycle(g); cycle !== null; cycle = directedCycle(g)) {
    let weakest: [number, number] | null = null
    let largestP = -1
    for (const [k, a] of cycle.entries()) {
      const b = cycle[(k + 1) % cycle.length]!
      if (knowledge.required[a * p + b] === 1) continue
      const pair = skeleton.pairs.find((e) => e.x === Math.min(a, b) && e.y === Math.max(a, b))
      const value = pair?.p ?? test.test(a, b, []).p
      if (value > largestP || weakest === null) {
        largestP = value
        weakest = [a, b]
      }
    }
    if (weakest === null) break
    disconnect(g, weakest[0], weakest[1])
    dropped.push(weakest)
  }
  return dropped
}

interface Vote {
  readonly triple: Triple
  /** Share of the separating sets that hold the middle node: 0 collider, 1 none, 0.5 ambiguous. */
  readonly share: number
  /**
   * What settles equal shares, so that names do not: the triple that fewer sets separate comes first (on reference sets
   * with shuffled names directed average precision 0.75, against 0.71 by name and 0.73 by largest p alone), then the
   * one with the larger p of a set without the middle node.
   */
  readonly separating: number
  readonly evidence: number
}

/** Votes on unshielded triples whose middle is not settled by arrows out of it, strongest collider first. */
function colliderVotes(skeleton: Skeleton, input: SearchInput): { votes: Vote[]; testCount: number } {
  const g = skeleton.graph
  const p = g.size
  const votes: Vote[] = []
  let testCount = 0
  const around = Array.from({ length: p }, (_, i) => neighbours(g, i))
  for (let a = 0; a < p; a++) {
    for (let c = a + 1; c < p; c++) {
      if (adjacent(g, a, c)) continue
      const middles = around[a]!.filter((b) => adjacent(g, b, c) && !directed(g, b, a) && !directed(g, b, c))
      if (middles.length === 0) continue
      const held = new Map(middles.map((b) => [b, 0]))
      const evidence = new Map(middles.map((b) => [b, 0]))
      let separating = 0
      let tried = 0
      const visit = (given: number[]): boolean => {
        if ((++testCount & 255) === 0) input.progress.check()
        const result = input.test.test(a, c, given)
        if (!result.untestable && result.p > input.alpha) {
          separating++
          for (const b of middles)
            if (!given.includes(b)) evidence.set(b, Math.max(evidence.get(b)!, result.p))
          for (const v of given) if (held.has(v)) held.set(v, held.get(v)! + 1)
        }
        return ++tried >= voteLimit
      }
      const fromA = allowedGiven(around[a]!, a, c, input.knowledge, p)
      const fromC = allowedGiven(around[c]!, a, c, input.knowledge, p)
      const inA = new Set(fromA)
      for (let size = 0; size <= skeleton.depth; size++) {
        eachSubset(fromA, size, visit)
        if (size > 0) eachSubset(fromC, size, (s) => (s.every((v) => inA.has(v)) ? false : visit(s)))
      }
      for (const b of middles)
        votes.push({
          triple: [a, b, c],
          share: separating === 0 ? 0.5 : held.get(b)! / separating,
          separating,
          evidence: evidence.get(b)!,
        })
    }
  }
  return {
    votes: votes.sort((u, v) => u.share - v.share || u.separating - v.separating || v.evidence - u.evidence),
    testCount,
  }
}

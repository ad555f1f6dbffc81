import { adjacent, disconnect, emptyGraph, join, neighbours, type MixedGraph } from './graph.ts'
import type { CompiledKnowledge } from './knowledge.ts'
import type { PairEvidence, SearchInput } from './types.ts'

export interface Skeleton {
  readonly graph: MixedGraph
  readonly pairs: PairEvidence[]
  readonly testCount: number
  /** Largest size of a conditioning set that was tested. */
  readonly depth: number
}

/** Calls `visit` with every subset of `items` of one size in lexicographic order; stops when it answers true. */
export function eachSubset(
  items: readonly number[],
  size: number,
  visit: (subset: number[]) => boolean,
): boolean {
  const n = items.length
  if (size > n) return false
  const at = Array.from({ length: size }, (_, i) => i)
  const subset = at.map((i) => items[i]!)
  for (;;) {
    if (visit(subset)) return true
    let i = size - 1
    while (i >= 0 && at[i] === n - size + i) i--
    if (i < 0) return false
    at[i]!++
    for (let j = i + 1; j < size; j++) at[j] = at[j - 1]! + 1
    for (let j = i; j < size; j++) subset[j] = items[at[j]!]!
  }
}

/** Nodes of `items` that may stand in a conditioning set of x and y: none of a later tier than both. */
export function allowedGiven(
  items: readonly number[],
  x: number,
  y: number,
  { later }: CompiledKnowledge,
  size: number,
): number[] {
  return items.filter((v) => v !== x && v !== y && !(later[v * size + x] === 1 && later[v * size + y] === 1))
}

interface Best {
  p: number
  statistic: number
  given: number[]
}

/**
 * Skeleton by PC-stable (Colombo & Maathuis 2014): conditioning sets come from the neighbours at the start of each
 * level, so that the order of columns does not matter. Required pairs stay, pairs forbidden both ways never join,
 * and a pair that no rows can test stays joined when evidence is kept (nothing says that it is independent), but
 * not in a resample.
 */
export function pcSkeleton(input: SearchInput): Skeleton {
  const { size: p, test, alpha, knowledge, evidence, progress } = input
  const graph = emptyGraph(p)
  const best: (Best | undefined)[] = []
  const fixed = (x: number, y: number): boolean =>
    knowledge.required[x * p + y] === 1 || knowledge.required[y * p + x] === 1
  for (let x = 0; x < p; x++)
    for (let y = x + 1; y < p; y++)
      if (fixed(x, y) || knowledge.forbidden[x * p + y] === 0 || knowledge.forbidden[y * p + x] === 0)
        join(graph, x, y)

  let testCount = 0
  let depth = 0
  for (let level = 0; ; level++) {
    const before = Array.from({ length: p }, (_, i) => neighbours(graph, i))
    let tested = false
    for (let x = 0; x < p; x++) {
      for (let y = x + 1; y < p; y++) {
        if (!adjacent(graph, x, y)) continue
        const required = fixed(x, y)
        let separated = false
        let answered = false
        const visit = (given: number[]): boolean => {
          if ((++testCount & 255) === 0) progress.check()
          const result = test.test(x, y, given)
          if (result.untestable) return false
          answered = true
          const value = result.p
          const so = best[x * p + y]
          if (so === undefined || value > so.p)
            best[x * p + y] = { p: value, statistic: result.statistic, given: [...given] }
          if (value > alpha) separated = true
          return separated && !evidence
        }
        const fromX = allowedGiven(before[x]!, x, y, knowledge, p)
        const fromY = allowedGiven(before[y]!, x, y, knowledge, p)
        if (fromX.length >= level || fromY.length >= level) tested = true
        const done = eachSubset(fromX, level, visit)
        if (!done && level > 0) {
          const inX = new Set(fromX)
          eachSubset(fromY, level, (given) => (given.every((v) => inX.has(v)) ? false : visit(given)))
        }
        if ((separated || (!evidence && level === 0 && !answered)) && !required) disconnect(graph, x, y)
      }
    }
    if (!tested) break
    depth = level
  }
  return { graph, pairs: evidence ? pairEvidence(p, best) : [], testCount, depth }
}

function pairEvidence(p: number, best: readonly (Best | undefined)[]): PairEvidence[] {
  const out: PairEvidence[] = []
  for (let x = 0; x < p; x++)
    for (let y = x + 1; y < p; y++) {
      const b = best[x * p + y]
      out.push({ x, y, p: b?.p ?? null, statistic: b?.statistic ?? null, given: b?.given ?? [] })
    }
  return out
}

import {
  adjacent,
  directed,
  hasDirectedPath,
  orient,
  tripleKey,
  undirected,
  type MixedGraph,
} from './graph.ts'

/** Which Meek rule (1–4) turns the undirected edge b — c into b → c, or 0. Meek (1995), UAI. */
function ruleFor(g: MixedGraph, b: number, c: number, ambiguous: ReadonlySet<number>): number {
  const p = g.size
  const blocked = (x: number, middle: number, y: number): boolean =>
    ambiguous.size > 0 && ambiguous.has(tripleKey(p, x, middle, y))
  for (let a = 0; a < p; a++) {
    if (a === c || a === b) continue
    if (directed(g, a, b) && !adjacent(g, a, c) && !blocked(a, b, c)) return 1
    if (directed(g, b, a) && directed(g, a, c)) return 2
  }
  for (let a = 0; a < p; a++) {
    if (a === c || !directed(g, a, c)) continue
    for (let d = 0; d < p; d++) {
      if (d === c || d === a || d === b || !undirected(g, b, d)) continue
      if (adjacent(g, d, a)) {
        if (directed(g, d, a) && adjacent(g, b, a) && !adjacent(g, d, c) && !blocked(d, b, c)) return 4
      } else if (d > a && undirected(g, b, a) && directed(g, d, c) && !blocked(a, b, d)) return 3
    }
  }
  return 0
}

/** True when b → c would make a new unshielded collider b → c ← d. */
function makesCollider(g: MixedGraph, b: number, c: number): boolean {
  for (let d = 0; d < g.size; d++) if (d !== b && directed(g, d, c) && !adjacent(g, d, b)) return true
  return false
}

const none: ReadonlySet<number> = new Set()

/** Applies Meek's rules 1–4 until nothing changes, without looking for contradictions. Changes `g`. */
export function meekClosure(g: MixedGraph): void {
  close(g, none, () => true)
}

/**
 * Meek's rules on a graph that was estimated and may contradict itself: an edge that would close a directed
 * cycle or make a collider nobody voted for stays undirected, and triples in `ambiguous` give no evidence
 * (rules 1, 3 and 4). Result has no directed cycle when `g` had none. Changes `g`.
 */
export function guardedMeekClosure(g: MixedGraph, ambiguous: ReadonlySet<number>): void {
  close(g, ambiguous, (b, c, rule) => !hasDirectedPath(g, c, b) && (rule === 2 || !makesCollider(g, b, c)))
}

function close(
  g: MixedGraph,
  ambiguous: ReadonlySet<number>,
  allowed: (b: number, c: number, rule: number) => boolean,
): void {
  const p = g.size
  let changed = true
  while (changed) {
    changed = false
    for (let b = 0; b < p; b++) {
      for (let c = 0; c < p; c++) {
        if (b === c || !undirected(g, b, c)) continue
        const rule = ruleFor(g, b, c, ambiguous)
        if (rule === 0 || !allowed(b, c, rule)) continue
        orient(g, b, c)
        changed = true
      }
    }
  }
}

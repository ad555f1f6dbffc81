import type { CausalEdge, CausalNode } from '../../../main/contract/index.ts'

export interface Selection {
  readonly treatment: string | null
  readonly outcome: string | null
}

/** First click sets the treatment, the second the outcome; a third starts again, a click on the treatment clears it. */
export function nextSelection(now: Selection, clicked: string): Selection {
  if (now.treatment === clicked) return { treatment: null, outcome: null }
  if (now.treatment === null || now.outcome !== null) return { treatment: clicked, outcome: null }
  return { treatment: now.treatment, outcome: clicked }
}

/** Edges on a directed path from treatment to outcome, by index; empty when either is null or no path is there. */
export function edgesOnPaths(edges: readonly CausalEdge[], selection: Selection): ReadonlySet<number> {
  const { treatment, outcome } = selection
  if (treatment === null || outcome === null) return new Set()
  const reach = (start: string, next: (edge: CausalEdge, at: string) => string | null): Set<string> => {
    const seen = new Set([start])
    const queue = [start]
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const edge of edges) {
        const to = edge.mark === '-->' ? next(edge, at) : null
        if (to !== null && !seen.has(to)) {
          seen.add(to)
          queue.push(to)
        }
      }
    }
    return seen
  }
  const below = reach(treatment, (edge, at) => (edge.from === at ? edge.to : null))
  const above = reach(outcome, (edge, at) => (edge.to === at ? edge.from : null))
  const on = new Set<number>()
  edges.forEach((edge, index) => {
    if (edge.mark === '-->' && below.has(edge.from) && above.has(edge.to)) on.add(index)
  })
  return on
}

/** The outcome a fresh map opens with: the one ranked first, and its strongest treatment. */
export function openingSelection(
  ranking: readonly { treatment: string; outcome: string; rank: number }[],
  nodes: readonly Pick<CausalNode, 'name'>[],
): Selection {
  const names = new Set(nodes.map((node) => node.name))
  const first = ranking.find((r) => r.rank === 1 && names.has(r.treatment) && names.has(r.outcome))
  return first === undefined
    ? { treatment: null, outcome: null }
    : { treatment: first.treatment, outcome: first.outcome }
}

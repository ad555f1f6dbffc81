import type { Note } from '../../contract/index.ts'
import { normalQuantile } from '../math/index.ts'
import type { PreparedColumns } from './columns.ts'
import { correlationSource } from './correlation.ts'
import { dagExtension } from './extension.ts'
import { adjacent, siblingsOf } from './graph.ts'
import { determinedColumns } from './relations.ts'
import type { SearchResult } from './types.ts'

/** Smallest |correlation| that a test at `alpha` on n rows finds with probability `power`; Fisher's z, no conditioning. */
export function smallestDetectable(n: number, alpha: number, power: number): number {
  if (n <= 3) return 1
  return Math.tanh((normalQuantile(1 - alpha / 2) + normalQuantile(power)) / Math.sqrt(n - 3))
}

/** What a person must know before reading the graph. */
export function discoveryNotes(
  columns: PreparedColumns,
  found: SearchResult,
  alpha: number,
  design: Float64Array | null,
): Note[] {
  const names = columns.nodes.map((node) => node.name)
  const notes = [...columns.notes]
  const n = columns.groupCount
  if (design !== null)
    notes.push({
      code: 'CLUSTERED_ROWS',
      message: `${columns.rowCount} rows come in ${n} groups; tests count dependent rows for less and resamples draw whole groups.`,
    })
  const detectable = smallestDetectable(n, alpha, 0.8)
  notes.push({
    code: 'SMALLEST_DETECTABLE',
    message: `With ${n} ${design === null ? 'rows' : 'groups'} and alpha ${alpha}, a partial correlation below ${detectable.toFixed(2)} is missed more than once in five; a missing edge is no proof that there is no influence.`,
  })
  const complete = correlationSource(columns.values, columns.rowCount, null).of(0, 0, [])
  if (columns.values.every((v) => !v.some(Number.isNaN)))
    notes.push(...determinedColumns(complete.r, complete.n, names))

  const untested = found.pairs.filter((e) => e.p === null && adjacent(found.graph, e.x, e.y))
  if (untested.length > 0)
    notes.push({
      code: 'PAIR_UNTESTED',
      message: `Too few rows hold both columns, so these edges could not be tested and were left in: ${untested
        .map((e) => `${names[e.x]!} – ${names[e.y]!}`)
        .join('; ')}.`,
    })
  for (const [a, b] of found.dropped)
    notes.push({
      code: 'KNOWLEDGE_EDGE_DROPPED',
      message: `The data join ${names[a]!} and ${names[b]!}, but the knowledge leaves no direction for this edge without a cycle; it was taken out.`,
      item: `${names[a]!}, ${names[b]!}`,
    })
  if (found.ambiguous.length > 0)
    notes.push({
      code: 'AMBIGUOUS_DIRECTION',
      message: `The data do not say whether two causes meet in: ${list(found.ambiguous, names)}.`,
    })
  if (found.conflicts.length > 0)
    notes.push({
      code: 'CONFLICTING_DIRECTION',
      message: `Votes for two causes meeting were left out because stronger ones or knowledge say otherwise: ${list(found.conflicts, names)}.`,
    })
  if (dagExtension(found.graph) === null)
    notes.push({
      code: 'NOT_EXTENDABLE',
      message:
        'No acyclic graph agrees with every direction found: the data contradict themselves at this level. Effects rest on tiers or are not given.',
    })
  const free = names.filter((_, i) => siblingsOf(found.graph, i).length > 0)
  if (free.length > 0)
    notes.push({
      code: 'UNDIRECTED_EDGES',
      message: `Directions stay open between: ${free.join(', ')}. Tiers or required edges settle them.`,
    })
  return notes
}

function list(triples: readonly (readonly [number, number, number])[], names: readonly string[]): string {
  const shown = triples.slice(0, 8).map(([a, b, c]) => `${names[a]!} – ${names[b]!} – ${names[c]!}`)
  return shown.join('; ') + (triples.length > 8 ? `; and ${triples.length - 8} more` : '')
}

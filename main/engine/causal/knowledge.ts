import { ContractError, type ColumnRole, type Knowledge } from '../../contract/index.ts'
import type { Table } from '../dataset/table.ts'

/** Knowledge over p nodes as p x p flags, row-major. */
export interface CompiledKnowledge {
  /** later[v p + x] = 1: v stands in a later tier than x, so v is no cause of x. */
  readonly later: Uint8Array
  readonly required: Uint8Array
  /** forbidden[i p + j] = 1: not i → j, by a statement or by tiers. */
  readonly forbidden: Uint8Array
  /** Layer of each node when the tiers are drawn causes first, 0-based. */
  readonly layer: Int32Array
}

/** Columns in tiers, causes first; columns outside it are not restricted. */
export type TierList = readonly (readonly string[])[]

const layers: readonly (readonly ColumnRole[])[] = [
  ['composition'],
  ['process'],
  ['microstructure'],
  ['property'],
]

/**
 * Tiers that follow from the roles, in the order of time: composition, process, microstructure, property. A process
 * can answer to the composition of the heat, but no treatment of this campaign changes it; one that does
 * (carburising, evaporation) makes its composition a microstructure column. Empty tiers are left out.
 */
export function tiersFromRoles(table: Table): string[][] {
  return tiersOfRoles(table.columns)
}

export function tiersOfRoles(columns: readonly { name: string; role: ColumnRole }[]): string[][] {
  return layers
    .map((roles) => columns.filter((c) => roles.includes(c.role)).map((c) => c.name))
    .filter((tier) => tier.length > 0)
}

/** How column v stands to column x in all lists that hold both. */
export const tierEarlier = -1
export const tierSame = 0
export const tierLater = 1
export const tierUnrelated = 2

/** relation[v p + x]: one of the four above; p x p. */
export function tierRelation(names: readonly string[], tierLists: readonly TierList[]): Int8Array {
  const p = names.length
  const later = laterFlags(names, tierLists)
  const out = new Int8Array(p * p).fill(tierUnrelated)
  for (const tiers of tierLists) {
    const listed = new Set(tiers.flat())
    for (let v = 0; v < p; v++)
      for (let x = 0; x < p; x++)
        if (listed.has(names[v]!) && listed.has(names[x]!)) out[v * p + x] = tierSame
  }
  for (let v = 0; v < p; v++)
    for (let x = 0; x < p; x++) {
      if (later[v * p + x] === 1) out[v * p + x] = tierLater
      else if (later[x * p + v] === 1) out[v * p + x] = tierEarlier
    }
  return out
}

/**
 * Knowledge over `nodes`; names of `known` that are no node (columns left out) are skipped.
 * @param tierLists one or more lists of tiers, all kept at the same time
 * @throws ContractError COLUMN_UNKNOWN for a name outside `known`, KNOWLEDGE_CONTRADICTION with the smallest
 * set of statements that cannot hold together
 */
export function compileKnowledge(
  nodes: readonly string[],
  known: ReadonlySet<string>,
  tierLists: readonly TierList[],
  required: Knowledge['required'],
  forbidden: Knowledge['forbidden'],
): CompiledKnowledge {
  for (const name of [...tierLists.flat(2), ...required.flat(), ...forbidden.flat()])
    if (!known.has(name))
      throw new ContractError('COLUMN_UNKNOWN', 'The knowledge names a column that the table has not.', name)
  const every = [...known]
  checkKnowledge(every, tierLists, required, forbidden)

  const p = nodes.length
  const index = new Map(nodes.map((name, i) => [name, i]))
  const flags = (pairs: Knowledge['required']): Uint8Array => {
    const out = new Uint8Array(p * p)
    for (const [a, b] of pairs) {
      const i = index.get(a)
      const j = index.get(b)
      if (i !== undefined && j !== undefined) out[i * p + j] = 1
    }
    return out
  }
  const later = laterFlags(nodes, tierLists)
  const not = flags(forbidden)
  for (let k = 0; k < later.length; k++) if (later[k] === 1) not[k] = 1
  return { later, required: flags(required), forbidden: not, layer: layerOf(later, p) }
}

function laterFlags(names: readonly string[], tierLists: readonly TierList[]): Uint8Array {
  const p = names.length
  const later = new Uint8Array(p * p)
  for (const tiers of tierLists) {
    const tier = new Map(tiers.flatMap((list, t) => list.map((name) => [name, t] as const)))
    for (const [v, late] of names.entries())
      for (const [x, early] of names.entries())
        if ((tier.get(late) ?? -1) > (tier.get(early) ?? Infinity)) later[v * p + x] = 1
  }
  return later
}

/** Longest chain of strictly earlier nodes. Relations of several tier lists may hold no cycle over two nodes. */
function layerOf(later: Uint8Array, p: number): Int32Array {
  const layer = new Int32Array(p)
  for (let round = 0; round < p; round++) {
    let changed = false
    for (let v = 0; v < p; v++)
      for (let x = 0; x < p; x++)
        if (later[v * p + x] === 1 && layer[v]! <= layer[x]! && layer[x]! < p) {
          layer[v] = layer[x]! + 1
          changed = true
        }
    if (!changed) break
  }
  return layer
}

function contradiction(statements: readonly string[]): ContractError {
  return new ContractError(
    'KNOWLEDGE_CONTRADICTION',
    `These statements cannot hold together: ${statements.join('; ')}.`,
    statements.join('; '),
  )
}

function checkKnowledge(
  names: readonly string[],
  tierLists: readonly TierList[],
  required: Knowledge['required'],
  forbidden: Knowledge['forbidden'],
): void {
  for (const tiers of tierLists) {
    const seen = new Map<string, number>()
    for (const [t, tier] of tiers.entries())
      for (const name of tier) {
        const first = seen.get(name)
        if (first !== undefined && first !== t)
          throw contradiction([`${name} in tier ${first + 1}`, `${name} in tier ${t + 1}`])
        seen.set(name, t)
      }
  }
  const p = names.length
  const index = new Map(names.map((name, i) => [name, i]))
  const later = laterFlags(names, tierLists)
  for (const [a, first] of names.entries())
    for (const [b, second] of names.entries())
      if (a < b && later[a * p + b] === 1 && later[b * p + a] === 1)
        throw contradiction([`tier of ${first} before ${second}`, `tier of ${second} before ${first}`])

  const edges = required.map(([a, b]) => [index.get(a)!, index.get(b)!] as const)
  for (const [a, b] of required) {
    if (a === b) throw contradiction([`required ${a} --> ${b}`])
    if (forbidden.some(([c, d]) => c === a && d === b))
      throw contradiction([`required ${a} --> ${b}`, `forbidden ${a} --> ${b}`])
  }
  let shortest: number[] | null = null
  for (const start of new Set(edges.map(([a]) => a))) {
    const path = shortestConflict(start, edges, (to) => to === start || later[start * p + to] === 1)
    if (path !== null && (shortest === null || path.length < shortest.length)) shortest = path
  }
  if (shortest === null) return
  const path = shortest.map((i) => names[i]!)
  const statements = path.slice(1).map((to, k) => `required ${path[k]!} --> ${to}`)
  const first = path[0]!
  const last = path[path.length - 1]!
  if (first !== last) statements.push(`tier of ${last} before ${first}`)
  throw contradiction(statements)
}

/** Shortest path of required edges from `start` to a node for which `bad` holds, or null. */
function shortestConflict(
  start: number,
  edges: readonly (readonly [number, number])[],
  bad: (to: number) => boolean,
): number[] | null {
  const seen = new Set<number>()
  let paths: number[][] = [[start]]
  while (paths.length > 0) {
    const next: number[][] = []
    for (const path of paths) {
      for (const [a, b] of edges) {
        if (a !== path[path.length - 1]) continue
        if (bad(b)) return [...path, b]
        if (seen.has(b)) continue
        seen.add(b)
        next.push([...path, b])
      }
    }
    paths = next
  }
  return null
}

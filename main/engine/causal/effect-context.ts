import {
  ContractError,
  type CausalEdge,
  type ColumnRole,
  type EdgeTriple,
  type Knowledge,
} from '../../contract/index.ts'
import type { Progress, Table } from '../dataset/table.ts'
import { effectGraph, type EffectGraph, type PossibleEffect } from './adjustment.ts'
import { graphOf } from './closure.ts'
import { doseResponse, type DoseResponse } from './curve.ts'
import { triplesOf } from './graph.ts'
import { tierRelation, tiersOfRoles, type TierList } from './knowledge.ts'
import { fitLinear, type LinearFit } from './regression.ts'

/** A graph to estimate on: as a map of causes holds it, or as bare names and triples. */
export interface CausalGraph {
  readonly nodes: readonly (
    string | { readonly name: string; readonly tier: number; readonly role?: ColumnRole }
  )[]
  readonly edges: readonly (EdgeTriple | CausalEdge)[]
  /** As found in a map of causes: how to make its resampled graphs again, or the graphs themselves. */
  readonly alpha?: number
  readonly resamples?: number
  readonly seed?: number
  readonly knowledge?: Knowledge
  readonly tierLists?: readonly TierList[]
  readonly resampleGraphs?: readonly (readonly EdgeTriple[])[]
}

/**
 * The tiers under which a graph stands: as it says; else those of the roles and the knowledge of a stored map; else the
 * tier numbers of its nodes; for bare names those of the knowledge given.
 */
export function tierListsOf(graph: CausalGraph, given: Knowledge | undefined): readonly TierList[] {
  if (graph.tierLists !== undefined) return [...graph.tierLists, given?.tiers ?? []]
  const known = (given ?? graph.knowledge)?.tiers ?? []
  const nodes = graph.nodes.filter((node) => typeof node !== 'string')
  if (nodes.length < graph.nodes.length) return [known]
  const roles = nodes.flatMap(({ name, role }) => (role === undefined ? [] : [{ name, role }]))
  if (graph.knowledge !== undefined && roles.length === nodes.length) return [tiersOfRoles(roles), known]
  const tiers: string[][] = []
  for (const { name, tier } of nodes) {
    while (tiers.length <= tier) tiers.push([])
    tiers[tier]!.push(name)
  }
  return [tiers, known]
}

export function nodeNames(graph: CausalGraph): string[] {
  return graph.nodes.map((node) => (typeof node === 'string' ? node : node.name))
}

/** Table, graph and resampled graphs, with everything that is worked out once for all effects. */
export interface EffectContext {
  readonly names: readonly string[]
  readonly values: readonly Float64Array[]
  /** Group of each row, null when every row is its own. */
  readonly groups: Int32Array | null
  readonly point: EffectGraph
  readonly hasConflictEdge: boolean
  /** Distinct resampled graphs with how often each came up. */
  readonly resampled: readonly { readonly graph: EffectGraph; readonly count: number }[]
  readonly resampleCount: number
  readonly progress: Progress
  fit(x: number, y: number, given: readonly number[]): LinearFit | null
  curve(x: number, y: number, given: readonly number[], grid: readonly number[]): DoseResponse | null
}

/** @throws ContractError COLUMN_UNKNOWN when a node is no numeric column of the table. */
export function effectContext(
  table: Table,
  graph: CausalGraph,
  tierLists: readonly TierList[],
  resampleGraphs: readonly (readonly EdgeTriple[])[],
  progress: Progress,
): EffectContext {
  const names = nodeNames(graph)
  const values = names.map((name) => {
    const column = table.columns.find((c) => c.name === name)
    if (column === undefined)
      throw new ContractError('COLUMN_UNKNOWN', 'The graph has a column that the table has not.', name)
    if (column.levels !== null)
      throw new ContractError('BAD_REQUEST', 'Effects of and on a category are not estimated.', name)
    return column.values
  })
  const relation = tierRelation(names, tierLists)
  const triples = triplesOf(graph.edges)
  for (const [a, , b] of triples)
    for (const name of [a, b])
      if (!names.includes(name))
        throw new ContractError(
          'COLUMN_UNKNOWN',
          'An edge of the graph names a column that is no node.',
          name,
        )
  const distinctGraphs = new Map<string, { triples: readonly EdgeTriple[]; count: number }>()
  for (const edges of resampleGraphs) {
    const key = edges
      .map((e) => e.join(' '))
      .sort()
      .join('|')
    const known = distinctGraphs.get(key)
    if (known === undefined) distinctGraphs.set(key, { triples: edges, count: 1 })
    else known.count++
  }
  const groups = new Set(table.groups).size < table.groups.length ? table.groups : null
  const fits = new Map<string, LinearFit | null>()
  const curves = new Map<string, DoseResponse | null>()
  const columnsOf = (given: readonly number[]): Float64Array[] => given.map((v) => values[v]!)
  const keyOf = (x: number, y: number, given: readonly number[]): string =>
    `${x} ${y} ${[...given].sort((a, b) => a - b).join()}`
  return {
    names,
    values,
    groups,
    point: effectGraph(graphOf(names, triples), relation),
    hasConflictEdge: triples.some(([, mark]) => mark === '<->'),
    resampled: [...distinctGraphs.values()].map((g) => ({
      graph: effectGraph(graphOf(names, g.triples), relation),
      count: g.count,
    })),
    resampleCount: resampleGraphs.length,
    progress,
    fit(x, y, given) {
      const key = keyOf(x, y, given)
      let found = fits.get(key)
      if (found === undefined) {
        progress.check()
        found = fitLinear(values[y]!, columnsOf([...given].sort((a, b) => a - b)), [values[x]!], groups)
        fits.set(key, found)
      }
      return found
    },
    curve(x, y, given, grid) {
      const key = `${keyOf(x, y, given)} ${grid.join()}`
      let found = curves.get(key)
      if (found === undefined) {
        progress.check()
        const sorted = [...given].sort((a, b) => a - b)
        found = doseResponse(values[y]!, values[x]!, columnsOf(sorted), groups, grid)
        curves.set(key, found)
      }
      return found
    },
  }
}

/** Degrees of freedom below which a smaller valid adjustment set is taken instead. */
const comfortableDf = 8

/** The first valid set of a member on which a regression can be made, or null. */
export function usableSet(
  context: EffectContext,
  x: number,
  y: number,
  member: PossibleEffect,
): { given: readonly number[]; fit: LinearFit; reduced: boolean } | null {
  if (member.given === null) return null
  let tight: { given: readonly number[]; fit: LinearFit; reduced: boolean } | null = null
  for (const [k, given] of [member.given, ...member.others].entries()) {
    const fit = context.fit(x, y, given)
    if (fit === null) continue
    if (fit.dfOrdinary >= comfortableDf) return { given, fit, reduced: k > 0 }
    if (tight === null || fit.dfOrdinary > tight.fit.dfOrdinary) tight = { given, fit, reduced: k > 0 }
  }
  return tight
}

import { ContractError, type CausalEdge, type Knowledge } from '../../contract/index.ts'
import type { Progress, Table } from '../dataset/table.ts'
import { prepareColumns } from './columns.ts'
import { designEffects, fisherZ } from './fisher-z.ts'
import { adjacent, directed, toTriples } from './graph.ts'
import { compileKnowledge, type CompiledKnowledge } from './knowledge.ts'
import { benjaminiHochberg } from './multiple.ts'
import { discoveryNotes } from './notes.ts'
import { pcEngine } from './pc.ts'
import { drawWeights, searchResamples, stabilityOf, weightsOfRows, type Stability } from './resample.ts'
import type { DiscoverOptions, Discovery, SearchResult, Separation } from './types.ts'

const noKnowledge: Knowledge = { tiers: [], required: [], forbidden: [] }

/** Level of a single test when none is given; it falls with n, since few rows miss more than they invent. */
export function defaultAlpha(n: number): number {
  return n < 150 ? 0.1 : n <= 500 ? 0.05 : 0.01
}

/**
 * Maps causes: which columns act on which, from an observed table and what is known beforehand.
 * The graph does not depend on the order of columns, holds no directed cycle, and keeps tiers, required and
 * forbidden edges without exception. Same table, options and seed give the same result.
 * @param table one row per specimen; rows of one group are resampled together and counted as dependent
 * @returns nodes and edges with their evidence. `p` is the largest p-value met for the pair, `q` its
 * Benjamini–Hochberg value over all tested pairs that are not required: it speaks of the pair being joined, not of
 * the arrow. `n` is the number of rows.
 * @throws ContractError TOO_FEW_SPECIMENS, NO_OUTPUTS (fewer than two usable columns), COLUMN_UNKNOWN,
 * KNOWLEDGE_CONTRADICTION, BAD_REQUEST
 */
export function discover(table: Table, options: DiscoverOptions, progress: Progress): Discovery {
  const knowledge = options.knowledge ?? noKnowledge
  const columns = prepareColumns(table, options.columns, options.transform ?? 'auto')
  const names = columns.nodes.map((node) => node.name)
  const p = names.length
  const tierLists = [options.roleTiers ?? [], knowledge.tiers]
  const compiled = compileKnowledge(
    names,
    new Set(table.columns.map((c) => c.name)),
    tierLists,
    knowledge.required,
    knowledge.forbidden,
  )
  if (p < 2)
    throw new ContractError(
      'NO_OUTPUTS',
      `A map of causes needs two columns that vary; there ${p === 1 ? 'is one' : 'are none'}.`,
      columns.notes.map((note) => note.message).join(' ') || null,
    )
  const alpha = options.alpha ?? defaultAlpha(columns.groupCount)
  if (!(alpha > 0 && alpha < 1))
    throw new ContractError('BAD_REQUEST', 'alpha must lie between 0 and 1.', String(alpha))
  const seed = options.seed ?? 0
  const design = designEffects(columns.values, columns.groups, columns.groupCount)
  const search = (weights: Float64Array | null, evidence: boolean): SearchResult =>
    pcEngine.search({
      size: p,
      test: fisherZ(columns.values, columns.rowCount, weights, design),
      alpha,
      knowledge: compiled,
      evidence,
      progress,
    })
  const found = search(null, true)
  const weights =
    options.resampleRows === undefined
      ? drawWeights(columns.groups, columns.groupCount, options.resamples ?? 0, seed)
      : weightsOfRows(options.resampleRows, columns.rowCount)
  const graphs = searchResamples(weights, (w) => search(w, false).graph, progress)
  const stability = graphs.length > 0 ? stabilityOf(graphs, p) : null

  return {
    nodes: columns.nodes.map((node, i) => ({ ...node, tier: compiled.layer[i]! })),
    edges: edgesOf(found, names, compiled, stability),
    separations: separationsOf(found, names, alpha),
    warnings: discoveryNotes(columns, found, alpha, design),
    testCount: found.testCount,
    alpha,
    n: columns.rowCount,
    test: options.test ?? 'fisher-z',
    resamples: graphs.length,
    seed,
    knowledge,
    tierLists,
    scores: scoresOf(stability, names),
    resampleGraphs: graphs.map((g) => toTriples(g, names)),
  }
}

function edgesOf(
  { graph, pairs }: SearchResult,
  names: readonly string[],
  knowledge: CompiledKnowledge,
  stability: Stability | null,
): CausalEdge[] {
  const p = names.length
  const required = (x: number, y: number): boolean =>
    knowledge.required[x * p + y] === 1 || knowledge.required[y * p + x] === 1
  const tested = pairs.filter((e) => e.p !== null && !required(e.x, e.y))
  const q = benjaminiHochberg(tested.map((e) => e.p!))
  const qOf = new Map(tested.map((e, k) => [e, q[k]!]))
  const out: CausalEdge[] = []
  for (const pair of pairs) {
    if (!adjacent(graph, pair.x, pair.y)) continue
    const [i, j] = directed(graph, pair.y, pair.x) ? [pair.y, pair.x] : [pair.x, pair.y]
    out.push({
      from: names[i]!,
      to: names[j]!,
      mark: directed(graph, i, j) ? '-->' : '--',
      stability: stability === null ? null : stability.joined[i * p + j]!,
      directedStability: stability === null ? null : stability.arrow[i * p + j]!,
      p: pair.p,
      q: qOf.get(pair) ?? null,
      partialCorrelation: pair.statistic,
      given: pair.given.map((v) => names[v]!),
      required: required(i, j),
    })
  }
  return out
}

function separationsOf(
  { graph, pairs }: SearchResult,
  names: readonly string[],
  alpha: number,
): Separation[] {
  return pairs
    .filter((e) => !adjacent(graph, e.x, e.y) && e.p !== null && e.p > alpha)
    .map((e) => ({ a: names[e.x]!, b: names[e.y]!, given: e.given.map((v) => names[v]!), p: e.p! }))
}

function scoresOf(stability: Stability | null, names: readonly string[]): Discovery['scores'] {
  const skeleton: [string, string, number][] = []
  const arrows: [string, string, number][] = []
  if (stability === null) return { skeleton, directed: arrows }
  const p = names.length
  for (let i = 0; i < p; i++)
    for (let j = 0; j < p; j++) {
      const joined = stability.joined[i * p + j]!
      if (i < j && joined > 0) skeleton.push([names[i]!, names[j]!, joined])
      const arrow = stability.arrow[i * p + j]!
      if (arrow > 0) arrows.push([names[i]!, names[j]!, arrow])
    }
  return { skeleton, directed: arrows }
}

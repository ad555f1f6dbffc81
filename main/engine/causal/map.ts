import { ContractError, type CausalSummary, type Effect, type EffectRanking } from '../../contract/index.ts'
import type { ColumnRole, Note } from '../../contract/index.ts'
import type { Progress, Table } from '../dataset/table.ts'
import { discover } from './discover.ts'
import { effectContext } from './effect-context.ts'
import { estimateIn } from './effect.ts'
import { tiersFromRoles } from './knowledge.ts'
import { rankingOf } from './rank.ts'
import type { DiscoverOptions } from './types.ts'

export interface MapOptions extends Omit<DiscoverOptions, 'columns' | 'roleTiers' | 'resampleRows'> {
  /** Columns on which effects are wanted; default: every property column, else every microstructure column. */
  readonly outcomes?: readonly string[]
}

export type CausalMap = Omit<CausalSummary, 'id' | 'jobId' | 'datasetId' | 'createdAt'>

const used: readonly ColumnRole[] = ['composition', 'process', 'microstructure', 'property']

/**
 * The whole map of a campaign: graph under the tiers of the roles and the given knowledge, total effects of every
 * composition and process column on every outcome, and their ranking for each outcome.
 * Columns of other roles do not take part.
 * @throws ContractError NO_INPUTS, NO_OUTPUTS when no usable column of the kind is there, and as discover
 */
export function causalMap(table: Table, options: MapOptions, progress: Progress): CausalMap {
  const columns = table.columns.filter((c) => used.includes(c.role)).map((c) => c.name)
  const { outcomes: wanted, ...rest } = options
  const discovery = discover(table, { ...rest, columns, roleTiers: tiersFromRoles(table) }, progress)
  const treatments = discovery.nodes.filter((node) => node.role === 'composition' || node.role === 'process')
  const outcomes = outcomesOf(discovery.nodes, wanted)
  const leftOut = discovery.warnings.map((note) => note.message).join(' ') || null
  if (treatments.length === 0)
    throw new ContractError('NO_INPUTS', 'No composition or process column varies enough to map.', leftOut)
  if (outcomes.length === 0)
    throw new ContractError(
      'NO_OUTPUTS',
      'No property or microstructure column varies enough to map.',
      leftOut,
    )

  const context = effectContext(table, discovery, discovery.tierLists, discovery.resampleGraphs, progress)
  const effects: Effect[] = []
  const ranking: EffectRanking[] = []
  const warnings: Note[] = [...discovery.warnings]
  const whole = outcomes.length * treatments.length
  for (const outcome of outcomes) {
    const mine: Effect[] = []
    for (const treatment of treatments) {
      if (treatment.name === outcome) continue
      progress.check()
      mine.push(estimateIn(context, { treatment: treatment.name, outcome }))
      progress.report(effects.length + mine.length, whole, `effects on ${outcome}`)
    }
    effects.push(...mine)
    ranking.push(...rankingOf(table, mine))
    const open = mine.filter((effect) => !effect.identified).map((effect) => effect.treatment)
    if (open.length > 0)
      warnings.push({
        code: 'NOT_IDENTIFIED',
        message: `Effects on ${outcome} that the graph leaves open, given as ranges: ${open.join(', ')}.`,
        item: outcome,
      })
  }
  const { nodes, edges, separations, test, alpha, n, testCount, resamples, seed, knowledge } = discovery
  return {
    nodes,
    edges,
    separations,
    test,
    alpha,
    n,
    testCount,
    resamples,
    seed,
    knowledge,
    ranking,
    effects,
    warnings,
  }
}

function outcomesOf(
  nodes: readonly { name: string; role: ColumnRole }[],
  wanted: readonly string[] | undefined,
): string[] {
  if (wanted !== undefined) {
    for (const name of wanted)
      if (!nodes.some((node) => node.name === name))
        throw new ContractError('COLUMN_UNKNOWN', 'This outcome takes no part in the map.', name)
    return [...new Set(wanted)]
  }
  const named = (role: ColumnRole): string[] => nodes.filter((n) => n.role === role).map((n) => n.name)
  const properties = named('property')
  return properties.length > 0 ? properties : named('microstructure')
}

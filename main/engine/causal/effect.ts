import { ContractError, type EdgeTriple, type Effect, type Knowledge } from '../../contract/index.ts'
import type { Progress, Table } from '../dataset/table.ts'
import { identify } from './adjustment.ts'
import { discover } from './discover.ts'
import {
  effectContext,
  nodeNames,
  tierListsOf,
  usableSet,
  type CausalGraph,
  type EffectContext,
} from './effect-context.ts'
import type { TierList } from './knowledge.ts'
import { doubtOfGraph, effectNotes } from './effect-notes.ts'
import { effectCurve } from './effect-curve.ts'
import { estimateOf, isZero, partOf, resampledEffect, totalOf, type Part } from './effect-parts.ts'
import type { LinearFit } from './regression.ts'

export interface EffectRequest {
  readonly treatment: string
  readonly outcome: string
  /** Values of the treatment at which the curve is wanted; default: over its measured range. */
  readonly at?: readonly number[]
  readonly level?: number
  /** Graphs found on resamples of the rows; they bring the graph's uncertainty into the interval. */
  readonly resampleGraphs?: readonly (readonly EdgeTriple[])[]
  /** Without resampleGraphs: how many to make here, from which seed, under which knowledge. */
  readonly resamples?: number
  readonly seed?: number
  readonly knowledge?: Knowledge
}

/**
 * Total effect of do(treatment) on the outcome, per unit of the treatment and as a curve.
 *
 * Interval: the classical one of the drawn graph (robust standard error, Student t) and the central `level` part of the
 * mixture over resampled graphs, each with the t distribution of its own adjustment set; the wider end of the two is
 * taken on each side. A graph without a directed path stands for the value 0. Where tiers alone make an adjustment set
 * valid, its regression is the evidence even then: the estimate is 0 only while the interval holds 0, and the interval
 * is never narrower than that of the regression. An effect that the graph does not identify comes with `identified`
 * false, the warning NOT_IDENTIFIED, and the range over all graphs it stands for. Where no tiers stand between treatment
 * and outcome and resampled graphs do not bear the directions out, `total` is null: at 60 to 600 rows such values covered
 * the truth in 0–80 % of redraws.
 * @param graph nodes and edges; a map of causes also brings resamples, seed, alpha and knowledge, from which the
 * resampled graphs are made again unless they are given
 * @throws ContractError COLUMN_UNKNOWN, BAD_REQUEST (treatment is the outcome, category, level outside 0..1),
 * TOO_FEW_SPECIMENS when too few rows hold both columns
 */
export function estimateEffect(
  table: Table,
  graph: CausalGraph,
  request: EffectRequest,
  progress: Progress,
): Effect {
  const tierLists = tierListsOf(graph, request.knowledge)
  const resampleGraphs =
    request.resampleGraphs ??
    graph.resampleGraphs ??
    resampledGraphs(table, graph, tierLists, request, progress)
  return estimateIn(effectContext(table, graph, tierLists, resampleGraphs, progress), request)
}

function resampledGraphs(
  table: Table,
  graph: CausalGraph,
  tierLists: readonly TierList[],
  request: EffectRequest,
  progress: Progress,
): readonly (readonly EdgeTriple[])[] {
  const resamples = request.resamples ?? graph.resamples ?? 0
  if (resamples === 0) return []
  const { required, forbidden } = request.knowledge ?? graph.knowledge ?? { required: [], forbidden: [] }
  const [roleTiers = [], tiers = []] = tierLists
  return discover(
    table,
    {
      columns: nodeNames(graph),
      alpha: graph.alpha ?? null,
      resamples,
      seed: request.seed ?? graph.seed ?? 0,
      roleTiers,
      knowledge: { tiers: tiers.map((tier) => [...tier]), required, forbidden },
    },
    progress,
  ).resampleGraphs
}

/** As estimateEffect, in a context that several effects share. */
export function estimateIn(context: EffectContext, request: EffectRequest): Effect {
  const { treatment, outcome } = request
  const level = request.level ?? 0.95
  if (!(level > 0 && level < 1))
    throw new ContractError('BAD_REQUEST', 'level must lie between 0 and 1.', String(level))
  if (treatment === outcome)
    throw new ContractError('BAD_REQUEST', 'Treatment and outcome are the same column.', treatment)
  const x = nodeOf(context, treatment)
  const y = nodeOf(context, outcome)
  const naiveFit = context.fit(x, y, [])
  if (naiveFit === null)
    throw new ContractError(
      'TOO_FEW_SPECIMENS',
      `Too few rows in which both ${treatment} and ${outcome} are known and vary.`,
      `${treatment}, ${outcome}`,
    )
  const naive = estimateOf(naiveFit, level)
  const found = identify(context.point, x, y)
  let reason = found.reason
  let reduced = false
  const parts: Part[] = []
  for (const member of found.members) {
    const usable = usableSet(context, x, y, member)
    if (usable !== null) reduced ||= usable.reduced
    if (usable === null && !isZero(member))
      reason = `no rows are left to see it: ${treatment} hardly varies at fixed values of the columns to adjust for, or too few rows are complete`
    else parts.push(partOf(member, usable, level))
  }
  const estimable = parts.length === found.members.length && parts.length > 0
  const resampled = resampledEffect(context, x, y)
  if (context.hasConflictEdge)
    reason ??= 'the graph holds a conflicting edge, which can stand for an unmeasured common cause'
  let doubt: string | null = null
  if (context.resampleCount > 0) doubt = doubtOfGraph(found.members, parts, resampled, naive)
  reason ??= doubt
  if (!estimable) reason ??= 'there is no adjustment set'
  const identified = reason === null
  const given = estimable && doubt === null
  const total = given ? totalOf(parts, resampled.components, level) : null
  const used = identified ? parts[0]! : null
  return {
    treatment,
    outcome,
    identified,
    adjustmentSets: adjustmentSets(context, found.members, parts, identified),
    total,
    curve: given ? effectCurve(context, x, y, parts, request.at, level) : [],
    naive,
    sensitivity: used !== null && !used.zero && used.fit !== null ? sensitivityOf(used.fit) : null,
    n: (parts.find((part) => part.fit !== null)?.fit ?? naiveFit).n,
    level,
    warnings: effectNotes({
      treatment,
      outcome,
      reason,
      parts,
      total,
      reduced,
      resampleCount: context.resampleCount,
      resampled,
    }),
  }
}

function nodeOf(context: EffectContext, name: string): number {
  const i = context.names.indexOf(name)
  if (i < 0) throw new ContractError('COLUMN_UNKNOWN', 'The map of causes has no such column.', name)
  return i
}

function adjustmentSets(
  context: EffectContext,
  members: ReturnType<typeof identify>['members'],
  parts: readonly Part[],
  identified: boolean,
): string[][] {
  const sets = identified
    ? [parts[0]!.given, ...(members[0]!.given === null ? [] : [members[0]!.given, ...members[0]!.others])]
    : members.map((member) => member.given)
  const seen = new Map<string, string[]>()
  for (const set of sets) {
    if (set === null) continue
    const names = set.map((v) => context.names[v]!).sort()
    seen.set(names.join('\n'), names)
  }
  return [...seen.values()]
}

/**
 * How strong an unmeasured common cause must be (Cinelli & Hazlett 2020): partial R² of the treatment with the
 * outcome, and the robustness value, the share of both that the confounder must explain to bring the estimate to 0.
 */
function sensitivityOf(fit: LinearFit): { partialR2: number; robustnessValue: number } {
  const t2 = fit.tOrdinary ** 2
  const f2 = t2 / fit.dfOrdinary
  return {
    partialR2: t2 / (t2 + fit.dfOrdinary),
    robustnessValue: 0.5 * (Math.sqrt(f2 * f2 + 4 * f2) - f2),
  }
}

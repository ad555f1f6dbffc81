import {
  errorCodes,
  type CausalSummary,
  type Effect,
  type EffectRanking,
  type Figure,
  type ReportSection,
} from '../../../contract/index.ts'
import {
  columnName,
  countOf,
  effectCurve,
  effectRankingFigure,
  formatLevel,
  formatNumber,
  formatQuantity,
  missingMark,
  quantityParts,
  sentenceStart,
  stabilityBars,
} from '../../../figures/index.ts'
import type { ReportInput } from '../input.ts'
import { groupNotes, instantText, listText, sectionOf, smallDatasetText, tableOf } from '../parts.ts'

const arrows = { '-->': '→', '--': '–', '<->': '↔' } as const
const shownOutcomes = 4

function drawingOf(causal: CausalSummary): ReportSection['graphs'] {
  if (causal.nodes.length === 0) return []
  const tiers = [...new Set(causal.nodes.map((node) => node.tier))].sort((a, b) => a - b)
  return [
    {
      caption:
        `Causal map from ${causal.n} specimens, ${causal.test}, α = ${formatNumber(causal.alpha, 3)}. ` +
        (causal.resamples > 0
          ? `The width of a line is the share of ${causal.resamples} resamples in which the edge stands. `
          : 'Without resampling: the lines have no weight. ') +
        '→ causes, – direction not determined, ↔ a common cause not measured.',
      columns: tiers.map((tier) => {
        const nodes = causal.nodes.filter((node) => node.tier === tier)
        const roles = [...new Set(nodes.map((node) => node.role))]
        return { title: listText(roles), nodes: nodes.map(({ name, unit }) => ({ name, unit })) }
      }),
      edges: causal.edges.map((edge) => ({
        from: edge.from,
        to: edge.to,
        mark: edge.mark,
        weight: edge.stability ?? 1,
        label:
          edge.stability === null ? 'stability not known' : `stability ${formatNumber(edge.stability, 2)}`,
      })),
    },
  ]
}

const unitOfNode = (causal: CausalSummary, name: string) =>
  causal.nodes.find((node) => node.name === name)?.unit ?? ''

function perUnit(causal: CausalSummary, effect: Effect): string {
  const [outcome, treatment] = [unitOfNode(causal, effect.outcome), unitOfNode(causal, effect.treatment)]
  const bottom = treatment === '' || treatment === '1' ? 'unit' : treatment
  return outcome === '' || outcome === '1' ? `per ${bottom}` : `${outcome} per ${bottom}`
}

/** Outcomes that have a ranking, properties first. */
function rankedOutcomes(causal: CausalSummary): string[] {
  const roleOf = new Map(causal.nodes.map((node) => [node.name, node.role]))
  const names = [...new Set(causal.ranking.map((r) => r.outcome))]
  const weight = (name: string) => (roleOf.get(name) === 'property' ? 0 : 1)
  return names.sort((a, b) => weight(a) - weight(b))
}

function figuresOf(input: ReportInput, causal: CausalSummary): Figure[] {
  const outcomes = rankedOutcomes(causal).slice(0, shownOutcomes)
  const table = input.dataset?.summary.id === causal.datasetId ? input.dataset.table : null
  const curves = outcomes.flatMap((outcome) => {
    const order = causal.ranking.filter((r) => r.outcome === outcome).sort((a, b) => a.rank - b.rank)
    const drawable = order
      .map((r) => causal.effects.find((e) => e.outcome === outcome && e.treatment === r.treatment))
      .filter((e): e is Effect => e !== undefined && e.identified && e.curve.length > 1)
    return drawable.slice(0, outcomes.length === 1 ? 3 : 2)
  })
  return [
    ...outcomes.map((outcome) => effectRankingFigure(causal, outcome)),
    ...curves.map((effect) =>
      effectCurve(
        effect,
        { treatment: unitOfNode(causal, effect.treatment), outcome: unitOfNode(causal, effect.outcome) },
        table,
      ),
    ),
    ...(causal.edges.length === 0 ? [] : [stabilityBars(causal)]),
  ]
}

/** The first driver of an outcome in a sentence, with how well its rank is known. */
export function driverSentence(causal: CausalSummary, outcome: string): string {
  const first = causal.ranking.find((r) => r.outcome === outcome && r.rank === 1)
  const critical = causal.ranking.filter((r) => r.outcome === outcome && r.critical)
  if (first === undefined || critical.length === 0) {
    return `${sentenceStart(columnName(outcome))}: no parameter has an effect that can be told from 0 with these specimens; this does not show that there is none.`
  }
  const size = formatQuantity({ ...first, value: first.standardisedEffect, unit: '', n: causal.n })
  const next = causal.ranking.find((r) => r.outcome === outcome && r.rank === 2)
  const order =
    next === undefined || first.separableFromNext
      ? ''
      : ` Its order with ${columnName(next.treatment)} is not established: their intervals overlap.`
  return (
    `${sentenceStart(columnName(outcome))}: strongest parameter ${columnName(first.treatment)}, ${size} standard deviations of ${columnName(outcome)} per standard deviation; ` +
    `${countOf(critical.length, 'critical parameter')} of ${causal.ranking.filter((r) => r.outcome === outcome).length} ranked.${order}`
  )
}

export function causalSection(input: ReportInput): ReportSection {
  const { causal, dataset } = input
  if (causal === null) {
    const reason =
      dataset === null
        ? `No causes are mapped, since no dataset is frozen. ${errorCodes.NO_DATASET.hint}`
        : `The causes are not mapped yet. ${errorCodes.NO_GRAPH.hint}`
    return sectionOf(input, 'Causal map', { paragraphs: [reason] })
  }
  const outcomes = rankedOutcomes(causal)
  const unidentified = causal.effects.filter((effect) => !effect.identified)
  const small =
    dataset === null ? null : smallDatasetText(dataset.summary.rowCount, dataset.summary.groupCount)
  const known = causal.knowledge
  const identified = causal.effects.filter((effect) => effect.identified)
  return sectionOf(input, 'Causal map', {
    paragraphs: [
      `Mapped ${instantText(causal.createdAt)}, seed ${causal.seed}: ${countOf(causal.nodes.length, 'variable')}, ${countOf(causal.edges.length, 'edge')}, ` +
        `${countOf(causal.testCount, 'independence test')} (${causal.test}, α = ${formatNumber(causal.alpha, 3)}), n = ${causal.n}, ${countOf(causal.resamples, 'resample')}. ` +
        `Knowledge kept without exception: ${countOf(known.tiers.length, 'tier')}, ${known.required.length} required and ${known.forbidden.length} forbidden edges.`,
      ...(outcomes.length === 0
        ? ['No effect could be ranked: none is identified from this map.']
        : outcomes.map((outcome) => driverSentence(causal, outcome))),
      ...(unidentified.length === 0
        ? []
        : [
            `Not identified, so no number is given: ${listText(unidentified.slice(0, 12).map((e) => `${columnName(e.treatment)} → ${columnName(e.outcome)}`))}` +
              `${unidentified.length > 12 ? ` and ${unidentified.length - 12} more` : ''}. ${errorCodes.NOT_IDENTIFIED.hint}`,
          ]),
      ...(small === null
        ? []
        : [
            'The set is small (see Dataset): an edge that is missing here may only be an edge that could not be seen.',
          ]),
      ...(outcomes.length > shownOutcomes
        ? [
            `Rankings are drawn for the first ${shownOutcomes} of ${outcomes.length} outcomes; the table has all.`,
          ]
        : []),
    ],
    notes: groupNotes([...causal.warnings, ...causal.effects.flatMap((effect) => effect.warnings)]),
    graphs: drawingOf(causal),
    figures: figuresOf(input, causal),
    tables: [
      tableOf(
        'Ranking: total effect of one standard deviation of the parameter, in standard deviations of the outcome',
        causal.ranking,
        [
          { name: 'outcome', of: (r) => columnName(r.outcome) },
          { name: 'rank', right: true, of: (r) => String(r.rank) },
          { name: 'parameter', of: (r) => columnName(r.treatment) },
          {
            name: 'effect',
            right: true,
            of: (r) => quantityParts({ ...r, value: r.standardisedEffect, unit: '' }).number,
          },
          { name: 'interval', right: true, of: (r) => formatLevel(r.level) },
          { name: 'critical', of: (r) => (r.critical ? 'yes' : 'no') },
          { name: 'order to next', of: (r) => orderText(causal, r) },
        ],
      ),
      tableOf('Effects per unit of the parameter', identified, [
        { name: 'parameter', of: (e) => columnName(e.treatment) },
        { name: 'outcome', of: (e) => columnName(e.outcome) },
        {
          name: 'total effect',
          right: true,
          of: (e) => estimateText(e.total),
        },
        {
          name: 'naive slope',
          right: true,
          of: (e) => estimateText(e.naive),
        },
        { name: 'unit', of: (e) => perUnit(causal, e) },
        { name: 'adjusted for', of: (e) => adjustmentText(e) },
        {
          name: 'robustness',
          unit: '%',
          right: true,
          of: (e) => {
            const value = e.sensitivity?.robustnessValue ?? null
            return value === null ? missingMark : formatNumber(100 * value, 2)
          },
        },
      ]),
      tableOf(
        'Edges; stability is a share of the resamples, p the largest met while the edge was tested, q after Benjamini & Hochberg; – not known',
        causal.edges,
        [
          { name: 'edge', of: (e) => `${columnName(e.from)} ${arrows[e.mark]} ${columnName(e.to)}` },
          { name: 'stability', right: true, of: (e) => numberOrDash(e.stability, 2) },
          { name: 'this way', right: true, of: (e) => numberOrDash(e.directedStability, 2) },
          { name: 'partial correlation', right: true, of: (e) => numberOrDash(e.partialCorrelation, 2) },
          {
            name: 'given',
            of: (e) => (e.given.length === 0 ? 'nothing' : e.given.map(columnName).join(', ')),
          },
          { name: 'p', right: true, of: (e) => numberOrDash(e.p, 2) },
          { name: 'q', right: true, of: (e) => numberOrDash(e.q, 2) },
          { name: 'knowledge', of: (e) => (e.required ? 'required' : '') },
        ],
      ),
    ],
  })
}

/** Whether the order of a parameter and the next one is established; the last has no next one. */
function orderText(causal: CausalSummary, row: EffectRanking): string {
  const next = causal.ranking.some((r) => r.outcome === row.outcome && r.rank === row.rank + 1)
  return next ? (row.separableFromNext ? 'established' : 'open') : ''
}

const estimateText = (estimate: Effect['total']) =>
  estimate === null
    ? missingMark
    : quantityParts({ value: estimate.estimate, low: estimate.low, high: estimate.high, unit: '' }).number

const numberOrDash = (value: number | null, digits: number) =>
  value === null ? missingMark : formatNumber(value, digits, true)

function adjustmentText(effect: Effect): string {
  const set = effect.adjustmentSets[0]
  return set === undefined || set.length === 0 ? 'nothing' : set.map(columnName).join(', ')
}

import type {
  ComparisonRow,
  HeldOutPrediction,
  ModelComparisonTable,
  ModelDetail,
  ModelKind,
  ModelScore,
} from '../../contract/index.ts'
import {
  columnName,
  formatNumber,
  modelNames,
  sentenceStart,
  shareInterval,
  withUnit,
} from '../../figures/index.ts'
import { mean } from '../math/index.ts'
import { gaussianCrps } from './gaussian.ts'
import { groupJackknife } from './grouped.ts'

const LEVEL = 0.9
/** From here on guessing the mean looks accurate, and an accuracy says little. */
const FLATTERING_PERCENT = 80

type Source = Pick<ModelDetail, 'id' | 'outputs' | 'recommended' | 'heldOut' | 'scores'>
type Ratio = NonNullable<ComparisonRow['skill']>

/** Every kind beside the others on each output: skill over the mean, and distance to the recommended kind. */
export function compareModels(model: Source): ModelComparisonTable {
  const { recommended } = model
  const rows = model.scores.map((score): ComparisonRow => {
    const { coverage90, ...rest } = score
    return {
      ...rest,
      coverage90: {
        share: coverage90,
        n: score.n,
        ...(score.n > 0 ? shareInterval(coverage90 * score.n, score.n, LEVEL) : { low: 0, high: 1 }),
      },
      skill: score.model === 'mean' ? null : negated(crpsRatio(model, score, 'mean')),
      excess: score.model === recommended ? null : crpsRatio(model, score, recommended),
    }
  })
  const ranking = rankingOf(model.scores)
  return {
    modelId: model.id,
    recommended,
    rows,
    ranking,
    flattered: model.scores.flatMap(({ model: kind, output, accuracy }) =>
      kind === 'mean' && accuracy !== null && accuracy >= FLATTERING_PERCENT
        ? [{ output, accuracyOfMean: accuracy }]
        : [],
    ),
    why: [
      rankSentence(ranking, recommended),
      ...model.outputs.flatMap(({ name, unit }) => outputSentence(rows, name, unit, recommended)),
    ],
  }
}

/** CRPS / CRPS of `other` − 1 over the rows both predicted, with the jackknife interval of its logarithm over groups. */
function crpsRatio(model: Source, score: ModelScore, other: ModelKind): Ratio | null {
  const own = crpsOf(model.heldOut, score.model, score.output)
  const base = new Map(crpsOf(model.heldOut, other, score.output).map((row) => [row.specimen, row.crps]))
  const pairs = own.flatMap(({ specimen, group, crps }) => {
    const against = base.get(specimen)
    return against === undefined ? [] : [{ group, own: crps, base: against }]
  })
  const logRatio = (keep: (i: number) => boolean): number => {
    const kept = pairs.filter((_, i) => keep(i))
    return Math.log(mean(kept.map((p) => p.own)) / mean(kept.map((p) => p.base)))
  }
  const value = Math.exp(logRatio(() => true)) - 1
  if (!Number.isFinite(value)) return null
  const interval = groupJackknife(
    pairs.map((p) => p.group),
    LEVEL,
    logRatio,
  )
  return {
    value,
    low: interval === null ? null : Math.exp(interval.low) - 1,
    high: interval === null ? null : Math.exp(interval.high) - 1,
  }
}

function crpsOf(
  heldOut: readonly HeldOutPrediction[],
  kind: ModelKind,
  output: string,
): { specimen: string; group: string; crps: number }[] {
  return heldOut
    .filter((row) => row.model === kind && row.output === output)
    .map(({ specimen, group, y, mean, sd, crps }) => ({
      specimen,
      group,
      crps: crps ?? (sd > 0 ? gaussianCrps(y, mean, sd) : Math.abs(y - mean)),
    }))
}

function negated(ratio: Ratio | null): Ratio | null {
  if (ratio === null) return null
  const { value, low, high } = ratio
  return { value: -value, low: high === null ? null : -high, high: low === null ? null : -low }
}

/** Kinds by mean over outputs of CRPS relative to the mean of the training rows; those scored on every output. */
function rankingOf(scores: readonly ModelScore[]): ModelComparisonTable['ranking'] {
  const bases = scores.filter((score) => score.model === 'mean')
  return [...new Set(scores.map((score) => score.model))]
    .flatMap((model) => {
      const relative = bases.map(({ output, crps }) => {
        const own = scores.find((score) => score.model === model && score.output === output)
        return own === undefined ? Number.NaN : own.crps / crps
      })
      const relativeCrps = mean(relative)
      return Number.isFinite(relativeCrps) ? [{ model, relativeCrps }] : []
    })
    .sort((a, b) => a.relativeCrps - b.relativeCrps)
}

function rankSentence(ranking: ModelComparisonTable['ranking'], recommended: ModelKind): string {
  const own = ranking.find((entry) => entry.model === recommended)
  const first = ranking[0]
  if (own === undefined || first === undefined)
    return `${sentenceStart(modelNames[recommended])} is recommended.`
  const said = `its held-out CRPS is ${formatNumber(own.relativeCrps, 3, true)} of that of the mean of the training rows, averaged over outputs`
  if (first.model === recommended)
    return `${sentenceStart(modelNames[recommended])} is recommended: ${said}, the lowest of ${ranking.length} kinds.`
  return (
    `${sentenceStart(modelNames[recommended])} is recommended: ${said}. On these held-out rows ${modelNames[first.model]} ` +
    `is lower, ${formatNumber(first.relativeCrps, 3, true)}; the choice was made without them.`
  )
}

const percent = (value: number): string => formatNumber(100 * value, 2)

function intervalText({ low, high }: Ratio): string {
  return low === null || high === null
    ? 'too few groups for an interval'
    : `90 % interval ${percent(low)} to ${percent(high)} %`
}

/** One output in a sentence: what is gained over guessing the mean, and whether the next kind can be told apart. */
function outputSentence(
  rows: readonly ComparisonRow[],
  output: string,
  unit: string,
  recommended: ModelKind,
): string[] {
  const of = rows.filter((row) => row.output === output)
  const own = of.find((row) => row.model === recommended)
  if (own === undefined) return []
  const name = sentenceStart(columnName(output))
  const skill =
    own.skill === null
      ? ''
      : `, ${percent(Math.abs(own.skill.value))} % ${own.skill.value >= 0 ? 'below' : 'above'} guessing the mean (${
          own.skill.low === null || own.skill.high === null
            ? intervalText(own.skill)
            : `90 % interval of the skill ${percent(own.skill.low)} to ${percent(own.skill.high)} %`
        })`
  const next = of
    .filter((row) => row.excess !== null && row.model !== 'mean')
    .toSorted((a, b) => a.excess!.value - b.excess!.value)[0]
  const excess = next?.excess ?? null
  const apart =
    excess === null || excess.low === null || excess.high === null
      ? ''
      : excess.low > 0 || excess.high < 0
        ? ''
        : ': the two cannot be told apart'
  const against =
    next === undefined || excess === null
      ? ''
      : `; next is ${modelNames[next.model]} with ${percent(Math.abs(excess.value))} % ${excess.value >= 0 ? 'more' : 'less'} (${intervalText(excess)})${apart}`
  return [`${name}: CRPS ${withUnit(formatNumber(own.crps, 3, true), unit)}${skill}${against}.`]
}

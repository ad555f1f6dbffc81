import {
  ContractError,
  type DatasetTable,
  type HeldOutPrediction,
  type ModelDetail,
  type ModelKind,
  type ModelTrust,
  type ResidualTrend,
  type TrustRow,
} from '../../contract/index.ts'
import { shareInterval } from '../../figures/index.ts'
import { mean } from '../math/index.ts'
import { standardCdf } from './gaussian.ts'
import { binomialBand, binomialQuantile, groupJackknife, rankCorrelation } from './grouped.ts'

const LEVEL = 0.9
/** Nominal levels at which the predictive distribution's own coverage is read. */
const NOMINAL = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]

type Source = Pick<
  ModelDetail,
  'id' | 'inputs' | 'outputs' | 'recommended' | 'heldOut' | 'reliability' | 'scores'
>

/**
 * Whether `kind` (null: the recommended one) can be trusted on `output`, from its held-out predictions: coverage of its
 * intervals and of its distribution, probability integral transform, coverage of each group, and how its residuals go with
 * each input of `table`. Errors: COLUMN_UNKNOWN for an output the model has not, BAD_REQUEST for a kind it was not scored
 * with.
 */
export function trustOf(
  model: Source,
  table: DatasetTable,
  output: string,
  kind: ModelKind | null,
): ModelTrust {
  const found = model.outputs.find((o) => o.name === output)
  if (found === undefined)
    throw new ContractError('COLUMN_UNKNOWN', `The model does not predict "${output}".`, output)
  if (found.levels !== undefined)
    throw new ContractError(
      'BAD_REQUEST',
      `"${output}" is a category; it has probabilities and no intervals.`,
      output,
    )
  const chosen = kind ?? model.recommended
  const held = model.heldOut.filter((row) => row.model === chosen && row.output === output)
  if (held.length === 0)
    throw new ContractError('BAD_REQUEST', `The model was not scored with the kind "${chosen}".`, chosen)
  const rows = trustRows(held, table)
  const n = rows.length
  return {
    modelId: model.id,
    output,
    unit: found.unit,
    model: chosen,
    n,
    groupCount: new Set(rows.map((row) => row.group)).size,
    foldCount: new Set(rows.map((row) => row.fold)).size,
    rows,
    level: LEVEL,
    intervals: intervalCoverage(model, chosen, output, rows),
    distribution: NOMINAL.map((nominal) => ({
      nominal,
      ...shareOf(rows.filter((row) => Math.abs(row.pit - 0.5) <= nominal / 2).length, n),
    })),
    pit: pitHistogram(rows.map((row) => row.pit)),
    groups: groupCoverage(rows),
    trends: model.inputs.map((input) => trendOf(input, rows, table)),
  }
}

/** Held-out predictions of one kind and output with their group as the dataset names it. */
function trustRows(held: readonly HeldOutPrediction[], table: DatasetTable): TrustRow[] {
  const groupOf = new Map(table.specimens.map((specimen, i) => [specimen, table.groups[i]!]))
  return held.map(({ specimen, group, fold, y, mean, sd, low90, high90, pit }) => ({
    specimen,
    group: groupOf.get(specimen) ?? group,
    fold,
    y,
    mean,
    low90,
    high90,
    inside: y >= low90 && y <= high90,
    pit: pit ?? (sd > 0 ? standardCdf((y - mean) / sd) : 0.5 + 0.5 * Math.sign(y - mean)),
  }))
}

function shareOf(count: number, n: number): { share: number; low: number; high: number; n: number } {
  return n === 0
    ? { share: 0, low: 0, high: 1, n }
    : { share: count / n, ...shareInterval(count, n, LEVEL), n }
}

/** Coverage of the stated intervals: at every level kept (of the recommended kind), else at 90 % alone. */
function intervalCoverage(
  model: Source,
  kind: ModelKind,
  output: string,
  rows: readonly TrustRow[],
): ModelTrust['intervals'] {
  const kept =
    kind === model.recommended ? model.reliability.find((entry) => entry.output === output) : undefined
  return (
    kept?.points.map(({ nominal, observed, n }) => ({ nominal, ...shareOf(observed * n, n) })) ?? [
      { nominal: 0.9, ...shareOf(rows.filter((row) => row.inside).length, rows.length) },
    ]
  )
}

/** Ten bins of equal width, five below 50 rows; the band is binomial, for independent rows. */
export function pitHistogram(pits: readonly number[]): ModelTrust['pit'] {
  const n = pits.length
  const count = n < 50 ? 5 : 10
  const bins = Array.from({ length: count }, (_, b) => ({ from: b / count, to: (b + 1) / count, count: 0 }))
  for (const pit of pits) bins[Math.min(count - 1, Math.floor(pit * count))]!.count++
  const band = binomialBand(LEVEL, n, 1 / count)
  return {
    bins,
    expected: n / count,
    low: band.low,
    high: band.high,
    outside: bins.filter((bin) => bin.count < band.low || bin.count > band.high).length,
    outsideByChance: band.outside > 0 ? binomialQuantile(0.95, count, band.outside) : 0,
  }
}

function groupCoverage(rows: readonly TrustRow[]): ModelTrust['groups'] {
  const byGroup = new Map<string, TrustRow[]>()
  for (const row of rows) byGroup.set(row.group, [...(byGroup.get(row.group) ?? []), row])
  return [...byGroup]
    .map(([group, own]) => {
      const inside = own.filter((row) => row.inside).length
      return {
        group,
        inside,
        meanResidual: mean(own.map((row) => row.y - row.mean)),
        ...shareOf(inside, own.length),
      }
    })
    .sort((a, b) => a.high - b.high || a.share - b.share || a.group.localeCompare(b.group, 'en'))
}

/** Rank correlation of residual and input, with its interval on Fisher's scale so that it stays within −1 to 1. */
function trendOf(input: string, rows: readonly TrustRow[], table: DatasetTable): ResidualTrend {
  const at = table.columns.findIndex((column) => column.name === input)
  const rowOf = new Map(table.specimens.map((specimen, i) => [specimen, i]))
  const pairs = rows.flatMap((row) => {
    const x = table.values[at]?.[rowOf.get(row.specimen) ?? -1]
    return typeof x === 'number' ? [{ x, residual: row.y - row.mean, group: row.group }] : []
  })
  const over = (keep: (i: number) => boolean): number => {
    const kept = pairs.filter((_, i) => keep(i))
    return rankCorrelation(
      kept.map((p) => p.x),
      kept.map((p) => p.residual),
    )
  }
  const correlation = over(() => true)
  if (Number.isNaN(correlation)) return { input, correlation: null, low: null, high: null, n: pairs.length }
  const interval = groupJackknife(
    pairs.map((p) => p.group),
    LEVEL,
    (keep) => Math.atanh(over(keep)),
  )
  return {
    input,
    correlation,
    low: interval === null ? null : Math.tanh(interval.low),
    high: interval === null ? null : Math.tanh(interval.high),
    n: pairs.length,
  }
}

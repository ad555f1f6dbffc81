import { localExecutor } from '../../main/engine/compute/index.ts'
import { randomStream } from '../../main/engine/math/index.ts'
import { silentProgress, type Table } from '../../main/engine/dataset/table.ts'
import { predictFromImages, type Picture } from '../../main/engine/models/image/index.ts'
import { evaluateTable } from '../../main/engine/models/index.ts'
import { dealFolds } from '../../main/engine/models/inner-folds.ts'
import {
  campaignColumns,
  inputsByName,
  microscopeView,
  names,
  renderMicrograph,
  simulateCampaign,
  type CampaignSpecimen,
} from '../../main/engine/simulate/index.ts'
import { atMost, reported, type Bench, type Figure } from './bench.ts'
import { ratioInterval } from './tables/ratio.ts'

const SEEDS = [1, 2, 3]
const FOLDS = 5
const FIELDS = 2

/**
 * «15 % better than a model trained on images alone», on the simulated campaign: yield of held-out heats from composition,
 * process and measured microstructure, against the image-only model on the same folds.
 */
export const imagesBench: Bench = async (tell) => {
  const full: number[] = []
  const alone: number[] = []
  for (const seed of SEEDS) {
    const { specimens } = simulateCampaign({ specimens: 72, fieldsPerSpecimen: FIELDS, seed })
    const heats = [...new Set(specimens.map(({ heat }) => heat))]
    const groups = Int32Array.from(specimens, ({ heat }) => heats.indexOf(heat))
    const folds = dealFolds(groups, FOLDS, randomStream(seed, 'bench folds'))
    full.push(...fullRmses(specimens, groups, folds, seed))
    alone.push(...imageRmses(specimens, groups, folds, seed))
    tell(`seed ${seed} done`)
  }
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
  const { ratio, low, high } = ratioInterval(full, alone)
  const figures: Figure[] = [
    reported('demo campaign: RMSE of the full model', mean(full), 'MPa'),
    reported('demo campaign: RMSE of the image-only model', mean(alone), 'MPa'),
    atMost('demo campaign: RMSE of full over image-only', ratio, '1', 0.85),
    reported('low end of its 90 % interval', low, '1'),
    atMost('high end of its 90 % interval', high, '1', 0.85),
  ]
  return Promise.resolve(figures)
}

function fullRmses(
  specimens: readonly CampaignSpecimen[],
  groups: Int32Array,
  folds: Int32Array,
  seed: number,
): number[] {
  const known = campaignColumns.filter(({ role }) => role === 'composition' || role === 'process')
  const column = (
    name: string,
    unit: string,
    value: (s: CampaignSpecimen) => number,
  ): Table['columns'][number] => ({
    name,
    unit,
    role: 'process',
    levels: null,
    values: Float64Array.from(specimens, value),
  })
  const columns = [
    ...known.map(({ name, unit }) => column(name, unit, (s) => inputsByName(s.process)[name] ?? Number.NaN)),
    column(names.grainSize, 'µm', (s) => s.measured.grainSizeUm),
    column(names.areaFraction, '1', (s) => s.actual.areaFraction),
    column(names.diameter, 'µm', (s) => s.actual.equivalentCircleDiameterMeanUm),
    column(names.yieldStrength, 'MPa', (s) => s.measured.yieldMPa),
  ]
  const table: Table = { columns, rowIds: specimens.map(({ name }) => name), groups }
  const pairs = Array.from({ length: FOLDS }, (_, fold) => ({
    name: `fold ${fold}`,
    repeat: 1,
    fold,
    testRows: rowsOf(folds, fold),
  }))
  const { scores } = evaluateTable(
    table,
    {
      inputs: columns.slice(0, -1).map(({ name }) => name),
      outputs: [names.yieldStrength],
      folds: pairs,
      seed,
      kinds: ['pool'],
      executor: localExecutor(),
    },
    silentProgress,
  )
  return scores.map(({ rmse }) => rmse)
}

function imageRmses(
  specimens: readonly CampaignSpecimen[],
  groups: Int32Array,
  folds: Int32Array,
  seed: number,
): number[] {
  const pictures = specimens.map((specimen) =>
    Array.from({ length: FIELDS }, (_, field) => pictureOf(specimen, field + 1, seed)),
  )
  return Array.from({ length: FOLDS }, (_, fold) => {
    const pick = (rows: number[]): Parameters<typeof predictFromImages>[1] => ({
      n: rows.length,
      pictures: rows.map((r) => pictures[r]!),
      pixelSizeUm: Float64Array.from(rows, (r) => specimens[r]!.pixelSizeUm),
      outputs: [{ name: names.yieldStrength, unit: 'MPa' }],
      y: Float64Array.from(rows, (r) => specimens[r]!.measured.yieldMPa),
      groups: Int32Array.from(rows, (r) => groups[r]!),
    })
    const held = rowsOf(folds, fold)
    const rest = Array.from(folds.keys()).filter((row) => folds[row] !== fold)
    const training = pick(rest)
    const inner = dealFolds(training.groups, FOLDS, randomStream(seed, `inner ${fold}`))
    const test = pick(held)
    const { mean } = predictFromImages(localExecutor(), training, inner, test, seed, () => undefined)
    const square = mean.reduce((sum, v, i) => sum + (v - test.y[i]!) ** 2, 0)
    return Math.sqrt(square / test.n)
  })
}

function pictureOf(specimen: CampaignSpecimen, field: number, seed: number): Picture {
  const { rows, cols, databarRows, pixels } = renderMicrograph(microscopeView(specimen), field, seed)
  const kept = rows - databarRows
  return {
    rows: kept,
    columns: cols,
    grey: Float32Array.from(pixels.subarray(0, kept * cols), (v) => v / 255),
  }
}

const rowsOf = (folds: Int32Array, fold: number): number[] =>
  Array.from(folds.keys()).filter((row) => folds[row] === fold)

import { atLeast, atMost, reported, type Figure } from '../bench.ts'
import { ratioInterval } from './ratio.ts'

export interface KindResult {
  readonly kind: string
  readonly crps: number
  readonly nll: number
  readonly rmse: number
  readonly mae: number
  readonly r2: number
  readonly accuracy: number
  readonly coverage90: number
  readonly width90: number
  readonly widthAtNinety: number
  readonly cpuS: number
  readonly rmses: readonly number[]
}
export interface TaskResult {
  readonly task: string
  readonly results: readonly KindResult[]
}
export type Stored = Record<string, Record<string, [number, number]>>

const STORED = ['ridge', 'rf', 'gbm', 'gp', 'deepens', 'mcdrop']
/** About three groups to train on: flagged as too small to choose a model on, see docs/results.md. */
const TOO_SMALL = ['al_gradient/hardness']

export function taskFigures(task: string, results: readonly KindResult[], stored: Stored): Figure[] {
  const known = [...STORED, 'mean'].flatMap((name) => stored[name]?.['CRPS']?.[0] ?? [])
  const best = Math.min(...known)
  const baseline = results.find(({ kind }) => kind === 'mean')?.crps ?? Number.NaN
  return results.flatMap((r) => {
    const id = `${task}, ${r.kind}`
    const figures = [reported(`${id}: CRPS`, r.crps, 'unit')]
    if (r.kind !== 'pool' && r.kind !== 'bhn' && r.kind !== 'bhn-raw') return figures
    figures.push(
      r.kind === 'pool' && !TOO_SMALL.includes(task)
        ? atMost(`${id}: CRPS over the best stored`, r.crps / best, '1', 1.03)
        : reported(`${id}: CRPS over the best stored`, r.crps / best, '1'),
    )
    if (r.kind !== 'pool') return figures
    const forest = results.find(({ kind }) => kind === 'forest')
    return [
      ...figures,
      reported(`${id}: rank among the stored`, rankOf(r.crps, stored), '1'),
      reported(`${id}: skill 1 − CRPS/CRPS of the mean`, 1 - r.crps / baseline, '1'),
      reported(`${id}: accuracy 1 − MAPE`, r.accuracy, '%'),
      reported(`${id}: R²`, r.r2, '1'),
      reported(`${id}: RMSE`, r.rmse, 'unit'),
      {
        ...atLeast(`${id}: coverage of 90 %`, 100 * r.coverage90, '%', 84),
        goal: '84–96',
        holds: r.coverage90 >= 0.84 && r.coverage90 <= 0.96,
      },
      ...(forest === undefined
        ? []
        : [
            atMost(
              `${id}: width over the forest's at equal coverage`,
              r.widthAtNinety / forest.widthAtNinety,
              '1',
              1,
            ),
          ]),
      reported(`${id}: CPU of one fit`, r.cpuS, 's'),
    ]
  })
}

function rankOf(crps: number, stored: Stored): number {
  return 1 + STORED.filter((name) => (stored[name]?.['CRPS']?.[0] ?? Infinity) < crps).length
}

export function summaryFigures(done: readonly TaskResult[], storedOf: (task: string) => Stored): Figure[] {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
  const of = (kind: string): { task: string; result: KindResult }[] =>
    done.map(({ task, results }) => ({ task, result: results.find((r) => r.kind === kind)! }))
  const ranks = (kind: string): number =>
    mean(of(kind).map(({ task, result }) => rankOf(result.crps, storedOf(task))))
  return [
    atMost('mean rank by CRPS: recommended model (auto)', ranks('auto'), '1', 1.15),
    atMost('mean rank by CRPS: blend', ranks('pool'), '1', 1.15),
    atMost('mean rank by CRPS: hypernetwork', ranks('bhn'), '1', 1.5),
    atMost('mean rank by CRPS: hypernetwork on raw inputs', ranks('bhn-raw'), '1', 2),
    reported('mean rank by CRPS: own forest', ranks('forest'), '1'),
    atMost(
      'mean |coverage − 90|: recommended model',
      mean(of('pool').map(({ result }) => Math.abs(100 * result.coverage90 - 90))),
      'points',
      2,
    ),
    reported(
      'mean width over the forest at equal coverage',
      mean(
        done.map(({ results }) => {
          const at = (kind: string): number => results.find((r) => r.kind === kind)!.widthAtNinety
          return at('pool') / at('forest')
        }),
      ),
      '1',
    ),
  ]
}

/** What is asked of single tasks, over their test folds. */
export function goalFigures(done: readonly TaskResult[]): Figure[] {
  const of = (task: string): KindResult | undefined =>
    done.find((one) => one.task === task)?.results.find(({ kind }) => kind === 'auto')
  const goal = (task: string, figures: (r: KindResult) => Figure[]): Figure[] => {
    const result = of(task)
    return result === undefined ? [] : figures(result)
  }
  return [
    ...goal('grain_growth/ln_grain', (r) => [
      atLeast('grain_growth: R² of ln grain size', r.r2, '1', 0.62),
      atMost('grain_growth: CRPS', r.crps, 'ln', 0.35),
    ]),
    ...goal('steel_strength/yield', (r) => [
      atMost('steel_strength yield: MAE', r.mae, 'MPa', 95),
      atLeast('steel_strength yield: accuracy', r.accuracy, '%', 93.5),
    ]),
    ...goal('steel_fatigue/fatigue', (r) => [
      atLeast('steel_fatigue: R²', r.r2, '1', 0.96),
      atMost('steel_fatigue: RMSE', r.rmse, 'MPa', 38),
    ]),
    ...goal('concrete/strength', (r) => [
      atMost('concrete, grouped: RMSE', r.rmse, 'MPa', 6.4),
      atMost('concrete, grouped: CRPS', r.crps, 'MPa', 3.5),
    ]),
    ...goal('concrete/splits90', (r) => [
      atMost('concrete, 20 random splits: RMSE', r.rmse, 'MPa', 4.15),
      atMost('concrete, 20 random splits: NLL', r.nll, 'nat', 2.83),
    ]),
    ...goal('al5xxx/proof', (r) => [
      atMost('al5xxx proof: RMSE', r.rmse, 'MPa', 28),
      {
        ...atLeast('al5xxx proof: coverage of 90 %', 100 * r.coverage90, '%', 85),
        goal: '85–95',
        holds: r.coverage90 >= 0.85 && r.coverage90 <= 0.95,
      },
    ]),
  ]
}

/** "15 % better than microstructure alone": RMSE ratios with their 90 % intervals over the folds. */
export function ratioFigures(done: readonly TaskResult[]): Figure[] {
  return done.flatMap(({ task, results }) => {
    const alone = done.find((other) => other.task === `${task} only`)
    if (alone === undefined) return []
    const rmses = (from: readonly KindResult[]): readonly number[] =>
      from.find((r) => r.kind === 'pool')?.rmses ?? []
    const { ratio, low, high } = ratioInterval(rmses(results), rmses(alone.results))
    return [
      atMost(`${task}: RMSE over microstructure only`, ratio, '1', 0.85),
      reported(`${task}: low end of its 90 % interval`, low, '1'),
      atMost(`${task}: high end of its 90 % interval`, high, '1', 0.85),
    ]
  })
}

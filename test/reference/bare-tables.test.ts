import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EdgeTriple, Effect, Note } from '../../main/contract/index.ts'
import { cliJson } from '../support/cli.ts'
import { sharedData } from '../support/shared-data.ts'

/** Science rooms on bare tables through the command line, as scripts use them: shapes, and numbers that can be true. */
const dir = sharedData('.')
const why = dir === null ? ' (skipped: the reference data are not beside the repository)' : ''
const path = (...parts: string[]): string => join(dir ?? '', ...parts)
const read = <T>(...parts: string[]): T => JSON.parse(readFileSync(path(...parts), 'utf8')) as T

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'causalloy-bare-'))
})
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

async function cli<T>(...args: string[]): Promise<T> {
  const { code, value } = await cliJson<T>(args, { home })
  expect(code).toBe(0)
  return value
}
function written(name: string, value: unknown): string {
  const file = join(home, name)
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))
  return file
}

type Figures = Record<
  'rmse' | 'mae' | 'accuracy' | 'nll' | 'crps' | 'coverage90' | 'width90' | 'fitCpuS',
  number
>
interface Score extends Figures {
  model: string
  output: string
  unit: string
  n: number
  r2: number | null
  repeat: number
  fold: number
}
interface Evaluation {
  kind: string
  split: string
  scores: Score[]
  means: (Figures & { output: string; folds: number; r2: number | null })[]
  chosen?: { output: string; repeat: number; fold: number; model: string }[]
  warnings: Note[]
}
interface Task {
  readonly id: string
  readonly inputs: string[]
  readonly target: string
}

/** The first repeat only of a folds file: row, group and the columns asked for. */
function firstRepeat(set: string, column: string): string {
  const [head, ...lines] = readFileSync(path('alloys', set, 'folds.csv'), 'utf8')
    .trim()
    .split('\n')
  const kept = ['row', 'group', column].map((name) => head!.trim().split(',').indexOf(name))
  const rows = [head!, ...lines].map((line) => kept.map((k) => line.trim().split(',')[k]).join(','))
  return written(`${set}-folds.csv`, rows.join('\n'))
}

describe.skipIf(dir === null)(`model evaluate${why}`, () => {
  const taskOf = (set: string, id: string): Task =>
    read<Record<string, { tasks: Task[] }>>('alloys', 'reference', 'tasks.json')[set]!.tasks.find(
      (task) => task.id === id,
    )!
  const evaluate = (set: string, { inputs, target }: Task, ...flags: string[]) =>
    cli<Evaluation>(
      ...['model', 'evaluate', '--csv', path('alloys', set, 'data.csv'), '--outputs', target],
      ...['--inputs', inputs.join(','), ...flags],
    )
  function expectSane({ scores, means }: Evaluation, rows: number): void {
    expect(scores.reduce((sum, { n }) => sum + n, 0)).toBe(rows)
    for (const score of scores) {
      expect(score.rmse).toBeGreaterThanOrEqual(score.mae)
      expect(score.mae).toBeGreaterThanOrEqual(score.crps)
      expect(score.width90).toBeGreaterThan(0)
      expect(score.fitCpuS).toBeGreaterThan(0)
      expect(Number.isFinite(score.nll)).toBe(true)
    }
    const mean = scores.reduce((sum, { rmse }) => sum + rmse, 0) / scores.length
    expect(means[0]!.rmse).toBeCloseTo(mean, 9)
    expect(means[0]!.folds).toBe(scores.length)
    // Half of the alloys at a time: one fold may be all extrapolation, the folds together may not.
    expect(means[0]!.coverage90).toBeGreaterThan(0.7)
  }

  it('scores the strength of AA5xxx sheet on unseen alloys, better than the mean', async () => {
    const task = taskOf('al5xxx', 'uts')
    const folds = firstRepeat('al5xxx', 'g1')
    const file = join(home, 'predictions.csv')
    const found = await evaluate('al5xxx', task, '--folds', folds, '--predictions', file)
    expect([found.kind, found.split, found.warnings]).toEqual(['auto', 'grouped', []])
    expect(found.scores.map(({ repeat, fold }) => [repeat, fold])).toEqual([
      [1, 0],
      [1, 1],
    ])
    expect(found.chosen!.map(({ model }) => model)).toEqual(found.scores.map(({ model }) => model))
    expectSane(found, 115)
    const plain = await evaluate('al5xxx', task, '--folds', folds, '--kind', 'mean')
    expect(found.means[0]!.crps).toBeLessThan(0.8 * plain.means[0]!.crps)

    const [head, ...lines] = readFileSync(file, 'utf8').trim().split('\n')
    expect(head).toBe('repeat,fold,row,output,y,mean,sd,q05,q50,q95,nll,crps')
    const data = readFileSync(path('alloys', 'al5xxx', 'data.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
    const at = data[0]!.split(',').indexOf(task.target)
    const rows = lines.map((line) => line.split(','))
    expect(rows.map(([, , row]) => Number(row)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 115 }, (_, row) => row),
    )
    for (const [, , row, , y, mean, sd, low, , high] of rows) {
      expect(Number(y)).toBe(Number(data[Number(row) + 1]!.split(',')[at]))
      expect(Number(low)).toBeLessThan(Number(mean))
      expect(Number(high)).toBeGreaterThan(Number(mean))
      expect(Number(sd)).toBeGreaterThan(0)
    }
  })

  it('scores ridge on every repeat as the stored peers do', async () => {
    const found = await evaluate(
      'al5xxx',
      taskOf('al5xxx', 'uts'),
      ...['--folds', path('alloys', 'al5xxx', 'folds.csv'), '--kind', 'ridge'],
    )
    expectSane(found, 5 * 115)
    const { tasks } = read<{
      tasks: Record<string, { grouped: { results: { ridge: Record<'RMSE' | 'MAE', [number, number]> } } }>
    }>('alloys', 'reference', 'baselines.json')
    const peer = tasks['al5xxx/uts']!.grouped.results.ridge
    // Mean over ten folds, and its standard deviation over them; ridge differs by how its penalty is chosen.
    expect(Math.abs(found.means[0]!.rmse - peer.RMSE[0])).toBeLessThan(peer.RMSE[1])
    expect(Math.abs(found.means[0]!.mae - peer.MAE[0])).toBeLessThan(peer.MAE[1])
  })

  it('scores the hypernetwork along a gradient of composition, by rows and by groups', async () => {
    const task = taskOf('al_gradient', 'hardness')
    const folds = ['--folds', path('alloys', 'al_gradient', 'folds.csv'), '--kind', 'bhn', '--seed', '3']
    const random = await evaluate('al_gradient', task, ...folds, '--split', 'random')
    expect(random.split).toBe('random')
    expectSane(random, 5 * 72)
    expect(random.means[0]!.r2).toBeGreaterThan(0.3)
    const grouped = await evaluate(
      'al_gradient',
      task,
      '--folds',
      firstRepeat('al_gradient', 'g1'),
      '--kind',
      'bhn',
    )
    expectSane(grouped, 72)
    // Half of a gradient that was never seen is harder than rows between rows.
    expect(grouped.means[0]!.width90).toBeGreaterThan(random.means[0]!.width90)
  })
})

interface Discovery {
  nodes: string[]
  edges: EdgeTriple[]
  scores?: { skeleton: [string, string, number][]; directed: [string, string, number][] }
  tests: number
  cpuS: number
  warnings: Note[]
}
interface Truth {
  nodes: string[]
  tiers: string[][]
  edges: { source: string; target: string }[]
  effects: { treatment: string; outcome: string; true_total_effect_per_unit: number }[]
}

describe.skipIf(dir === null)(`causal verbs${why}`, () => {
  const steel = path('causal', 'sem', 'steel-linear', 'data.csv')
  const truth = dir === null ? null : read<Truth>('causal', 'sem', 'steel-linear', 'truth.json')
  const tiers = (): string => written('tiers.json', { tiers: truth!.tiers })

  it('discover keeps the tiers of steel-linear, scores edges, and finds most that are there', async () => {
    const found = await cli<Discovery>(
      ...['causal', 'discover', '--csv', steel, '--knowledge', tiers(), '--bootstrap', '30'],
    )
    expect(Object.keys(found)).toEqual(['nodes', 'edges', 'scores', 'tests', 'cpuS', 'warnings'])
    expect([...found.nodes].sort()).toEqual([...truth!.nodes].sort())
    const tierOf = new Map(truth!.tiers.flatMap((names, tier) => names.map((name) => [name, tier] as const)))
    for (const [from, mark, to] of found.edges)
      expect(
        mark === '-->' ? tierOf.get(from)! <= tierOf.get(to)! : tierOf.get(from) === tierOf.get(to),
      ).toBe(true)
    const real = new Set(truth!.edges.map(({ source, target }) => `${source} ${target}`))
    const arrows = found.edges.filter(([, mark]) => mark === '-->')
    const right = arrows.filter(([from, , to]) => real.has(`${from} ${to}`)).length
    expect(right / arrows.length).toBeGreaterThan(0.75)
    expect(right / real.size).toBeGreaterThan(0.6)
    for (const [a, b, share] of [...found.scores!.skeleton, ...found.scores!.directed]) {
      expect(share).toBeGreaterThan(0)
      expect(share).toBeLessThanOrEqual(1)
      expect(a).not.toBe(b)
    }
    expect(found.tests).toBeGreaterThan(50)
  })

  it('discover keeps every edge that knowledge requires of concrete, and points none out of its strength', async () => {
    const file = path('causal', 'concrete', 'knowledge.json')
    const { required } = read<{ required: [string, string][] }>('causal', 'concrete', 'knowledge.json')
    const found = await cli<Discovery>(
      ...['causal', 'discover', '--csv', path('causal', 'concrete', 'data.csv'), '--knowledge', file],
    )
    expect(found).not.toHaveProperty('scores')
    for (const [cause, effect] of required) expect(found.edges).toContainEqual([cause, '-->', effect])
    const touching = found.edges.filter(([from, , to]) => from === 'strength_MPa' || to === 'strength_MPa')
    expect(touching).toHaveLength(required.length)
    for (const { code, message } of found.warnings)
      expect([code !== '', message.endsWith('.')]).toEqual([true, true])
  })

  it('effects covers the true effect of cooling rate on yield strength, where naive regression does not', async () => {
    const { true_total_effect_per_unit: real } = truth!.effects.find(
      ({ treatment, outcome }) => treatment === 'cooling_rate_K_s' && outcome === 'yield_strength_MPa',
    )!
    expect(real).toBe(11.2)
    const asked = [
      '--treatment',
      'cooling_rate_K_s',
      '--outcome',
      'yield_strength_MPa',
      '--knowledge',
      tiers(),
    ]
    const graph = written(
      'graph.json',
      await cli<Discovery>('causal', 'discover', '--csv', steel, '--knowledge', tiers()),
    )
    const fromGraph = await cli<Effect>(
      ...['causal', 'effects', '--csv', steel, '--graph', graph, '--at', '5,10,15', ...asked],
    )
    const discovered = await cli<Effect>(
      ...['causal', 'effects', '--csv', steel, '--discover', '--bootstrap', '50', ...asked],
    )
    for (const effect of [fromGraph, discovered]) {
      expect(effect).toMatchObject({ identified: true, n: 600, level: 0.95 })
      expect(effect.total!.low).toBeLessThan(real)
      expect(effect.total!.high).toBeGreaterThan(real)
      expect(effect.total!.high - effect.total!.low).toBeLessThan(3)
      expect(effect.naive!.high).toBeLessThan(real)
      expect(effect.adjustmentSets[0]).toEqual(expect.arrayContaining(['C_wt', 'Cr_wt']))
    }
    expect(fromGraph.curve.map(({ x, supported }) => [x, supported])).toEqual([
      [5, true],
      [10, true],
      [15, true],
    ])
    const [low, , high] = fromGraph.curve
    expect((high!.mean - low!.mean) / 10).toBeCloseTo(fromGraph.total!.estimate, -1)
  })

  it('meek closes the 200 cases as listing all graphs does', async () => {
    const file = path('causal', 'meek', 'cases.json')
    const cases = read<{ id: number; expected: EdgeTriple[] | 'contradiction' }[]>(
      'causal',
      'meek',
      'cases.json',
    )
    const answers = await cli<{ id: number; result: EdgeTriple[] | 'contradiction' }[]>(
      ...['causal', 'meek', '--cases', file],
    )
    const canonical = (edges: EdgeTriple[] | 'contradiction') =>
      edges === 'contradiction'
        ? edges
        : edges.map(([a, mark, b]) => (mark === '--' && a > b ? [b, mark, a] : [a, mark, b]).join(' ')).sort()
    expect(answers.map(({ id }) => id)).toEqual(cases.map(({ id }) => id))
    const wrong = cases.filter(
      ({ expected }, k) =>
        JSON.stringify(canonical(answers[k]!.result)) !== JSON.stringify(canonical(expected)),
    )
    expect(wrong).toEqual([])
    expect(answers.filter(({ result }) => result === 'contradiction').length).toBeGreaterThan(0)
  })
})

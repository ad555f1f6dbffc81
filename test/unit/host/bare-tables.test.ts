import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../../../main/engine/math/index.ts'
import { runCli } from '../../../main/host/cli/run.ts'

/** Verbs on bare tables, on a table whose truth is known: heat acts on grain, grain on strength. */
let folder: string
let csv: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'causalloy-bare-'))
  csv = join(folder, 'steel.csv')
  const random = randomStream(4, 'bare-tables')
  const lines = Array.from({ length: 200 }, (_, row) => {
    const temper = 500 + 50 * random.normal()
    const grain = 20 + 0.1 * (temper - 500) + random.normal()
    const strength = 800 - 10 * (grain - 20) + 8 * random.normal()
    return [`H${row % 20}`, temper, grain, strength, row % 3].join(',')
  })
  writeFileSync(csv, ['batch,temper [°C],grain_um,strength_MPa,line', ...lines].join('\n') + '\n')
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

async function run(...args: string[]): Promise<{ code: number; value: Record<string, unknown> }> {
  let stdout = ''
  const code = await runCli([...args, '--json'], {
    stdout: (text) => (stdout += text),
    stderr: () => undefined,
    isTty: false,
    columns: 80,
    onInterrupt: () => () => undefined,
  })
  return { code, value: JSON.parse(stdout) as Record<string, unknown> }
}
const write = (name: string, value: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(value))
  return path
}

describe('causal verbs', () => {
  it('discover names columns by their header, keeps knowledge, scores edges and warns of codes', async () => {
    const knowledge = write('knowledge.json', {
      tiers: [['temper [°C]', 'line'], ['grain_um'], ['strength_MPa']],
    })
    const { code, value } = await run(
      'causal',
      'discover',
      '--csv',
      csv,
      '--knowledge',
      knowledge,
      '--bootstrap',
      '10',
    )
    expect(code).toBe(0)
    expect(Object.keys(value)).toEqual(['nodes', 'edges', 'scores', 'tests', 'cpuS', 'warnings'])
    expect(value['edges']).toEqual(
      expect.arrayContaining([
        ['temper [°C]', '-->', 'grain_um'],
        ['grain_um', '-->', 'strength_MPa'],
      ]),
    )
    expect(value['nodes']).not.toContain('batch')
    const codes = (value['warnings'] as { code: string }[]).map((one) => one.code)
    expect(codes).toEqual(expect.arrayContaining(['GROUPED_ROWS', 'CODES_AS_NUMBERS']))
    expect((await run('causal', 'discover', '--csv', csv)).value).not.toHaveProperty('scores')
  })

  it('discover takes the rows of each resample from a file, and refuses rows that are not there', async () => {
    const all = Array.from({ length: 200 }, (_, row) => row)
    const { value } = await run(
      'causal',
      'discover',
      '--csv',
      csv,
      '--resampling',
      write('rows.json', [all, all]),
    )
    const scores = value['scores'] as { skeleton: [string, string, number][] }
    // The whole table twice: every edge is found always or never.
    expect(scores.skeleton.map(([, , score]) => score).filter((score) => score !== 0 && score !== 1)).toEqual(
      [],
    )
    const beyond = await run('causal', 'discover', '--csv', csv, '--resampling', write('bad.json', [[200]]))
    expect([beyond.code, beyond.value]).toMatchObject([1, { error: { code: 'BAD_REQUEST' } }])
  })

  it('effects takes the graph that discover prints, and covers the truth of -1 MPa per °C', async () => {
    const knowledge = write('tiers.json', {
      tiers: [['temper [°C]', 'line'], ['grain_um'], ['strength_MPa']],
    })
    const graph = write(
      'graph.json',
      (await run('causal', 'discover', '--csv', csv, '--knowledge', knowledge)).value,
    )
    const flags = ['--treatment', 'temper [°C]', '--outcome', 'strength_MPa', '--at', '450,550']
    const { code, value } = await run(
      'causal',
      'effects',
      '--csv',
      csv,
      '--graph',
      graph,
      '--knowledge',
      knowledge,
      ...flags,
    )
    expect(code).toBe(0)
    const total = value['total'] as { low: number; high: number }
    expect(value['identified']).toBe(true)
    expect(total.low).toBeLessThan(-1)
    expect(total.high).toBeGreaterThan(-1)
    expect((value['curve'] as { x: number }[]).map(({ x }) => x)).toEqual([450, 550])
    const unknown = await run(
      'causal',
      'effects',
      '--csv',
      csv,
      '--graph',
      graph,
      '--treatment',
      'x',
      '--outcome',
      'strength_MPa',
    )
    expect(unknown.value).toHaveProperty('error.code', 'COLUMN_UNKNOWN')
  })
})

describe('model evaluate', () => {
  const flags = ['--inputs', 'temper [°C],line', '--outputs', 'strength_MPa', '--kind', 'ridge']
  it('gives every figure of every fold, and the predictions behind them', async () => {
    const predictions = join(folder, 'predictions.csv')
    const { code, value } = await run(
      'model',
      'evaluate',
      '--csv',
      csv,
      ...flags,
      '--predictions',
      predictions,
    )
    expect(code).toBe(0)
    const scores = value['scores'] as Record<string, number>[]
    expect(scores).toHaveLength(5)
    for (const figure of ['rmse', 'mae', 'r2', 'accuracy', 'nll', 'crps', 'coverage90', 'width90', 'fitCpuS'])
      expect(scores[0]).toHaveProperty(figure)
    // Noise of grain and strength together: sqrt(10² + 8²) = 12.8 MPa; temper explains the other 50.
    const [mean] = value['means'] as { rmse: number }[]
    expect(mean!.rmse).toBeGreaterThan(10)
    expect(mean!.rmse).toBeLessThan(16)

    const [head, ...lines] = readFileSync(predictions, 'utf8').trimEnd().split('\n')
    expect(head).toBe('repeat,fold,row,output,y,mean,sd,q05,q50,q95,nll,crps')
    expect(lines).toHaveLength(200)
    // The scores can be had from the file: same rows, same unit.
    const errors = lines
      .map((line) => line.split(','))
      .filter(([, fold]) => Number(fold) === scores[0]!['fold'])
    const squares = errors.map((cells) => (Number(cells[4]) - Number(cells[5])) ** 2)
    const rmse = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length)
    expect(rmse).toBeCloseTo(scores[0]!['rmse']!, 9)
  })

  it('keeps the rows of a batch on one side, and repeats with the seed', async () => {
    const file = join(folder, 'again.csv')
    const batches = (): Map<number, Set<string>> => {
      const sides = new Map<number, Set<string>>()
      for (const line of readFileSync(file, 'utf8').trimEnd().split('\n').slice(1)) {
        const [, fold = '', row = ''] = line.split(',')
        const batch = Number(row) % 20
        sides.set(batch, (sides.get(batch) ?? new Set()).add(fold))
      }
      return sides
    }
    await run('model', 'evaluate', '--csv', csv, ...flags, '--seed', '9', '--predictions', file)
    const first = readFileSync(file, 'utf8')
    expect([...batches().values()].every((folds) => folds.size === 1)).toBe(true)
    await run('model', 'evaluate', '--csv', csv, ...flags, '--seed', '9', '--predictions', file)
    expect(readFileSync(file, 'utf8')).toBe(first)
  })

  it('names what it cannot find', async () => {
    const column = await run(
      'model',
      'evaluate',
      '--csv',
      csv,
      '--inputs',
      'nothing',
      '--outputs',
      'strength_MPa',
    )
    expect(column.value).toMatchObject({ error: { code: 'COLUMN_UNKNOWN', detail: 'nothing' } })
    const group = await run('model', 'evaluate', '--csv', csv, ...flags, '--group', 'nothing')
    expect(group.value).toMatchObject({ error: { code: 'COLUMN_UNKNOWN' } })
    const split = await run('model', 'evaluate', '--csv', csv, ...flags, '--split', 'random')
    expect(split.code).toBe(2)
  })
})

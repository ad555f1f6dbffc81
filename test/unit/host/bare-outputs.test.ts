import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../../../main/engine/math/index.ts'
import { runCli } from '../../../main/host/cli/run.ts'

/** Outputs of all kinds by flags, on a table whose truth is known. */
let folder: string
let csv: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'causalloy-outputs-'))
  csv = join(folder, 'steel.csv')
  const random = randomStream(6, 'bare-outputs')
  const lines = Array.from({ length: 80 }, (_, row) => {
    const t = random.uniform()
    const raw = [2 - 4 * t, 4 * t, 0.5].map((v) => Math.exp(v + 0.2 * random.normal()))
    const sum = raw.reduce((a, b) => a + b, 0)
    const parts = raw.map((v) => ((100 * v) / sum).toFixed(6))
    const grain = Math.exp(1 + t + 0.1 * random.normal())
    const structure = t + 0.1 * random.normal() > 0.5 ? 'needles' : 'grains'
    return [`H${row % 20}`, 500 + 200 * t, ...parts, grain, structure, t > 0.4 ? 2 : 1].join(',')
  })
  writeFileSync(csv, ['batch,T_C,alpha,beta,gamma,grain_um,structure,route', ...lines].join('\n') + '\n')
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
const evaluate = (...flags: string[]) => run('model', 'evaluate', '--csv', csv, '--inputs', 'T_C', ...flags)
const lines = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n')

describe('model evaluate', () => {
  it('scores numbers with a support, parts of a whole and categories', async () => {
    const [numbers, classes] = [join(folder, 'numbers.csv'), join(folder, 'classes.csv')]
    const { code, value } = await evaluate(
      ...['--outputs', 'grain_um,structure,route', '--category', 'route', '--support', 'grain_um:positive'],
      ...['--composition', 'phases=alpha+beta+gamma', '--kind', 'bhn-raw'],
      ...['--predictions', numbers, '--class-predictions', classes],
    )
    expect(code).toBe(0)
    const means = value['means'] as { output: string; coverage90: number; r2: number }[]
    expect(means.map((m) => m.output)).toEqual(['grain_um', 'alpha', 'beta', 'gamma'])
    for (const { coverage90 } of means) expect(coverage90).toBeGreaterThan(0.75)
    const classMeans = value['classMeans'] as { output: string; accuracy: number; logLoss: number }[]
    expect(classMeans.map((m) => m.output)).toEqual(['structure', 'route'])
    for (const { accuracy, logLoss } of classMeans) {
      expect(accuracy).toBeGreaterThan(0.75)
      expect(logLoss).toBeLessThan(0.6)
    }
    expect(lines(numbers)).toHaveLength(1 + 4 * 80)
    const [head, first] = lines(classes)
    expect(head).toBe('repeat,fold,row,output,observed,level,probability,inSet90')
    expect(first!.split(',')[3]).toBe('structure')
    expect(lines(classes)).toHaveLength(1 + 2 * 2 * 80)
  })

  it.each([
    [['--outputs', 'grain_um', '--support', 'grain_um'], 2],
    [['--outputs', 'grain_um', '--support', 'grain_um:5..1'], 2],
    [['--composition', 'alpha+beta'], 2],
    [['--histogram', 'h=alpha+beta'], 2],
    [['--composition', 'p=alpha+beta+gamma', '--log'], 2],
    [[], 2],
    [['--composition', 'p=alpha+delta'], 1],
    [['--composition', 'p=alpha+beta'], 1],
    [['--histogram', 'h=alpha+beta+gamma@1:2:3'], 1],
    [['--outputs', 'grain_um', '--category', 'nothing'], 1],
  ])('refuses %j', async (flags, code) => {
    expect((await evaluate(...flags, '--kind', 'mean')).code).toBe(code)
  })
})

describe('model train and predict', () => {
  it('keep all kinds of outputs in a file and predict them from it', async () => {
    const file = join(folder, 'model')
    const trained = await run(
      ...['model', 'train', '--csv', csv, '--inputs', 'T_C', '--outputs', 'structure', '--out', file],
      ...['--histogram', 'sizes=alpha+beta+gamma@1:5:20:100', '--kinds', 'bhn-raw'],
    )
    expect(trained.code).toBe(0)
    const names = (trained.value['outputs'] as { name: string }[]).map((o) => o.name)
    expect(names).toEqual(['alpha', 'beta', 'gamma', 'sizes mean', 'sizes D10', 'sizes D50', 'sizes D90'])
    expect(trained.value['classes']).toMatchObject([{ output: 'structure', levels: ['grains', 'needles'] }])

    const rows = join(folder, 'rows.csv')
    writeFileSync(rows, 'T_C,x\n505,1\n690,2\n,3\n')
    const [numbers, classes] = [join(folder, 'p.csv'), join(folder, 'c.csv')]
    const predicted = await run(
      ...['model', 'predict', '--model', file, '--csv', rows, '--out', numbers, '--classes-out', classes],
    )
    expect(predicted.code).toBe(0)
    const parts = (predicted.value['predictions'] as { row: number; output: string; mean: number }[]).filter(
      (p) => p.row === 0 && ['alpha', 'beta', 'gamma'].includes(p.output),
    )
    expect(parts.reduce((sum, p) => sum + p.mean, 0)).toBeCloseTo(100, 9)
    const levels = predicted.value['classes'] as { row: number; levels: { probability: number }[] }[]
    expect(levels[0]!.levels[0]!.probability).toBeGreaterThan(0.7)
    expect(levels[1]!.levels[1]!.probability).toBeGreaterThan(0.7)
    expect(lines(numbers)).toHaveLength(1 + 3 * 7)
    expect(lines(classes)).toHaveLength(1 + 3 * 2)
  })
})

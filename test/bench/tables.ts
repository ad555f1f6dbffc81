import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { sharedData } from '../support/shared-data.ts'
import { atLeast, reported, type Bench, type Figure } from './bench.ts'
import {
  goalFigures,
  ratioFigures,
  summaryFigures,
  taskFigures,
  type Stored,
  type TaskResult,
} from './tables/figures.ts'
import { tableTasks } from './tables/tasks.ts'

const run = promisify(execFile)

/** Kinds that every task is given; `forest` is the measure of width at equal coverage. */
const KINDS = 'pool,bhn,bhn-raw,forest,ridge,mean'
/** About ten minutes: a small, a grouped, a logarithmic, a linear and a large table. */
const SHORT = [
  'al5xxx/proof',
  'dual_phase/yield',
  'mpea/ln_grain',
  'steel_strength/yield',
  'steel_fatigue/fatigue',
]

/**
 * `npm run bench -- tables [--short] [--random] [--tasks a,b] [--fresh]`: the tasks of the reference against its stored
 * baselines. A task's result is kept under test/artifacts until the code of the models changes, so a broken run goes on.
 */
export const tablesBench: Bench = async (tell) => {
  const reference = sharedData('alloys/reference')
  if (reference === null) throw new Error('the reference tables are not beside the repository')
  const flags = process.argv.slice(3)
  const split = flags.includes('--random') ? 'random' : 'grouped'
  const baselines = (
    JSON.parse(readFileSync(join(reference, 'baselines.json'), 'utf8')) as {
      tasks: Record<string, Record<string, { results: Stored }>>
    }
  ).tasks
  const named = flags[flags.indexOf('--tasks') + 1] ?? ''
  const wanted = flags.includes('--tasks') ? named.split(',') : flags.includes('--short') ? SHORT : null
  const tasks = tableTasks(reference).filter(
    ({ id }) =>
      (wanted === null || wanted.includes(id)) &&
      (split === 'grouped' || baselines[id]?.['random'] !== undefined),
  )
  const done = await evaluateAll(
    reference,
    split,
    tasks.map(({ id }) => id),
    tell,
  )
  const scored = done.filter(({ task }) => baselines[task] !== undefined)
  const figures = scored.flatMap(({ task, results }) =>
    taskFigures(task, results, baselines[task]![split]!.results),
  )
  return [
    ...figures,
    ...summaryFigures(scored, (task) => baselines[task]![split]!.results),
    ...(split === 'grouped' ? goalFigures(done) : []),
    ...(split === 'grouped' && tasks.some(({ id }) => id === 'grain_growth/ln_grain')
      ? await ownRowFigures(reference, tell)
      : []),
    ...ratioFigures(done),
  ]
}

async function evaluateAll(
  reference: string,
  split: string,
  ids: readonly string[],
  tell: (line: string) => void,
): Promise<TaskResult[]> {
  const folder = resolve('test/artifacts/tables', `${split}-${codeHash()}`)
  mkdirSync(folder, { recursive: true })
  const fileOf = (id: string): string => join(folder, `${id.replaceAll(/[^a-z0-9_+]/gi, '-')}.json`)
  const left = ids.filter((id) => process.argv.includes('--fresh') || !existsSync(fileOf(id)))
  tell(`${ids.length - left.length} of ${ids.length} tasks are known; results in ${folder}`)
  let next = 0
  const worker = async (): Promise<void> => {
    for (;;) {
      const id = left[next++]
      if (id === undefined) return
      const before = Date.now()
      const script = resolve('test/bench/tables/run-task.ts')
      await run(
        process.execPath,
        [script, reference, id, split, KINDS, split === 'random' ? '2' : '5', fileOf(id)],
        { maxBuffer: 1e8 },
      )
      tell(`${id}: ${((Date.now() - before) / 1000).toFixed(0)} s`)
    }
  }
  await Promise.all([worker(), worker()])
  return ids.map((id) => JSON.parse(readFileSync(fileOf(id), 'utf8')) as TaskResult)
}

/** Goal 4: three rows of a new steel given. */
async function ownRowFigures(reference: string, tell: (line: string) => void): Promise<Figure[]> {
  const file = join(resolve('test/artifacts/tables', `grouped-${codeHash()}`), 'own-rows.json')
  if (!existsSync(file)) {
    tell('grain_growth with three rows of each new steel given')
    await run(process.execPath, [resolve('test/bench/tables/run-own-rows.ts'), reference, file])
  }
  const { r2, crps, coverage90, before } = JSON.parse(readFileSync(file, 'utf8')) as OwnRowsResult
  return [
    atLeast('grain_growth, 3 own rows: R² of ln grain size', r2, '1', 0.8),
    reported('grain_growth, 3 own rows: CRPS', crps, 'ln'),
    reported('grain_growth, 3 own rows: coverage of 90 %', 100 * coverage90, '%'),
    reported('grain_growth, the same rows without them: R²', before.r2, '1'),
  ]
}

interface OwnRowsResult {
  readonly r2: number
  readonly crps: number
  readonly coverage90: number
  readonly before: { readonly r2: number; readonly crps: number }
}

/** Hash of everything a score depends on. */
function codeHash(): string {
  const hash = createHash('sha256')
  const visit = (path: string): void => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name))
    else hash.update(path).update(readFileSync(path))
  }
  for (const path of ['main/engine/models', 'main/engine/math', 'main/engine/graph']) visit(resolve(path))
  return hash.digest('hex').slice(0, 12)
}

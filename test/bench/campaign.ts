import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Job, MethodOutput } from '../../main/contract/index.ts'
import { cliJson, runCli } from '../support/cli.ts'
import { reported, type Bench } from './bench.ts'

/** The demo over several seeds: its scorecard, and how long each step took. */
export const campaignBench: Bench = async (tell) => {
  const seeds = [1, 2, 3]
  const scores = new Map<string, { unit: string; values: number[] }>()
  const add = (id: string, unit: string, value: number) => {
    const entry = scores.get(id) ?? { unit, values: [] }
    entry.values.push(value)
    scores.set(id, entry)
  }
  for (const seed of seeds) {
    const dir = mkdtempSync(join(tmpdir(), 'causalloy-bench-'))
    try {
      const out = join(dir, 'demo')
      const run = await runCli(['demo', '--out', out, '--seed', String(seed)])
      if (run.code !== 0) throw new Error(run.stderr)
      tell(`seed ${seed} done`)
      const { value: card } = await cliJson<NonNullable<MethodOutput<'campaign.scores'>>>([
        'call',
        'campaign.scores',
        '--project',
        out,
      ])
      for (const row of card) if (row.value !== null) add(`${row.group}: ${row.name}`, row.unit, row.value)
      const { value: jobs } = await cliJson<Job[]>(['call', 'job.list', '--project', out])
      for (const job of jobs) {
        if (job.startedAt !== null && job.endedAt !== null)
          add(`wall time: ${job.kind}`, 's', (Date.parse(job.endedAt) - Date.parse(job.startedAt)) / 1000)
      }
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
  return [...scores].map(([id, { unit, values }]) =>
    reported(`${id} (mean of ${values.length})`, values.reduce((a, b) => a + b, 0) / values.length, unit),
  )
}

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Job, Plan } from '../../main/contract/index.ts'
import { randomStream } from '../../main/engine/math/index.ts'
import { cliJson, startCli } from '../support/cli.ts'
import { tempDir } from '../support/temp.ts'

/** Short form in every run; the long form (20 kills of the whole demo) is `npm run faults:kill`. */
const kills = Number(process.env['CAUSALLOY_KILLS'] ?? '6')
const specimens = Number(process.env['CAUSALLOY_KILL_SPECIMENS'] ?? '12')
const seed = Number(process.env['CAUSALLOY_KILL_SEED'] ?? '20261125')

interface Score {
  readonly group: string
  readonly name: string
  readonly value: number | null
}

const demo = (out: string) => ['demo', '--out', out, '--seed', '3', '--specimens', String(specimens)]

async function scoresOf(project: string): Promise<Score[]> {
  const { value } = await cliJson<Score[]>(['call', 'campaign.scores', '--project', project])
  return value.map(({ group, name, value: number }) => ({ group, name, value: number }))
}

describe(`demo killed ${kills} times (SIGKILL, seed ${seed})`, () => {
  it('resumes each time: every step done once, nothing lost, verify finds nothing, numbers as of an unbroken run', async () => {
    const dir = tempDir()
    const unbroken = join(dir, 'unbroken')
    const started = performance.now()
    const whole = await startCli(demo(unbroken)).ended
    expect(whole.code, whole.stderr).toBe(0)
    const wholeMs = performance.now() - started

    const broken = join(dir, 'broken')
    const random = randomStream(seed, 'kills')
    const log: string[] = []
    for (let i = 0; i < kills; i++) {
      const { child, ended } = startCli(demo(broken))
      // Later attempts start further along, so moments over a third of a whole run reach all steps.
      const afterMs = 300 + random.uniform() * (wholeMs / 3)
      const timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
      const { code } = await ended
      clearTimeout(timer)
      log.push(`${afterMs.toFixed(0)} ms${code === 0 ? ' (had ended)' : ''}`)
    }
    const last = await startCli(demo(broken)).ended
    expect(last.code, `kills after ${log.join(', ')}\n${last.stderr}`).toBe(0)

    const verified = await cliJson<{ result: { findings: unknown[] } }>(['verify', '--project', broken])
    expect(verified.value.result.findings).toEqual([])
    const { value: plans } = await cliJson<Plan[]>(['call', 'plan.list', '--project', broken])
    expect(plans).toHaveLength(1)
    expect(plans[0]!.state).toBe('done')
    const { value: jobs } = await cliJson<Job[]>(['call', 'job.list', '--project', broken])
    const ofPlan = jobs.filter((job) => job.planId !== null)
    expect(ofPlan.map((job) => job.kind).reverse()).toEqual(plans[0]!.steps.map((step) => step.kind))
    expect(await scoresOf(broken)).toEqual(await scoresOf(unbroken))
    expect(existsSync(join(broken, 'report.html'))).toBe(true)
    expect(readFileSync(join(broken, 'report.html'), 'utf8')).toContain('</html>')
  })
})

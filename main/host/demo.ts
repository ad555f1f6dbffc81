import { join, resolve } from 'node:path'
import { ContractError, type Job, type JobKind, type MethodOutput, type Plan } from '../contract/index.ts'
import { isProject } from '../engine/index.ts'
import { followPlan, jobError, type JobWatch } from './cli/job.ts'
import { copyWhole } from './shell-service.ts'

export interface DemoOptions {
  readonly out: string
  readonly seed: number
  readonly specimens: number
}

export interface DemoOutcome {
  readonly project: string
  readonly report: string
  readonly scores: NonNullable<MethodOutput<'campaign.scores'>>
}

const said: Record<JobKind, string> = {
  simulate: 'Simulate specimens and their micrographs',
  import: 'Import images and process table',
  segment: 'Segment every micrograph',
  measure: 'Measure every field and specimen',
  freeze: 'Freeze the dataset',
  train: 'Train the Bayesian hypernetwork',
  generator: 'Train the generator of micrographs',
  discover: 'Map causes and effects',
  optimize: 'Propose candidates',
  scorecard: 'Compare with the truth',
  report: 'Write the report',
  verify: 'Verify the project',
}

function seconds(job: Job): string {
  if (job.startedAt === null || job.endedAt === null) return ''
  return `${((Date.parse(job.endedAt) - Date.parse(job.startedAt)) / 1000).toFixed(1)} s`
}

/** The plan of the project: the one that was begun, set going again where it stopped, or a new one. */
async function planOf({ session }: JobWatch, specimens: number): Promise<Plan> {
  const plan = (await session.call('plan.list', {}))[0]
  if (plan === undefined) return session.call('plan.runDemo', { specimens })
  if (plan.state === 'stopped') await session.call('job.resume', { id: plan.jobIds.at(-1)! })
  return plan
}

/**
 * The simulated campaign from simulation to report, as a project in `out`; goes on where an earlier run stopped.
 * Errors: PROJECT_EXISTS when `out` holds another project, and the error of the step that failed.
 */
export async function runDemo(watch: JobWatch, options: DemoOptions): Promise<DemoOutcome> {
  const { session, terminal } = watch
  const out = resolve(options.out)
  const tell = (text: string) => {
    terminal.stderr(`${text}\n`)
  }
  if (isProject(out)) {
    const info = await session.openProject(out)
    if (!info.simulated || info.seed !== options.seed) {
      throw new ContractError(
        'PROJECT_EXISTS',
        'The folder holds another project; give --out another folder.',
        out,
      )
    }
    tell(`Going on with the simulated campaign in ${out}`)
  } else {
    await session.createProject(out, { name: 'Simulated campaign', simulated: true, seed: options.seed })
    tell(`Simulated campaign with known truth, seed ${options.seed}, in ${out}`)
  }
  const plan = await planOf(watch, options.specimens)
  let last: Job | null = null
  await followPlan(watch, plan.id, (job) => {
    last = job
    const step = `${String(plan.steps.findIndex((entry) => entry.kind === job.kind) + 1).padStart(2)}/${plan.steps.length}`
    const state = job.state === 'done' ? 'done' : `${job.state}: ${job.error?.message ?? ''}`
    tell(`${step}  ${said[job.kind].padEnd(42)} ${state.padEnd(6)} ${seconds(job).padStart(8)}`)
  })
  const report = (await session.call('report.list', {}))[0]
  const scores = await session.call('campaign.scores', {})
  const blob = report === undefined ? null : session.blobPath(report.htmlBlob)
  if (blob === null || scores === null)
    throw last === null ? new ContractError('NOT_FOUND', 'The demo made no report.', out) : jobError(last)
  const target = join(out, 'report.html')
  await copyWhole(blob.path, target)
  return { project: out, report: target, scores }
}

/** The scorecard as a table for a terminal. */
export function scorecardText(scores: DemoOutcome['scores']): string {
  const lines: string[] = []
  let group = ''
  for (const row of scores) {
    if (row.group !== group) lines.push('', row.group)
    group = row.group
    const value =
      row.value === null ? '–' : Math.abs(row.value) >= 100 ? row.value.toFixed(0) : row.value.toPrecision(3)
    lines.push(
      `  ${row.name.padEnd(58)} ${`${value} ${row.unit === '1' ? '' : row.unit}`.padEnd(12)} ${row.comment}`,
    )
  }
  return lines.join('\n')
}

import { ContractError, type Job, type JobKind, type Plan } from '../../contract/index.ts'
import type { Session } from '../session.ts'
import type { ProgressView } from './progress.ts'
import type { Outcome, Terminal } from './verb.ts'

export interface JobWatch {
  readonly session: Session
  readonly terminal: Terminal
  readonly view: ProgressView
}

/** Waits for a job and shows its progress. Ctrl+C cancels it; the row keeps what is done. */
export async function followJob({ session, terminal, view }: JobWatch, jobId: string): Promise<Job> {
  const unsubscribe = session.subscribe((event) => {
    if (event.type === 'job' && event.id === jobId) view.show(event)
  })
  const stopListening = terminal.onInterrupt(() => {
    terminal.stderr('\nCancelling…\n')
    session.call('job.cancel', { id: jobId }).catch(() => undefined)
  })
  try {
    await session.settled(jobId)
    return await session.call('job.get', { id: jobId })
  } finally {
    unsubscribe()
    stopListening()
    view.clear()
  }
}

/** Waits for every job of a plan, one after the other, as they are started. */
export async function followPlan(
  watch: JobWatch,
  planId: string,
  onJob: (job: Job) => void = () => undefined,
): Promise<{ plan: Plan; jobs: Job[] }> {
  const jobs: Job[] = []
  for (;;) {
    const plan = (await watch.session.call('plan.list', {})).find(({ id }) => id === planId)
    if (plan === undefined) throw new ContractError('NOT_FOUND', 'The plan is gone.', planId)
    const next = plan.jobIds[jobs.length]
    if (next === undefined) return { plan, jobs }
    const job = await followJob(watch, next)
    jobs.push(job)
    onJob(job)
  }
}

/** The outcome of a job as the command line answers it. @throws ContractError when it did not end well */
export function jobOutcome(job: Job): Outcome {
  if (job.state === 'done')
    return {
      value: {
        jobId: job.id,
        kind: job.kind,
        state: job.state,
        reusedFrom: job.reusedFrom,
        result: job.result,
      },
    }
  throw jobError(job)
}

export function jobError(job: Job): ContractError {
  if (job.error !== null) return ContractError.from(job.error)
  const what: JobKind = job.kind
  return new ContractError('CANCELLED', `The ${what} job is ${job.state}.`, job.id)
}

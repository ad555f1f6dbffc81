import { createEngine, createProject, type Engine, type LogLine } from '../../main/engine/index.ts'
import {
  ContractError,
  type Job,
  type MethodInput,
  type MethodName,
  type MethodOutput,
  type Plan,
} from '../../main/contract/index.ts'

export interface TestEngine {
  readonly engine: Engine
  readonly log: LogLine[]
  call<M extends MethodName>(method: M, params: MethodInput<M>): Promise<MethodOutput<M>>
  /** Runs a job to its end. */
  job<M extends MethodName>(method: M, params: MethodInput<M>): Promise<Job>
  /** Runs a plan to its end and answers its jobs. */
  plan(plan: Plan): Promise<Job[]>
  /** A handle for a path, as a host would mint it. */
  handle(path: string): string
}

export interface ProjectOptions {
  readonly name?: string
  readonly simulated?: boolean
  readonly seed?: number
}

/** A real engine on a folder; the project is made when it is not there. */
export async function openTestEngine(
  dataDir: string,
  project: ProjectOptions | null = {},
): Promise<TestEngine> {
  if (project !== null) {
    createProject(dataDir, {
      name: project.name ?? 'test',
      simulated: project.simulated ?? false,
      seed: project.seed ?? 1,
      clock: Date.now,
    })
  }
  const log: LogLine[] = []
  const paths = new Map<string, string>()
  const handles = {
    resolve(handle: string) {
      const path = paths.get(handle)
      if (path === undefined) throw new ContractError('HANDLE_UNKNOWN', 'No such handle.', handle)
      return path
    },
  }
  const engine = await createEngine({
    dataDir,
    clock: Date.now,
    log: (line) => log.push(line),
    handles,
    programVersion: 'test',
    workers: 2,
  })
  const test: TestEngine = {
    engine,
    log,
    call: async (method, params) => (await engine.call(method, params)) as never,
    async job(method, params) {
      const { jobId } = (await engine.call(method, params)) as { jobId: string }
      await engine.settled(jobId)
      return test.call('job.get', { id: jobId })
    },
    async plan(plan) {
      for (let i = 0; i < plan.steps.length; i++) {
        const now = (await test.call('plan.list', {})).find((entry) => entry.id === plan.id)!
        const jobId = now.jobIds[i]
        if (jobId === undefined) break
        await engine.settled(jobId)
      }
      const jobs = await test.call('job.list', {})
      return jobs.filter((job) => job.planId === plan.id).reverse()
    },
    handle(path) {
      const handle = `h_${(paths.size + 1).toString(16).padStart(32, '0')}`
      paths.set(handle, path)
      return handle
    },
  }
  return test
}

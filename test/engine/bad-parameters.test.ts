import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ContractError, methods, type Job, type MethodName, type Plan } from '../../main/contract/index.ts'
import { arbitraryInput, parameterCount, type Vocabulary } from '../support/arbitrary-json.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { folderOf, micrographs, processCsv } from '../support/lab.ts'

/**
 * Whatever a caller sends to a project that has everything: an answer of the contract or a ContractError, never
 * INTERNAL. FUZZ_RUNS and FUZZ_SEED make it longer or different.
 */
const runs = Number(process.env['FUZZ_RUNS'] ?? 500)
const seed = Number(process.env['FUZZ_SEED'] ?? 20260101)
/** A job may run as long as this, then it is cancelled: it was accepted, which is all that is asked here. */
const PATIENCE_MS = 100
const defects = new Set(['INTERNAL', 'ENGINE_STOPPED'])

const engineMethods = (Object.keys(methods) as MethodName[]).filter(
  (name) => methods[name].scope === 'engine',
)

let folder: string
let lab: TestEngine
let words: Vocabulary
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'causalloy-fuzz-'))
  lab = await openTestEngine(join(folder, 'project'))
  const given = folderOf(join(folder, 'given'), { ...micrographs(10), 'process.csv': processCsv(10) })
  const images = lab.handle(given)
  const table = lab.handle(join(given, 'process.csv'))
  const jobs = await lab.plan(await lab.call('plan.runAll', { fromImport: { images, table } }))
  expect(jobs.map((job) => job.state)).toEqual(jobs.map(() => 'done'))
  const first = async (method: MethodName): Promise<string> =>
    ((await lab.engine.call(method, {})) as { id: string }[])[0]!.id
  words = {
    ids: {
      image: await first('image.list'),
      segment: await first('segment.list'),
      measure: await first('segment.list'),
      specimen: await first('specimen.list'),
      dataset: await first('dataset.list'),
      model: await first('model.list'),
      causal: await first('causal.list'),
      optimize: await first('optimize.list'),
      report: await first('report.list'),
      plan: await first('plan.list'),
      job: await first('job.list'),
    },
    handles: [images, table, `h_${'0'.repeat(31)}9`],
    names: [
      'ageing time',
      'ageing temperature',
      'hardness',
      'areaFraction',
      'S1',
      'nothing',
      '',
      '__proto__',
    ],
  }
})
afterAll(async () => {
  await lab.engine.close()
  rmSync(folder, { recursive: true, force: true })
})

const isTicket = (value: unknown): value is { jobId: string } =>
  typeof value === 'object' && value !== null && 'jobId' in value && !('series' in value)
const isPlan = (value: unknown): value is Plan =>
  typeof value === 'object' && value !== null && 'steps' in value && 'jobIds' in value

/** The job at its end, cancelled when it takes long. */
async function ended(id: string): Promise<Job> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)))
  await Promise.race([lab.engine.settled(id), late])
  clearTimeout(timer)
  await lab.call('job.cancel', { id })
  await lab.engine.settled(id)
  return lab.call('job.get', { id })
}

/** What the call came to: a code, or 'answer'; throws on what no caller may be shown. */
async function outcome(method: MethodName, params: unknown): Promise<string> {
  let value: unknown
  try {
    value = await lab.engine.call(method, params)
  } catch (error) {
    if (!(error instanceof ContractError)) throw error
    expect(defects).not.toContain(error.code)
    expect(error.message).not.toBe('')
    return error.code
  }
  expect(methods[method].output.safeParse(value).error?.issues ?? []).toEqual([])
  const jobIds = isTicket(value) ? [value.jobId] : isPlan(value) ? value.jobIds : []
  let code = 'answer'
  for (const id of jobIds) {
    const job = await ended(id)
    expect(defects).not.toContain(job.error?.code)
    expect(job.error?.message).not.toBe('')
    code = job.error?.code ?? code
  }
  // A plan goes on when a job of it may refuse; its later jobs are ended like its first.
  for (const job of await lab.call('job.list', {}))
    if (job.state === 'pending' || job.state === 'running') await ended(job.id)
  return code
}

describe('odd parameters', () => {
  it('of every method give a value of the contract or a code, and leave the project whole', async () => {
    const met = new Map<string, number>()
    const calls = fc.oneof(
      ...engineMethods.map((method) => ({
        weight: 1 + 2 * parameterCount(methods[method].input),
        arbitrary: fc.tuple(
          fc.constant(method),
          arbitraryInput(methods[method].input, words, method.split('.')[0]!),
        ),
      })),
    )
    const property = fc.asyncProperty(calls, async ([method, params]) => {
      const code = await outcome(method, params)
      met.set(`${method} ${code}`, (met.get(`${method} ${code}`) ?? 0) + 1)
    })
    await fc.assert(property, { numRuns: runs, seed, endOnFailure: true })
    if (process.env['FUZZ_SHOW'] !== undefined) console.log([...met].sort().join('\n'))
    // The fuzz reaches beyond the shape of parameters: methods answer, and rooms refuse with codes of their own.
    const codes = new Set([...met.keys()].map((key) => key.split(' ')[1]))
    for (const code of ['answer', 'BAD_REQUEST', 'NOT_FOUND', 'COLUMN_UNKNOWN']) expect(codes).toContain(code)
    const asked = new Set([...met.keys()].map((key) => key.split(' ')[0]))
    expect(asked.size).toBeGreaterThan(0.9 * engineMethods.length)
    const verified = await lab.job('project.verify', {})
    expect(verified.result).toMatchObject({ findings: [] })
    expect(lab.log).toEqual([])
  })
})

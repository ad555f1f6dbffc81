import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reportSectionName } from '../../main/contract/index.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { tempDir } from '../support/temp.ts'

const campaign = { specimens: 24, fieldsPerSpecimen: 1 }

/** The lines of a report without times of day and the last cell of score rows, which is CPU seconds. */
function timeless(html: string): string[] {
  return html
    .replaceAll(/\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}[^<]*/g, '')
    .replaceAll(
      /(Blend of models|ypernetwork|andom forest|Ridge|ridge|Mean|mean)(.*)<td class="r">[^<]*<\/td><\/tr>/g,
      '$1$2',
    )
    .split('\n')
}

/** Everything a campaign concludes, without ids, times and CPU seconds. */
async function conclusions({ call, engine }: TestEngine) {
  const [dataset] = await call('dataset.list', {})
  const [model] = await call('model.list', {})
  const [causal] = await call('causal.list', {})
  const [optimization] = await call('optimize.list', {})
  const [report] = await call('report.list', {})
  const html = readFileSync(engine.blobPath(report!.htmlBlob)!.path, 'utf8')
  return {
    scores: await call('campaign.scores', {}),
    features: (await call('measure.specimens', {})).map(({ specimenId: _id, ...row }) => row),
    dataset: dataset!.hash,
    model: model!.scores.map(({ fitCpuS: _cpu, ...score }) => score),
    edges: causal!.edges,
    ranking: causal!.ranking,
    candidates: optimization!.candidates,
    html,
  }
}

describe('a simulated campaign', () => {
  it('goes the whole way, and a second run with the same seed concludes the same', async () => {
    const runs = []
    for (let i = 0; i < 2; i++) {
      const test = await openTestEngine(join(tempDir(), 'project'), { simulated: true, seed: 5 })
      const plan = await test.call('plan.runDemo', campaign)
      const jobs = await test.plan(plan)
      expect(jobs.map((job) => `${job.kind} ${job.state} ${job.error?.message ?? ''}`.trim())).toEqual(
        plan.steps.map((step) => `${step.kind} done`),
      )
      expect(test.log).toEqual([])
      const verified = await test.job('project.verify', {})
      expect(verified.result).toMatchObject({ findings: [] })
      runs.push(await conclusions(test))
      const info = await test.call('project.info', {})
      expect(info.rooms.map((room) => room.state)).toEqual(info.rooms.map(() => 'ready'))
      await test.engine.close()
    }
    const [first, second] = runs
    const { html: a, ...numbers } = first!
    const { html: b, ...again } = second!
    expect(again).toEqual(numbers)
    for (const name of reportSectionName.options) expect(a).toMatch(new RegExp(`<h2[^>]*>[^\\n]*${name}`))
    expect(timeless(b)).toEqual(timeless(a))
    expect(a).not.toMatch(/https?:\/\/(?!www\.w3\.org)/)
    expect(a).toContain('SIMULATED')
  })

  it('marks what is stale when a segmentation is rejected, and measures without it', async () => {
    const test = await openTestEngine(join(tempDir(), 'project'), { simulated: true, seed: 6 })
    const jobs = await test.plan(await test.call('plan.runDemo', { specimens: 10, fieldsPerSpecimen: 2 }))
    expect(jobs.slice(0, 5).map((job) => job.state)).toEqual(Array.from({ length: 5 }, () => 'done'))
    const segmentations = await test.call('segment.list', {})
    expect(segmentations).toHaveLength(20)
    await test.call('segment.review', { id: segmentations[0]!.id, state: 'rejected' })
    const states = async () =>
      Object.fromEntries((await test.call('project.info', {})).rooms.map((room) => [room.room, room.state]))
    expect(await states()).toMatchObject({ micrographs: 'ready', features: 'stale' })
    expect((await test.job('measure.run', {})).result).toEqual({ fields: 19, specimens: 10 })
    expect(await states()).toMatchObject({ features: 'ready', dataset: 'stale' })
    await test.call('segment.review', { id: segmentations[0]!.id, state: 'accepted' })
    const again = await test.job('measure.run', {})
    expect(again.reusedFrom).not.toBeNull()
    expect(await states()).toMatchObject({ features: 'ready', dataset: 'ready' })
    await test.engine.close()
  })

  it('answers queries while it trains, and stops at once when cancelled', async () => {
    const test = await openTestEngine(join(tempDir(), 'project'), { simulated: true, seed: 7 })
    await test.plan(await test.call('plan.runDemo', { specimens: 16, fieldsPerSpecimen: 1 }))
    const { jobId } = (await test.engine.call('model.train', {
      outputs: ['yield strength', 'areaFraction'],
      inputs: ['Ni', 'ageing time'],
    })) as { jobId: string }
    let asked = 0
    while ((await test.call('job.get', { id: jobId })).state !== 'running')
      await new Promise((resolve) => setTimeout(resolve, 10))
    for (; asked < 50; asked++) await test.call('image.list', {})
    expect((await test.call('job.get', { id: jobId })).state).toBe('running')
    await test.call('job.cancel', { id: jobId })
    await test.engine.settled(jobId)
    expect((await test.call('job.get', { id: jobId })).state).toBe('cancelled')
    await test.engine.close()
  })

  it('varies the columns a person names and no others, and says why the rest stays', async () => {
    const test = await openTestEngine(join(tempDir(), 'project'), { simulated: true, seed: 8 })
    await test.plan(await test.call('plan.runDemo', { specimens: 24, fieldsPerSpecimen: 1 }))
    const [first] = await test.call('optimize.list', {})
    const before = first!.varied.map((bound) => bound.column)
    const free = first!.fixed.map((entry) => entry.column)
    const vary = [...before.slice(1), ...free].slice(0, 2)
    const job = await test.job('optimize.run', {
      vary,
      bounds: [{ column: before[0]!, low: 0, high: 1 }],
      batch: 1,
    })
    expect(job.error).toBeNull()
    const [second] = await test.call('optimize.list', {})
    expect(second!.varied.map((bound) => bound.column).toSorted()).toEqual(vary.toSorted())
    const reason = second!.fixed.find((entry) => entry.column === before[0])?.reason
    expect(reason).toContain('Not varied by choice')
    const unnamed = second!.fixed.filter((entry) => !before.includes(entry.column))
    expect(unnamed.every((entry) => entry.reason.startsWith('Not critical'))).toBe(true)

    const refused = await test.job('optimize.run', { vary: ['no such input'] })
    expect(refused.error).toMatchObject({ code: 'COLUMN_UNKNOWN', detail: 'no such input' })
    await test.engine.close()
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GeneratorSummary, Job } from '../../main/contract/index.ts'
import { decodeLabelPng } from '../../main/engine/readers/index.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { refusal } from '../support/shared-lab.ts'
import { tempDir } from '../support/temp.ts'

describe('the generator of a project', () => {
  let test: TestEngine
  let job: Job
  let generator: GeneratorSummary
  const train = { steps: 6, sizePx: 64 }
  const middle = () =>
    Object.fromEntries(generator.inputs.map(({ name, low, high }) => [name, (low + high) / 2]))
  const pixelsOf = (blob: string) => decodeLabelPng(readFileSync(test.engine.blobPath(blob as never)!.path))

  beforeAll(async () => {
    test = await openTestEngine(join(tempDir.keep(), 'project'), { simulated: true, seed: 11 })
    for (const step of [
      () => test.job('campaign.simulate', { specimens: 12, fieldsPerSpecimen: 1 }),
      () => test.job('image.import', { simulated: true }),
      () => test.job('segment.run', {}),
      () => test.job('measure.run', {}),
    ])
      expect((await step()).state).toBe('done')
    // The order in which a person meets it: nothing to condition on yet.
    expect((await test.job('model.trainGenerator', train)).error?.code).toBe('NO_DATASET')
    await test.job('dataset.freeze', {})
    expect(await test.call('model.generators', {})).toEqual([])
    expect(await refusal(test.call('model.generate', { inputs: {} }))).toMatchObject({ code: 'NO_MODEL' })
    const [rejected] = await test.call('segment.list', {})
    await test.call('segment.review', { id: rejected!.id, state: 'rejected' })
    job = await test.job('model.trainGenerator', train)
    generator = (await test.call('model.generators', {}))[0]!
  }, 240_000)
  afterAll(async () => {
    await test.engine.close()
    tempDir.removeKept()
  })

  it('learns from label images that were not rejected, at one scale, and says so', () => {
    expect(job).toMatchObject({ state: 'done', error: null })
    expect(generator).toMatchObject({ jobId: job.id, specimens: 11, sizePx: 64, steps: 6 })
    expect(generator.crops).toBe(44)
    expect(generator.pixelSizeUm).toBeGreaterThan(0)
    expect(generator.notes.map(({ code }) => code)).toEqual(['NOT_REVIEWED', 'RESCALED'])
    expect(generator.inputs.length).toBeGreaterThan(1)
  })

  it('generates pictures beside the nearest real ones, measured alike', async () => {
    const answer = await test.call('model.generate', { inputs: middle(), count: 3, nearest: 2, seed: 5 })
    expect(answer).toMatchObject({ generatorId: generator.id, lengthUnit: 'µm', outside: [] })
    expect(answer.generated).toHaveLength(3)
    expect(answer.nearest).toHaveLength(2)
    for (const { blob, features } of [...answer.generated, ...answer.nearest]) {
      const { labels, rows, cols } = pixelsOf(blob)
      expect([rows, cols]).toEqual([64, 64])
      expect(features.areaFraction).toBeCloseTo(labels.filter((v) => v === 255).length / labels.length, 12)
    }
    const fraction = answer.summary.find(({ feature }) => feature === 'areaFraction')!
    const mean = answer.generated.reduce((sum, { features }) => sum + features.areaFraction / 3, 0)
    expect(fraction.generated.mean).toBeCloseTo(mean, 12)
    expect(fraction.real.n).toBe(8)
    const again = await test.call('model.generate', { inputs: middle(), count: 3, nearest: 2, seed: 5 })
    expect(again).toEqual(answer)
    const other = await test.call('model.generate', { inputs: middle(), count: 3, nearest: 2, seed: 6 })
    expect(other.generated[0]!.blob).not.toBe(answer.generated[0]!.blob)
  })

  it('says what lies outside, and refuses a condition with a gap', async () => {
    const [first] = generator.inputs
    const beyond = { ...middle(), [first!.name]: first!.high + 0.1 * (first!.high - first!.low) }
    expect((await test.call('model.generate', { inputs: beyond, count: 1 })).outside).toEqual([first!.name])
    expect(
      await refusal(test.call('model.generate', { inputs: { ...middle(), [first!.name]: null } })),
    ).toMatchObject({ code: 'BAD_REQUEST', detail: first!.name })
  })

  it('refuses a column it cannot take, and answers the same training with the stored one', async () => {
    const unknown = await test.job('model.trainGenerator', { ...train, inputs: ['no such'] })
    expect(unknown.error).toMatchObject({ code: 'COLUMN_UNKNOWN', detail: 'no such' })
    const again = await test.job('model.trainGenerator', train)
    expect(again.reusedFrom).toBe(job.id)
    const verified = await test.job('project.verify', {})
    expect(verified).toMatchObject({ state: 'done', error: null })
  })
})

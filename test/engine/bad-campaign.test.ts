import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { measureKey, reportSectionName, type Job, type JobKind } from '../../main/contract/index.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { blankPng, folderOf, micrographs, processCsv } from '../support/lab.ts'
import { refusal } from '../support/shared-lab.ts'
import { tempDir } from '../support/temp.ts'

/** Campaigns too small or too poor to conclude from: refused in a plain sentence, and reported all the same. */
let open: TestEngine | null = null
afterEach(async () => {
  await open?.engine.close()
  open = null
})

async function project(): Promise<TestEngine> {
  open = await openTestEngine(join(tempDir(), 'project'))
  return open
}

/** The whole way on these files; a process table among them is called process.csv. */
async function campaign(files: Record<string, Uint8Array | string>): Promise<[TestEngine, Job[]]> {
  const lab = await project()
  const folder = folderOf(tempDir(), files)
  const table = 'process.csv' in files ? lab.handle(join(folder, 'process.csv')) : null
  const fromImport = { images: lab.handle(folder), table }
  return [lab, await lab.plan(await lab.call('plan.runAll', { fromImport }))]
}

const outcomes = (jobs: readonly Job[]) =>
  Object.fromEntries(jobs.map((job) => [job.kind, job.error?.code ?? job.state])) as Record<JobKind, string>

/** The words of the newest report, which has all its sections. */
async function reportText({ call, engine }: TestEngine): Promise<string> {
  const [report] = await call('report.list', {})
  expect(report!.sections).toEqual(reportSectionName.options)
  const html = readFileSync(engine.blobPath(report!.htmlBlob)!.path, 'utf8')
  const heads = [...html.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map(([, head]) => head!.replace(/<.*>/, ''))
  expect(heads.slice(-8)).toEqual(reportSectionName.options)
  const text = html
    .replaceAll(/<style.*?<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/&nbsp;|\s+/g, ' ')
  expect(text.match(/NaN|undefined|\[object/g)).toBeNull()
  return text
}

async function expectSound(lab: TestEngine): Promise<void> {
  expect((await lab.job('project.verify', {})).result).toMatchObject({ findings: [] })
  expect(lab.log).toEqual([])
}

describe('a project in which nothing was done', () => {
  it('refuses every step by what is missing, and still writes a report that says so', async () => {
    const lab = await project()
    const codes = {
      'segment.run': 'NO_IMAGES',
      'measure.run': 'NO_SEGMENTATION',
      'dataset.freeze': 'NO_FEATURES',
      'model.train': 'NO_DATASET',
      'causal.discover': 'NO_DATASET',
      'optimize.run': 'NO_MODEL',
      'campaign.scorecard': 'BAD_REQUEST',
      'campaign.simulate': 'BAD_REQUEST',
    } as const
    for (const [method, code] of Object.entries(codes)) {
      const job = await lab.job(method as keyof typeof codes, {})
      expect([method, job.state, job.error?.code]).toEqual([method, 'failed', code])
      expect(job.error!.message).toMatch(/^[A-Z].*\.$/)
    }
    expect((await lab.job('report.write', {})).state).toBe('done')
    const text = await reportText(lab)
    for (const sentence of [
      'No image was imported',
      'There is no frozen dataset',
      'There is no trained model',
    ])
      expect(text).toContain(sentence)
    await expectSound(lab)
  })

  it('knows no id: each query and job names the one it was asked for', async () => {
    const lab = await project()
    const id = '01a2131f-a37a-7000-8000-00e45edabf7c'
    const asked = [
      lab.call('image.get', { id }),
      lab.call('image.setPixelSize', { id, pixelSizeUm: null }),
      lab.call('segment.review', { id, state: 'accepted' }),
      lab.call('dataset.table', { id }),
      lab.call('model.get', { id }),
      lab.call('model.predict', { id, rows: [{}] }),
      lab.call('causal.get', { id }),
      lab.call('causal.effect', { id, treatment: 'a', outcome: 'b' }),
      lab.call('job.get', { id }),
      lab.call('job.trace', { id }),
      lab.call('job.cancel', { id }),
      lab.call('job.resume', { id }),
    ]
    for (const call of asked) expect(await refusal(call)).toMatchObject({ code: 'NOT_FOUND', detail: id })
    expect(await refusal(lab.call('measure.objects', { id }))).toMatchObject({
      code: 'NO_FEATURES',
      detail: id,
    })
    for (const job of [
      await lab.job('model.train', { datasetId: id }),
      await lab.job('causal.discover', { datasetId: id }),
      await lab.job('optimize.run', { modelId: id }),
    ])
      expect(job.error).toMatchObject({ code: 'NOT_FOUND', detail: id })
    await expectSound(lab)
  })
})

describe('a campaign', () => {
  it.each([1, 3])('of %i specimens is measured and reported; what needs more is refused', async (count) => {
    const [lab, jobs] = await campaign({ ...micrographs(count), 'process.csv': processCsv(count) })
    expect(outcomes(jobs)).toEqual({
      import: 'done',
      segment: 'done',
      measure: 'done',
      freeze: 'done',
      train: 'TOO_FEW_SPECIMENS',
      discover: 'TOO_FEW_SPECIMENS',
      optimize: 'NO_MODEL',
      report: 'done',
    })
    const train = jobs.find((job) => job.kind === 'train')!
    expect(train.error!.message).toBe(`Training needs at least 8 specimens; dataset "dataset" has ${count}.`)
    expect(await lab.call('measure.specimens', {})).toHaveLength(count * measureKey.options.length)
    expect([await lab.call('model.list', {}), await lab.call('causal.list', {})]).toEqual([[], []])
    const text = await reportText(lab)
    expect(text).toContain(`Training was refused: ${train.error!.message.slice(0, -1)}`)
    expect(text).toContain('Mapping the causes was refused')
    expect(text).toContain('Proposing candidates was refused')
    await expectSound(lab)
  })

  it('whose segmentations were all rejected measures nothing, and keeps no stale number as fresh', async () => {
    const [lab] = await campaign({ ...micrographs(3), 'process.csv': processCsv(3) })
    const fields = await lab.call('measure.fields', {})
    for (const { id } of await lab.call('segment.list', {}))
      await lab.call('segment.review', { id, state: 'rejected' })
    const job = await lab.job('measure.run', {})
    expect(job.error).toMatchObject({ code: 'NO_SEGMENTATION' })
    expect(job.error!.message).toContain('rejected')
    expect(await lab.call('measure.fields', {})).toEqual(fields)
    const { rooms } = await lab.call('project.info', {})
    expect(rooms.find(({ room }) => room === 'features')).toMatchObject({ state: 'stale' })
    await lab.job('report.write', { title: 'Rejected' })
    expect(await reportText(lab)).toContain('3 rejected')
    await expectSound(lab)
  })

  it('of blank images knows nothing of their microstructure: missing, not 0', async () => {
    const blanks = Array.from({ length: 9 }, (_, k) => [`S${k + 1}.png`, blankPng(20 * k + 10)] as const)
    const [lab, jobs] = await campaign({ ...Object.fromEntries(blanks), 'process.csv': processCsv(9) })
    expect(jobs.slice(0, 4).map((job) => job.state)).toEqual(['done', 'done', 'done', 'done'])
    for (const { objectCount, notes } of await lab.call('segment.list', {}))
      expect([objectCount, notes.map(({ code }) => code)]).toEqual([0, ['FLAT_IMAGE']])
    const features = await lab.call('measure.specimens', {})
    expect(features).toHaveLength(9 * measureKey.options.length)
    for (const { value, low, high, flag } of features)
      expect([value, low, high, flag]).toEqual([null, null, null, expect.stringContaining('one grey value')])
    const [dataset] = await lab.call('dataset.list', {})
    const empty = dataset!.notes.filter(({ code }) => code === 'COLUMN_EMPTY').map(({ item }) => item)
    expect(empty).toContain('areaFraction')
    // The process table alone can still be learnt from.
    const [model] = await lab.call('model.list', {})
    expect(model!.outputs.map(({ name }) => name)).toEqual(['hardness'])
    expect(await reportText(lab)).toContain('FLAT_IMAGE')
    await expectSound(lab)
  })

  it('without any value of the property learns the microstructure and says what is empty', async () => {
    const table = processCsv(9).replaceAll(/,\d+$/gm, ',')
    const [lab, jobs] = await campaign({ ...micrographs(9), 'process.csv': table })
    expect(outcomes(jobs)).toMatchObject({ train: 'done', discover: 'done', report: 'done' })
    const [dataset] = await lab.call('dataset.list', {})
    expect(dataset!.notes).toContainEqual(
      expect.objectContaining({ code: 'COLUMN_EMPTY', item: 'hardness' }) as unknown,
    )
    const [model] = await lab.call('model.list', {})
    expect(model!.outputs.map(({ name }) => name)).not.toContain('hardness')
    await expectSound(lab)
  })

  it('with a property of two specimens leaves that one out by name, not the rest', async () => {
    const lines = processCsv(9).split('\n')
    const table = lines.map((line, k) => (k < 3 ? line : line.replace(/,\d+$/, ','))).join('\n')
    const [lab, jobs] = await campaign({ ...micrographs(9), 'process.csv': table })
    expect(outcomes(jobs)).toMatchObject({ train: 'done', discover: 'done', report: 'done' })
    const [model] = await lab.call('model.list', {})
    expect(model!.notes.find(({ code }) => code === 'OUTPUT_LEFT_OUT')).toMatchObject({ item: 'hardness' })
    const [map] = await lab.call('causal.list', {})
    expect(map!.warnings.find(({ item }) => item === 'hardness')).toMatchObject({ code: 'COLUMN_SPARSE' })
    expect(map!.effects.map(({ outcome }) => outcome)).not.toContain('hardness')
    expect((await lab.job('model.train', { outputs: ['hardness'] })).error).toMatchObject({
      code: 'TOO_FEW_SPECIMENS',
      detail: 'hardness',
    })
    await expectSound(lab)
  })

  it.each([
    ['without a process table', undefined],
    ['whose process never changes', processCsv(9).replaceAll(/^(S\d),\d+,\d+/gm, '$1,4,450')],
  ])('%s has no inputs to learn from or to map', async (_what, table) => {
    const files = table === undefined ? micrographs(9) : { ...micrographs(9), 'process.csv': table }
    const [lab, jobs] = await campaign(files)
    expect(outcomes(jobs)).toMatchObject({ train: 'NO_INPUTS', discover: 'NO_INPUTS', report: 'done' })
    const [dataset] = await lab.call('dataset.list', {})
    const constant = dataset!.notes.filter(({ code }) => code === 'COLUMN_CONSTANT').map(({ item }) => item)
    expect(constant).toEqual(table === undefined ? [] : ['ageing time', 'ageing temperature'])
    expect(await reportText(lab)).toContain('no composition or process column that varies')
    await expectSound(lab)
  })
})

describe('wishes that cannot be met', () => {
  it('are refused by the column they name', async () => {
    const [lab] = await campaign({ ...micrographs(9), 'process.csv': processCsv(9) })
    const bounds = (column: string, low: number, high: number) => ({ bounds: [{ column, low, high }] })
    const impossible = { constraints: [{ output: 'hardness', min: 9000 }] }
    const cases = [
      [await lab.job('dataset.freeze', { roles: { nothing: 'process' } }), 'COLUMN_UNKNOWN', 'nothing'],
      [await lab.job('model.train', { inputs: ['nothing'] }), 'COLUMN_UNKNOWN', 'nothing'],
      [await lab.job('model.train', { outputs: ['nothing'] }), 'COLUMN_UNKNOWN', 'nothing'],
      [
        await lab.job('causal.discover', { knowledge: { required: [['nothing', 'hardness']] } }),
        'COLUMN_UNKNOWN',
        'nothing',
      ],
      [
        await lab.job('causal.discover', {
          knowledge: { required: [['ageing time', 'hardness']], forbidden: [['ageing time', 'hardness']] },
        }),
        'KNOWLEDGE_CONTRADICTION',
        'ageing time',
      ],
      [await lab.job('optimize.run', { objective: 'nothing' }), 'COLUMN_UNKNOWN', 'nothing'],
      [await lab.job('optimize.run', bounds('nothing', 0, 1)), 'COLUMN_UNKNOWN', 'nothing'],
      [await lab.job('optimize.run', bounds('ageing time', 5, 5)), 'BAD_REQUEST', 'ageing time'],
      [
        await lab.job('optimize.run', {
          bounds: [...bounds('ageing time', 1, 2).bounds, ...bounds('ageing time', 3, 4).bounds],
        }),
        'BAD_REQUEST',
        'ageing time',
      ],
      [
        await lab.job('optimize.run', { constraints: [{ output: 'nothing', min: 1 }] }),
        'COLUMN_UNKNOWN',
        'nothing',
      ],
      [await lab.job('optimize.run', impossible), 'NO_FEASIBLE_CANDIDATE', 'hardness'],
    ] as const
    for (const [job, code, item] of cases) {
      expect([job.kind, JSON.stringify(job.params), job.error?.code]).toEqual([
        job.kind,
        JSON.stringify(job.params),
        code,
      ])
      expect(`${job.error!.message} ${job.error!.detail ?? ''}`).toContain(item)
    }
    const [model] = await lab.call('model.list', {})
    const lacking = lab.call('model.predict', { id: model!.id, rows: [{ 'ageing temperature': 450 }] })
    expect(await refusal(lacking)).toMatchObject({ code: 'BAD_REQUEST', detail: 'ageing time' })
    const words = lab.call('model.predict', {
      id: model!.id,
      rows: [{ 'ageing time': 'long', 'ageing temperature': 450 }],
    })
    expect((await refusal(words)).detail).toContain('ageing time')
    const far = { 'ageing time': 400, 'ageing temperature': 450 }
    const [row] = await lab.call('model.predict', { id: model!.id, rows: [far] })
    expect(row!.insideDomain).toBe(false)
    const [map] = await lab.call('causal.list', {})
    const effect = lab.call('causal.effect', { id: map!.id, treatment: 'ageing time', outcome: 'nothing' })
    expect(await refusal(effect)).toMatchObject({ code: 'COLUMN_UNKNOWN', detail: 'nothing' })
    expect([
      (await lab.call('dataset.list', {})).length,
      (await lab.call('model.list', {})).length,
      (await lab.call('causal.list', {})).length,
      (await lab.call('optimize.list', {})).length,
    ]).toEqual([1, 1, 1, 1])
    await expectSound(lab)
  })
})

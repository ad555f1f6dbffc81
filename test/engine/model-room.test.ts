import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { methods, type ModelDetail, type ModelInput, type PredictionRow } from '../../main/contract/index.ts'
import type { TestEngine } from '../support/engine.ts'
import { projectWithModel } from '../support/model-project.ts'
import { refusal } from '../support/shared-lab.ts'
import { tempDir } from '../support/temp.ts'

describe('what a model is asked', () => {
  let test: TestEngine
  let model: ModelDetail
  let inputs: ModelInput[]
  const typical = () => Object.fromEntries(inputs.map((input) => [input.name, input.typical]))
  const predict = async (asked: object): Promise<PredictionRow> => {
    const [row] = await test.call('model.predict', { id: model.id, rows: [typical()], ...asked })
    return row!
  }

  beforeAll(async () => {
    test = await projectWithModel(join(tempDir.keep(), 'project'))
    const [newest] = await test.call('model.list', {})
    model = await test.call('model.get', { id: newest!.id })
    inputs = await test.call('model.inputs', { id: model.id })
  })
  afterAll(async () => {
    await test.engine.close()
    tempDir.removeKept()
  })

  it('fitted the kinds that were named, and the mean beside them', () => {
    expect(new Set(model.scores.map((score) => score.model))).toEqual(new Set(['ridge', 'mean']))
  })

  it('names its inputs with the limits of the data and of physics', async () => {
    expect(methods['model.inputs'].output.parse(inputs)).toEqual(inputs)
    const { columns, specimens, values } = await test.call('dataset.table', { id: model.datasetId })
    expect(specimens).toHaveLength(16)
    for (const input of inputs) {
      const at = columns.findIndex((column) => column.name === input.name)
      const numbers = values[at]!.filter((value) => typeof value === 'number')
      expect([input.low, input.high]).toEqual([Math.min(...numbers), Math.max(...numbers)])
      expect(numbers).toContain(input.typical)
    }
    expect(inputs.find((input) => input.unit === 'wt%')).toMatchObject({ physicalLow: 0, physicalHigh: 100 })
  })

  it('predicts a distribution of which the stated interval is part', async () => {
    const { predictions } = await predict({ distribution: true, level: 0.9 })
    for (const { low, high, distribution } of predictions) {
      const quantile = (p: number) => distribution!.quantiles.find((q) => Math.abs(q.p - p) < 1e-9)!.value
      expect(quantile(0.05)).toBeCloseTo(low, 9)
      expect(quantile(0.95)).toBeCloseTo(high, 9)
      const peak = distribution!.curve.find((point) => point.whole === 1)!
      expect(peak.value).toBeGreaterThan(quantile(0.25))
      expect(peak.value).toBeLessThan(quantile(0.75))
    }
    expect((await predict({})).predictions[0]!.distribution).toBeUndefined()
  })

  it('gives the probability of windows, each and all together', async () => {
    const plain = await predict({ level: 0.9 })
    expect(plain.windows).toBeUndefined()
    const [first, second] = plain.predictions
    const { windows } = await predict({
      windows: [
        { output: first!.output, low: first!.low, high: first!.high },
        { output: second!.output, low: second!.low },
      ],
    })
    expect(windows!.each[0]!.probability).toBeCloseTo(0.9, 6)
    expect(windows!.each[1]!.probability).toBeCloseTo(0.95, 6)
    // Draws of ridge are independent between outputs: a product, within the error that is told.
    expect(Math.abs(windows!.all.probability - 0.9 * 0.95)).toBeLessThan(
      4 * windows!.all.standardError + 1e-9,
    )
    expect(windows!.all.draws).toBeGreaterThan(100)
    const again = await predict({
      windows: [
        { output: first!.output, low: first!.low, high: first!.high },
        { output: second!.output, low: second!.low },
      ],
    })
    expect(again.windows).toEqual(windows)
    const asked = predict({ windows: [{ output: 'no such' }] })
    expect(await refusal(asked)).toMatchObject({ code: 'COLUMN_UNKNOWN', detail: 'no such' })
  })

  it('names the nearest specimens, and what no specimen can be', async () => {
    const { specimens, columns, values } = await test.call('dataset.table', { id: model.datasetId })
    const own = Object.fromEntries(
      inputs.map((input) => [
        input.name,
        values[columns.findIndex((column) => column.name === input.name)]![3]!,
      ]),
    )
    const [row] = await test.call('model.predict', { id: model.id, rows: [own], neighbours: 3 })
    expect(row!.nearest).toHaveLength(3)
    expect(row!.nearest![0]).toEqual({ specimen: specimens[3], distance: 0 })
    expect(row!.nearestSpecimen).toBe(specimens[3])
    expect(row!.impossible).toEqual([])
    const wt = inputs.filter((input) => input.unit === 'wt%')
    const over = { ...own, ...Object.fromEntries(wt.map((input) => [input.name, 90])) }
    const [refused] = await test.call('model.predict', { id: model.id, rows: [over] })
    expect(refused!.impossible![0]).toContain('composition adds up to')
    expect(refused!.insideDomain).toBe(false)
  })

  it('shows whether to trust it, and compares the kinds', async () => {
    const output = model.outputs[0]!.name
    const trust = await test.call('model.trust', { id: model.id, output })
    expect(methods['model.trust'].output.parse(trust)).toEqual(trust)
    expect(trust).toMatchObject({ output, model: model.recommended, n: 16 })
    const score = model.scores.find((s) => s.model === model.recommended && s.output === output)!
    expect(trust.rows.filter((row) => row.inside).length / 16).toBeCloseTo(score.coverage90, 12)
    const { groups } = await test.call('dataset.table', { id: model.datasetId })
    expect(new Set(trust.groups.map((group) => group.group))).toEqual(new Set(groups))
    const compared = await test.call('model.compare', { id: model.id })
    expect(methods['model.compare'].output.parse(compared)).toEqual(compared)
    expect(compared.rows).toHaveLength(model.scores.length)
    expect(await refusal(test.call('model.trust', { id: model.id, output: 'no such' }))).toMatchObject({
      code: 'COLUMN_UNKNOWN',
    })
    expect(await refusal(test.call('model.trust', { id: model.id, output, model: 'gp' }))).toMatchObject({
      code: 'BAD_REQUEST',
      detail: 'gp',
    })
  })

  it('is handed on as files that the project then holds, and verify finds nothing', async () => {
    const { formats } = await test.call('model.offers', {})
    expect(formats).toEqual(expect.arrayContaining(['card', 'html', 'csv']))
    // This model is a ridge regression: there is no network to write.
    expect(await refusal(test.call('model.export', { modelId: model.id, format: 'onnx' }))).toMatchObject({
      code: 'BAD_REQUEST',
    })
    for (const format of formats.filter((one) => one !== 'onnx')) {
      const file = await test.call('model.export', { modelId: model.id, format })
      const bytes = readFileSync(test.engine.blobPath(file.blob)!.path)
      expect(bytes.length).toBe(file.byteLength)
      expect(file.fileName).toMatch(/^test-model-\d{4}-\d{2}-\d{2}-\d{4}[-.][a-z-.]+$/)
      const again = await test.call('model.export', { modelId: model.id, format })
      expect(again.blob).toBe(file.blob)
    }
    const card = await test.call('model.card', { id: model.id })
    expect(card.simulated).toBe(true)
    expect(JSON.stringify(card)).toContain((await test.call('dataset.list', {}))[0]!.hash)
    expect((await test.job('project.verify', {})).result).toMatchObject({ findings: [] })
    const unknown = '01890000-0000-7000-8000-000000000000'
    for (const asked of [
      test.call('model.card', { id: unknown }),
      test.call('model.inputs', { id: unknown }),
      test.call('model.compare', { id: unknown }),
      test.call('model.export', { modelId: unknown, format: 'card' }),
    ])
      expect(await refusal(asked)).toMatchObject({ code: 'NOT_FOUND', detail: unknown })
  })
})

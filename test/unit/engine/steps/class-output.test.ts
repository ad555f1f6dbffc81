import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  modelDetail,
  predictionRow,
  type Column,
  type DatasetTable,
  type ModelDetail,
} from '../../../../main/contract/index.ts'
import { modelSection } from '../../../../main/engine/report/sections/model.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { modelCardOf } from '../../../../main/engine/steps/tasks/model-card.ts'
import { predictRows } from '../../../../main/engine/steps/tasks/predict.ts'
import { trainModel } from '../../../../main/engine/steps/tasks/train.ts'
import { sampleInput } from '../report/sample.ts'

const folder = mkdtempSync(join(tmpdir(), 'causalloy-class-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const n = 48
const stream = randomStream(3, 'class output')
const T = Array.from({ length: n }, () => 500 + 300 * stream.uniform())
const column = (name: string, role: Column['role'], levels: string[] = []): Column => ({
  name,
  unit: '1',
  role,
  kind: levels.length > 0 ? 'category' : 'number',
  levels,
})
const table: DatasetTable = {
  columns: [
    column('T', 'process'),
    column('phase', 'microstructure', ['α', 'β']),
    column('strength', 'property'),
  ],
  specimens: T.map((_, i) => `S${i}`),
  groups: T.map((_, i) => `G${i % 12}`),
  folds: T.map((_, i) => i % 3),
  values: [
    T,
    T.map((t, i) => (i === 4 ? null : t + 40 * stream.normal() > 650 ? 'β' : 'α')),
    T.map((t) => 900 - t + 10 * stream.normal()),
  ],
  standardErrors: [],
}
const scope = { check: () => undefined, report: () => undefined }

describe('a project that predicts a category beside a number', () => {
  const { bytes, detail } = trainModel(
    { table, inputs: ['T'], outputs: ['phase', 'strength'], kinds: ['bhn-raw'], seed: 2 },
    scope,
  )
  const path = join(folder, 'model')
  writeFileSync(path, bytes)
  const model: ModelDetail = modelDetail.parse({
    ...detail,
    id: '00000000-0000-7000-8000-000000000001',
    jobId: '00000000-0000-7000-8000-000000000002',
    datasetId: '00000000-0000-7000-8000-000000000003',
    seed: 2,
    createdAt: '2026-01-02T03:04:05.000Z',
  })

  it('has its levels, figures and held-out rows in the contract', () => {
    expect(model.outputs).toEqual([
      { name: 'strength', unit: '1' },
      { name: 'phase', unit: '1', levels: ['α', 'β'] },
    ])
    expect(model.scores.every((s) => s.output === 'strength')).toBe(true)
    const score = model.classScores!.find((s) => s.model === 'bhn-raw')!
    expect(score.n).toBe(47)
    expect(score.logLoss).toBeLessThan(0.6)
    expect(model.heldOutClasses!.filter((row) => row.model === 'bhn-raw')).toHaveLength(47)
    expect(model.classReliability![0]!.points.reduce((sum, p) => sum + p.n, 0)).toBe(47)
  })

  it('answers rows with probabilities, and a window on the phase together with one on the strength', () => {
    const windows = [
      { output: 'phase', low: null, high: null, level: 'α' },
      { output: 'strength', low: 300, high: null, level: null },
    ]
    const [row] = predictRows({
      path,
      rows: [{ T: 520 }],
      level: 0.9,
      windows,
      distribution: true,
      neighbours: 2,
      columns: [],
    })
    predictionRow.parse(row)
    const alpha = row!.classes![0]!.levels[0]!
    expect(alpha.level).toBe('α')
    expect(alpha.probability).toBeGreaterThan(0.8)
    expect(row!.windows!.each[0]!.probability).toBeCloseTo(alpha.probability, 6)
    expect(row!.windows!.all.probability).toBeGreaterThan(0.6)
    expect(row!.windows!.all.probability).toBeLessThanOrEqual(alpha.probability)
  })

  it('has a card with the figures of the category', () => {
    const card = modelCardOf({
      model,
      modelHash: 'a'.repeat(64),
      path,
      dataset: { ...sampleInput().dataset!.summary, columns: table.columns },
      table,
      projectName: 'test',
      simulated: false,
      programVersion: '1.0.0',
    })
    const texts = JSON.stringify(card)
    expect(texts).toContain('Held-out figures of categories')
    expect(texts).toContain('α, β')
  })

  it('has a section in the report that draws what has intervals', () => {
    const input = { ...sampleInput(), model }
    const { figures } = modelSection(input)
    expect(figures.length).toBeGreaterThan(0)
    expect(JSON.stringify(figures)).not.toContain('"phase"')
  })
})

import { describe, expect, it } from 'vitest'
import { silentProgress } from '../../../../main/engine/dataset/table.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { exportModel } from '../../../../main/engine/steps/tasks/export-model.ts'
import { fitModel, type FitSpec } from '../../../../main/engine/models/index.ts'
import { executor, foldsOf, numberColumn, tableOf } from './tables.ts'

const n = 60
const stream = randomStream(6, 'export outputs')
const a = Array.from({ length: n }, () => stream.uniform())
const share = a.map((v) => Math.max(0, Math.min(1, 1.4 * v - 0.2 + 0.05 * stream.normal())))
const table = tableOf([
  numberColumn('a', a),
  numberColumn(
    'y',
    a.map((v) => 5 * v + stream.normal()),
  ),
  numberColumn(
    'size',
    a.map((v) => Math.exp(2 + v + 0.2 * stream.normal())),
  ),
  numberColumn('share', share),
  numberColumn(
    'rest',
    share.map((v) => 1 - v),
  ),
])
const fit = (spec: Partial<FitSpec>) =>
  fitModel(
    table,
    {
      inputs: ['a'],
      outputs: ['y', 'size', 'share'],
      folds: foldsOf(n, 2),
      seed: 1,
      kinds: ['bhn-raw'],
      executor,
      ...spec,
    },
    silentProgress,
  )

describe('the exported model of outputs with a support', () => {
  it('gives in onnxruntime what the program predicts, in the units of the outputs', async () => {
    const supports = { size: { kind: 'positive' }, share: { kind: 'bounded', low: 0, high: 1 } } as const
    const { agreement } = await exportModel(fit({ supports }), 0.9)
    expect(agreement.rows).toBe(n)
    expect(agreement.largest).toBeLessThan(1e-4)
  })

  it('is refused for parts of a whole, which are predicted by draws', async () => {
    const groups = [{ name: 'parts', columns: ['share', 'rest'], total: 1, kind: 'composition' }] as const
    await expect(exportModel(fit({ outputs: ['y'], groups }), 0.9)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
  })
})

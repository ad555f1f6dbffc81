import { describe, expect, it } from 'vitest'
import { silentProgress } from '../../../../main/engine/dataset/table.ts'
import { referenceExecutor } from '../../../../main/engine/graph/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { GRAPH_ROWS, modelGraph } from '../../../../main/engine/models/export/model-graph.ts'
import { fitModel, posterior } from '../../../../main/engine/models/index.ts'
import { executor, foldsOf, numberColumn, tableOf } from './tables.ts'

/** Numbers, a category, missing cells, two outputs: everything that the exported graph has to carry. */
function mixedTable(): ReturnType<typeof tableOf> {
  const n = 48
  const stream = randomStream(4, 'mixed')
  const a = Float64Array.from({ length: n }, () => 900 + 250 * stream.uniform())
  const b = Float64Array.from({ length: n }, (_, i) => (i % 7 === 0 ? Number.NaN : stream.normal()))
  const route = Float64Array.from({ length: n }, (_, i) => i % 3)
  const y = a.map(
    (v, i) => 0.02 * v + 3 * route[i]! + (Number.isNaN(b[i]!) ? 0 : b[i]!) + 0.3 * stream.normal(),
  )
  return tableOf([
    numberColumn('a', a),
    numberColumn('b', b),
    { name: 'route', unit: '', role: 'process', levels: ['cast', 'rolled', 'drawn'], values: route },
    numberColumn('y', y, 'property'),
    numberColumn(
      'z',
      y.map((v) => 400 - 7 * v),
      'property',
    ),
  ])
}

describe('the graph of a fitted model', () => {
  it('gives what posterior().predict gives, inside the data and far outside, from raw inputs', () => {
    const table = mixedTable()
    const inputs = ['a', 'b', 'route']
    const model = fitModel(
      table,
      { inputs, outputs: ['y', 'z'], folds: foldsOf(48, 2), seed: 3, kinds: ['bhn-raw'], executor },
      silentProgress,
    )
    const { graph, inputs: named, outputs } = modelGraph(model, 0.9)
    expect(named.map(({ name }) => name)).toEqual(['x', 'missing'])
    const rows = [
      [1000, 0.3, 0],
      [1033.25, -1.2, 1],
      [915.5, null, 2],
      [table.columns[0]!.values[5]!, table.columns[1]!.values[5]!, 1],
      [1500, 4, 0],
      [300, -6, 2],
      [1100, 0, null],
    ] as const
    const x = new Float32Array(GRAPH_ROWS * 3)
    const missing = new Float32Array(GRAPH_ROWS * 3)
    rows.flat().forEach((value, i) => {
      x[i] = value ?? 0
      missing[i] = value === null ? 1 : 0
    })
    const levels = ['cast', 'rolled', 'drawn']
    const predicted = posterior(model, executor, { kind: 'bhn-raw' }).predict(
      rows.map(([a, b, route]) => ({ a, b, route: route === null ? null : levels[route]! })),
      0.9,
    )
    const values = referenceExecutor
      .evaluator(
        graph,
        outputs.map(({ node }) => node),
      )
      .run({ x, missing })
    predicted.forEach(({ predictions }, i) => {
      predictions.forEach((p, j) => {
        const expected = [p.mean, p.epistemicSd, p.aleatoricSd, p.low, p.high]
        const scale = Math.abs(p.high - p.low)
        expected.forEach((value, k) => {
          expect(Math.abs(values[k]![i * 2 + j]! - value) / scale).toBeLessThan(2e-5)
        })
      })
    })
  })

  it('is refused where the model has no hypernetwork on raw inputs', () => {
    const model = fitModel(
      mixedTable(),
      { inputs: ['a'], outputs: ['y'], folds: foldsOf(48, 2), seed: 3, kinds: ['ridge'], executor },
      silentProgress,
    )
    expect(() => modelGraph(model, 0.9)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }) as Error)
  })
})

import { describe, expect, it } from 'vitest'
import { exportOnnx, inferenceSession, onnxMetadata } from '../../../../../main/engine/compute/onnx/index.ts'
import { GraphBuilder, referenceExecutor, type NodeId } from '../../../../../main/engine/graph/index.ts'
import { randomStream } from '../../../../../main/engine/math/index.ts'
import { relativeDifference } from '../../../../support/conformance-cases.ts'

const normals = (name: string, n: number): Float32Array => {
  const stream = randomStream(3, name)
  return Float32Array.from({ length: n }, () => 0.5 * stream.normal())
}

/** A scaler, a shared layer for samples of weights, a mean over samples and class probabilities; `n` rows. */
function predictor(n: number) {
  const b = new GraphBuilder()
  const [d, h, samples] = [4, 6, 3]
  const x = b.data('x', [n, d])
  const z = b.data('z', [samples, 2])
  const standard = b.over(b.minus(x, b.constant([1, 2, 3, 4], [d])), b.constant([2, 2, 1, 0.5], [d]))
  const weights = b.reshape(b.matmul(z, b.parameter('head', [2, d * h])), [samples, d, h])
  const hidden = b.unary('silu', b.plus(b.matmul(standard, weights), b.parameter('bias', [h])))
  const flat = b.reshape(hidden, [samples * n, h])
  const out = b.reshape(b.matmul(flat, b.parameter('out', [h, 5])), [samples, n, 5])
  const mean = b.mean(out, [0])
  const outputs = {
    prediction: b.slice(mean, 1, 0, 2),
    probabilities: b.softmax(b.slice(mean, 1, 2, 5)),
    spread: b.unary(
      'sqrt',
      b.mean(
        b.unary('square', b.minus(out, b.broadcast(b.reshape(mean, [1, n, 5]), [samples, n, 5]))),
        [0, 2],
      ),
    ),
    samples: b.concat([b.transpose(out, [1, 0, 2]), b.pad(b.transpose(hidden, [1, 0, 2]), 2, 0, 0)], 2),
  }
  const parameters = {
    head: normals('head', 2 * d * h),
    bias: normals('bias', h),
    out: normals('out', h * 5),
  }
  return {
    graph: b.graph,
    outputs,
    parameters,
    inputs: { x: normals('x', n * d), z: normals('z', samples * 2) },
  }
}

const named = (outputs: Record<string, NodeId>) =>
  Object.entries(outputs).map(([name, node]) => ({ name, node }))

describe('exportOnnx', () => {
  it('gives a model that any number of rows can be fed to, equal to the graph built for it', async () => {
    const { graph, outputs, parameters } = predictor(2)
    const model = exportOnnx(graph, named(outputs), parameters, {}, { rows: ['x'] })
    const session = await inferenceSession(model)
    expect([...session.inputs].sort()).toEqual(['x', 'z'])
    expect(session.outputs).toEqual(Object.keys(outputs))
    for (const n of [1, 2, 7]) {
      const own = predictor(n)
      const values = await session.run(own.inputs)
      const expected = referenceExecutor
        .evaluator(own.graph, Object.values(own.outputs))
        .run(own.inputs, own.parameters)
      Object.keys(own.outputs).forEach((name, i) => {
        expect(relativeDifference(values[name]!, expected[i]!), `${name} of ${n} rows`).toBeLessThan(1e-5)
      })
    }
    await expect(session.run({ x: new Float32Array(3), z: new Float32Array(6) })).rejects.toThrow('"x"')
    await expect(session.run({ x: new Float32Array(4) })).rejects.toThrow('"z"')
    await session.dispose()
  })

  it('exports a decoder of images with open rows, and gathers', async () => {
    const build = (n: number) => {
      const b = new GraphBuilder()
      const rows = b.fed('rows', [n], 'i32')
      const z = b.gather(b.parameter('table', [5, 8]), rows)
      const image = b.convTranspose2d(b.reshape(z, [n, 2, 2, 2]), b.parameter('k', [2, 3, 4, 4]), {
        stride: 2,
        padding: 1,
      })
      const smooth = b.conv2d(image, b.parameter('s', [1, 3, 3, 3]), { padding: 1 })
      return {
        graph: b.graph,
        outputs: { image: b.unary('sigmoid', smooth), area: b.sum(smooth, [1, 2, 3]) },
      }
    }
    const parameters = { table: normals('table', 40), k: normals('k', 96), s: normals('s', 27) }
    const model = exportOnnx(build(3).graph, named(build(3).outputs), parameters, {}, { rows: ['rows'] })
    const session = await inferenceSession(model)
    const inputs = { rows: Int32Array.of(4, 0, 0, 2) }
    const own = build(4)
    const expected = referenceExecutor
      .evaluator(own.graph, Object.values(own.outputs))
      .run(inputs, parameters)
    const values = await session.run(inputs)
    await session.dispose()
    expect(relativeDifference(values['image']!, expected[0]!)).toBeLessThan(1e-5)
    expect(relativeDifference(values['area']!, expected[1]!)).toBeLessThan(1e-5)
  })

  it('keeps its metadata, which can be read back', () => {
    const { graph, outputs, parameters } = predictor(2)
    const metadata = { units: '{"x":"wt%"}', seed: '7', licence: 'CC-BY-4.0', note: 'Prüfung αβ', empty: '' }
    const model = exportOnnx(graph, named(outputs), parameters, metadata)
    expect(onnxMetadata(model)).toEqual(metadata)
    expect(() => onnxMetadata(model.slice(0, 100))).toThrow('no ONNX model')
  })

  it('is the same bytes for the same model', () => {
    const bytes = () => {
      const { graph, outputs, parameters } = predictor(2)
      return exportOnnx(graph, named(outputs), parameters, { seed: '7' }, { rows: ['x'] })
    }
    expect(bytes()).toEqual(bytes())
  })

  it('refuses a graph that holds for its own number of rows only', () => {
    const refused = (make: (b: GraphBuilder, x: NodeId) => NodeId, rows = 4): (() => unknown) => {
      const b = new GraphBuilder()
      const node = make(b, b.data('x', [rows, 3]))
      return () => exportOnnx(b.graph, [{ name: 'y', node }], { w: new Float32Array(4) }, {}, { rows: ['x'] })
    }
    expect(refused((b, x) => b.slice(x, 0, 0, 2))).toThrow('counts rows')
    expect(refused((b, x) => b.concat([x, x], 0))).toThrow('counts rows')
    expect(refused((b, x) => b.plus(x, b.constant(new Float32Array(12), [4, 3])))).toThrow('same length')
    expect(refused((b, x) => b.matmul(b.parameter('w', [1, 4]), x))).toThrow('fixed axis')
    expect(refused((b, x) => b.matmul(x, x, { transposeB: true }))).toThrow('crossed')
    expect(refused((b, x) => b.reshape(x, [2, 6]))).toThrow('torn')
    expect(refused((b, x) => b.reshape(x, [3, 4]))).toThrow('torn')
    expect(refused((b, x) => b.reshape(x, [1, 12]))).not.toThrow()
    expect(refused((b, x) => b.unary('neg', x), 1)).toThrow('fewer than two')
  })

  it('refuses absent parameters and names that are there twice', () => {
    const { graph, outputs, parameters } = predictor(2)
    expect(() => exportOnnx(graph, named(outputs), { ...parameters, out: new Float32Array(1) }, {})).toThrow(
      '"out"',
    )
    expect(() => exportOnnx(graph, [{ name: 'x', node: outputs.prediction }], parameters, {})).toThrow(
      '"x" twice',
    )
    expect(() => exportOnnx(graph, named(outputs), parameters, {}, { rows: ['w'] })).toThrow('"w"')
  })
})

describe('inferenceSession', () => {
  it('rejects bytes that are no model', async () => {
    await expect(inferenceSession(Uint8Array.of(1, 2, 3))).rejects.toThrow()
  })
})

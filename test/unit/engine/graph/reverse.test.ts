import { describe, expect, it } from 'vitest'
import {
  gradients,
  GraphBuilder,
  referenceExecutor,
  trainingStep,
} from '../../../../main/engine/graph/index.ts'
import { opCases, weighted } from '../../../support/graph-cases.ts'

/** Central differences with a step that float32 holds exactly: truncation ~h², rounding ~2⁻²⁴/h, both below 1e-3. */
const h = 2 ** -7

describe('reverse rules against central differences', () => {
  for (const each of opCases)
    it(each.name, () => {
      const built = each.build()
      const loss = weighted(built)
      const nodes = gradients(built.builder, loss, built.wanted)
      const { graph } = built.builder
      const all = referenceExecutor.evaluator(graph, nodes).run(built.inputs, built.parameters)
      const alone = referenceExecutor.evaluator(graph, [loss])
      const at = (): number => alone.run(built.inputs, built.parameters)[0]![0]!
      built.wanted.forEach((id, k) => {
        const node = graph.nodes[id]!
        if (node.op !== 'parameter') throw new Error('not a parameter')
        const values = built.parameters[node.name]!
        const gradient = all[k]!
        expect(built.builder.shape(nodes[k]!)).toEqual(node.shape)
        for (let i = 0; i < values.length; i++) {
          const kept = values[i]!
          values[i] = kept + h
          const above = at()
          const upper = values[i]!
          values[i] = kept - h
          const below = at()
          const numeric = (above - below) / (upper - values[i]!)
          values[i] = kept
          expect(Math.abs(gradient[i]! - numeric)).toBeLessThan(2e-3 * Math.max(1, Math.abs(numeric)))
        }
      })
    })
})

describe('gradients', () => {
  it('is of zeros for a parameter that the loss does not depend on', () => {
    const b = new GraphBuilder()
    const w = b.parameter('w', [2])
    const [g] = gradients(b, b.sum(b.unary('square', b.parameter('v', [3]))), [w])
    const values = referenceExecutor.evaluator(b.graph, [g!]).run({}, {})
    expect([...values[0]!]).toEqual([0, 0])
  })

  it('appends nothing for what no wanted node leads to', () => {
    const b = new GraphBuilder()
    const image = b.data('image', [1, 1, 6, 6])
    const y = b.conv2d(image, b.parameter('k', [1, 1, 3, 3]))
    const loss = b.sum(b.unary('square', y))
    const before = b.nodes.length
    gradients(b, loss, [1])
    expect(b.nodes.slice(before).some((node) => node.op === 'convTranspose2d')).toBe(false)
  })

  it('goes by any node, and through itself a second time', () => {
    const b = new GraphBuilder()
    const x = b.parameter('x', [])
    const [first] = gradients(b, b.times(x, b.unary('square', x)), [x])
    const [second] = gradients(b, first!, [x])
    const values = referenceExecutor.evaluator(b.graph, [first!, second!]).run({}, { x: Float32Array.of(2) })
    expect(values.map((v) => v[0])).toEqual([12, 12])
  })

  it('puts the slices of one weight vector together without adding padded copies', () => {
    const b = new GraphBuilder()
    const w = b.parameter('w', [6])
    const loss = b.sum(b.unary('square', b.plus(b.slice(w, 0, 0, 3), b.slice(w, 0, 3, 6))))
    const before = b.nodes.length
    gradients(b, loss, [w])
    expect(b.nodes.slice(before).filter((node) => node.op === 'concat')).toHaveLength(1)
    expect(b.nodes.slice(before).some((node) => node.op === 'pad')).toBe(false)
  })

  it('is exact at kinks: 0 for abs, relu and step at 0, 1 for clip at its bounds', () => {
    const b = new GraphBuilder()
    const x = b.parameter('x', [2])
    const nodes = (['abs', 'relu', 'step'] as const).map((op) => gradients(b, b.sum(b.unary(op, x)), [x])[0]!)
    const [clip] = gradients(b, b.sum(b.clip(x, 0, 1)), [x])
    const values = referenceExecutor
      .evaluator(b.graph, [...nodes, clip!])
      .run({}, { x: Float32Array.of(0, 0) })
    expect(values.map((v) => [...v])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 1],
    ])
  })

  it('refuses a loss that is no scalar and a gradient into a gathered table', () => {
    const b = new GraphBuilder()
    const w = b.parameter('w', [3, 2])
    expect(() => gradients(b, w, [w])).toThrow('scalar')
    const loss = b.sum(b.gather(w, b.fed('rows', [2], 'i32')))
    expect(() => gradients(b, loss, [w])).toThrow('gather')
  })
})

describe('trainingStep', () => {
  it('refuses a rule for a parameter that is not there or there twice', () => {
    const b = new GraphBuilder()
    const loss = b.sum(b.plus(b.parameter('w', [2]), b.parameter('w', [2])))
    expect(() => trainingStep(b, loss, [{ name: 'v', rate: 1, decay: 0 }])).toThrow('0 parameters named v')
    expect(() => trainingStep(b, loss, [{ name: 'w', rate: 1, decay: 0 }])).toThrow('2 parameters named w')
  })
})

import { describe, expect, it } from 'vitest'
import { loadNative, nativeLevelsHere } from '../../../../main/engine/compute/native/index.ts'
import { GraphBuilder, referenceExecutor } from '../../../../main/engine/graph/index.ts'
import type { UnaryOp } from '../../../../main/engine/graph/index.ts'

const range = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1))

/** Distance of two float32 numbers in units of the last place of the reference. */
function unitsApart(value: number, reference: number): number {
  if (Object.is(value, reference) || value === reference) return 0
  if (!Number.isFinite(value) || !Number.isFinite(reference)) return Infinity
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(reference))))
  return Math.abs(value - reference) / 2 ** (exponent - 23)
}

/** Largest difference from the rounded float64 value, in units of the last place; one unit less was measured. */
const bounds: readonly { readonly op: UnaryOp; readonly at: readonly number[]; readonly most: number }[] = [
  { op: 'exp', at: [...range(-87, 88.7, 4001), ...range(-1, 1, 1001)], most: 2 },
  { op: 'log', at: [...range(1e-6, 3, 4001), ...range(1, 1e6, 1001), 1.2e-38, 3e38], most: 2 },
  { op: 'sqrt', at: range(0, 50, 1001), most: 0 },
  { op: 'tanh', at: [...range(-12, 12, 4001), ...range(-0.7, 0.7, 1001), 1e-8, -1e-20], most: 2 },
  { op: 'sigmoid', at: [...range(-80, 30, 4001)], most: 3 },
  { op: 'silu', at: [...range(-80, 30, 4001)], most: 3 },
  { op: 'softplus', at: [...range(-80, 30, 4001)], most: 3 },
  { op: 'erf', at: [...range(-5, 5, 4001), 1e-10, -1e-3], most: 2 },
  { op: 'relu', at: range(-3, 3, 100), most: 0 },
  { op: 'abs', at: range(-3, 3, 100), most: 0 },
  { op: 'neg', at: range(-3, 3, 100), most: 0 },
  { op: 'square', at: range(-3, 3, 100), most: 0 },
  { op: 'step', at: [...range(-3, 3, 100), 0], most: 0 },
]

describe.each(nativeLevelsHere())('functions on %s', (level) => {
  const results = (op: UnaryOp, x: Float32Array): { own: Float32Array; reference: Float32Array } => {
    const b = new GraphBuilder()
    const output = b.unary(op, b.data('x', [x.length]))
    const evaluator = loadNative(level)!.evaluator(b.graph, [output])
    const [own] = evaluator.run({ x })
    evaluator.dispose()
    const [reference] = referenceExecutor.evaluator(b.graph, [output]).run({ x })
    return { own: own!, reference: reference! }
  }

  it.each(bounds)('$op is within $most units of the last place', ({ op, at, most }) => {
    const x = Float32Array.from(at)
    const { own, reference } = results(op, x)
    let worst = 0
    let where = 0
    reference.forEach((expected, i) => {
      const apart = unitsApart(own[i]!, expected)
      if (apart > worst) [worst, where] = [apart, x[i]!]
    })
    expect(worst, `at ${where}`).toBeLessThanOrEqual(most)
  })

  it.each(['exp', 'log', 'tanh', 'sigmoid', 'silu', 'softplus', 'relu', 'square', 'sqrt'] as const)(
    '%s keeps NaN and goes to its limits',
    (op) => {
      const x = Float32Array.of(NaN, Infinity, 1e30, 1000, 100, 0)
      const { own, reference } = results(op, x)
      expect([...own]).toEqual([...reference])
    },
  )

  it('erf ends at 1', () => {
    expect([...results('erf', Float32Array.of(NaN, Infinity, 1e30, 4, 0)).own]).toEqual([NaN, 1, 1, 1, 0])
  })

  it('goes to its limits below', () => {
    const x = Float32Array.of(-1000, -1e30)
    expect([...results('exp', x).own]).toEqual([0, 0])
    expect([...results('sigmoid', x).own]).toEqual([0, 0])
    expect([...results('tanh', x).own]).toEqual([-1, -1])
    expect([...results('erf', x).own]).toEqual([-1, -1])
    expect([...results('softplus', x).own]).toEqual([0, 0])
    expect([...results('silu', x).own].map(Math.abs)).toEqual([0, 0])
    expect([...results('log', Float32Array.of(0, -1)).own]).toEqual([-Infinity, NaN])
  })
})

import { describe, expect, it } from 'vitest'
import { GraphBuilder, referenceExecutor } from '../../../../main/engine/graph/index.ts'
import type { Parameters } from '../../../../main/engine/graph/index.ts'
import { cholesky, matrix, randomStream } from '../../../../main/engine/math/index.ts'
import {
  antitheticDraws,
  distributionHead,
  eliminate,
  latentSize,
  logDeterminant,
  lowRankDivergence,
} from '../../../../main/engine/models/posteriors/index.ts'
import type { DistributionSpec, HeadGraph } from '../../../../main/engine/models/posteriors/index.ts'

const SIZE = 5
const DRAWS = 16

interface Prepared {
  readonly head: HeadGraph
  readonly parameters: Parameters
  /** Samples (S x D), divergence, entropy and ln q of these draws. */
  run(z: Float32Array): {
    samples: Float32Array
    divergence: number
    entropy: number
    logDensity: Float32Array
  }
}

/** A head whose parameters are moved off their start, so that nothing is zero or the identity. */
function prepare(spec: DistributionSpec, seed: number, draws = DRAWS): Prepared {
  const builder = new GraphBuilder()
  const z = builder.fed('z', [draws, latentSize(spec, SIZE)])
  const head = distributionHead(builder, spec, z, SIZE, randomStream(seed, 'head'))
  const logDensity = head.logDensity()
  const stream = randomStream(seed, 'moved')
  const parameters = Object.fromEntries(
    head.parameters.map(({ name, start }) => [name, start.map((v) => v + 0.2 * stream.normal())]),
  )
  const outputs = [head.samples, head.divergence, head.entropy, logDensity]
  const evaluator = referenceExecutor.evaluator(builder.graph, outputs)
  return {
    head,
    parameters,
    run(draw) {
      const [samples, divergence, entropy, density] = evaluator
        .run({ z: draw }, parameters)
        .map((values) => values.slice())
      return { samples: samples!, divergence: divergence![0]!, entropy: entropy![0]!, logDensity: density! }
    },
  }
}

const full: DistributionSpec = { kind: 'full-covariance' }
const lowRank: DistributionSpec = { kind: 'low-rank', rank: 2 }
const heads: readonly DistributionSpec[] = [
  full,
  lowRank,
  { kind: 'flow', base: full, transform: 'coupling', layers: 3, hidden: 8 },
  { kind: 'flow', base: lowRank, transform: 'autoregressive', layers: 2, hidden: 12 },
]
const name = (spec: DistributionSpec): string =>
  spec.kind === 'flow' ? `${spec.transform} flow on ${spec.base.kind}` : spec.kind

describe('elimination in a graph', () => {
  const stream = randomStream(1, 'matrix')
  const n = 7
  const factor = Float64Array.from({ length: n * n }, () => stream.normal())
  const symmetric = Float32Array.from({ length: n * n }, (_, at) => {
    let sum = Math.floor(at / n) === at % n ? 1 : 0
    for (let k = 0; k < n; k++) sum += factor[Math.floor(at / n) * n + k]! * factor[(at % n) * n + k]!
    return sum
  })

  it('gives the log-determinant of the Cholesky factor', () => {
    const builder = new GraphBuilder()
    const node = logDeterminant(builder, builder.constant(symmetric, [n, n]))
    const [value] = referenceExecutor.evaluator(builder.graph, [node]).run({}, {})
    const l = cholesky(matrix(n, n, Float64Array.from(symmetric)))!
    let expected = 0
    for (let i = 0; i < n; i++) expected += 2 * Math.log(l.data[i * n + i]!)
    expect(value![0]!).toBeCloseTo(expected, 4)
  })

  it('leaves the Schur complement, whose determinant completes that of the whole', () => {
    const builder = new GraphBuilder()
    const whole = builder.constant(symmetric, [1, n, n])
    const { logDeterminant: leading, schur } = eliminate(builder, whole, 4)
    const rest = logDeterminant(builder, schur!)
    const all = logDeterminant(builder, whole)
    expect(builder.shape(schur!)).toEqual([1, 3, 3])
    const [a, b, c] = referenceExecutor.evaluator(builder.graph, [leading, rest, all]).run({}, {})
    expect(a![0]! + b![0]!).toBeCloseTo(c![0]!, 4)
  })
})

/** Of z as wide as u: ln q(u) = ln N(z) − ln |∂u/∂z|. */
describe.each(
  heads.filter((spec) => latentSize(spec, SIZE) === SIZE).map((spec) => [name(spec), spec] as const),
)('density of head %s', (_, spec) => {
  it('is that of a change of variables by numeric differences', () => {
    const { run } = prepare(spec, 3, 2 * SIZE + 2)
    const point = Float64Array.from({ length: SIZE }, () => 0.7).map((v, k) => v * Math.cos(k))
    const step = 1e-2
    const z = new Float32Array((2 * SIZE + 2) * SIZE)
    for (let s = 0; s < 2 * SIZE + 2; s++) z.set(point, s * SIZE)
    for (let k = 0; k < SIZE; k++) {
      z[2 * k * SIZE + k]! += step
      z[(2 * k + 1) * SIZE + k]! -= step
    }
    const { samples, logDensity } = run(z)
    const jacobian = Array.from({ length: SIZE }, (__, i) =>
      Array.from(
        { length: SIZE },
        (___, k) => (samples[2 * k * SIZE + i]! - samples[(2 * k + 1) * SIZE + i]!) / (2 * step),
      ),
    )
    const square = point.reduce((sum, v) => sum + v * v, 0)
    const expected =
      -0.5 * square - 0.5 * SIZE * Math.log(2 * Math.PI) - Math.log(Math.abs(determinant(jacobian)))
    expect(logDensity[2 * SIZE]!).toBeCloseTo(expected, 2)
  })
})

describe.each(heads.map((spec) => [name(spec), spec] as const))('head %s', (_, spec) => {
  it('has a divergence that is the mean of ln q − ln p over its samples', () => {
    const { run } = prepare(spec, 5)
    const stream = randomStream(5, 'draws')
    const width = latentSize(spec, SIZE)
    const differences: number[] = []
    let divergence = 0
    const rounds = 400
    for (let round = 0; round < rounds; round++) {
      const found = run(antitheticDraws(DRAWS, width, stream))
      divergence += found.divergence / rounds
      for (let s = 0; s < DRAWS; s++) {
        let square = 0
        for (let k = 0; k < SIZE; k++) square += found.samples[s * SIZE + k]! ** 2
        differences.push(found.logDensity[s]! + 0.5 * square + 0.5 * SIZE * Math.log(2 * Math.PI))
      }
    }
    const mean = differences.reduce((sum, v) => sum + v, 0) / differences.length
    const variance = differences.reduce((sum, v) => sum + (v - mean) ** 2, 0) / differences.length
    expect(Math.abs(mean - divergence)).toBeLessThan(5 * Math.sqrt(variance / differences.length))
    expect(divergence).toBeGreaterThan(0)
  })

  it('has a density that integrates to one: E_q p/q = 1 for a narrow normal p amid its samples', () => {
    const { run } = prepare(spec, 7)
    const stream = randomStream(7, 'draws')
    const width = latentSize(spec, SIZE)
    let sum = 0
    let square = 0
    const count = 800 * DRAWS
    const sd = 0.15
    const centre = run(new Float32Array(DRAWS * width)).samples.slice(0, SIZE)
    for (let round = 0; round < 800; round++) {
      const { samples, logDensity } = run(antitheticDraws(DRAWS, width, stream))
      for (let s = 0; s < DRAWS; s++) {
        let distance = 0
        for (let k = 0; k < SIZE; k++) distance += ((samples[s * SIZE + k]! - centre[k]!) / sd) ** 2
        const logTarget = -0.5 * distance - SIZE * Math.log(sd) - 0.5 * SIZE * Math.log(2 * Math.PI)
        const ratio = Math.exp(logTarget - logDensity[s]!)
        sum += ratio
        square += ratio * ratio
      }
    }
    const mean = sum / count
    const error = Math.sqrt((square / count - mean * mean) / count)
    expect(error).toBeLessThan(0.1)
    expect(Math.abs(mean - 1)).toBeLessThan(5 * error)
  })
})

function determinant(rows: number[][]): number {
  const [first] = rows
  if (first === undefined) return 1
  return first.reduce(
    (sum, v, column) =>
      sum +
      (column % 2 === 0 ? v : -v) *
        determinant(rows.slice(1).map((row) => row.filter((_, k) => k !== column))),
    0,
  )
}

describe('divergence of a low-rank normal', () => {
  it('equals ½(tr Σ/σ² + mᵀm/σ² − D + D ln σ² − ln |Σ|) of the whole covariance', () => {
    const [rank, priorSd] = [3, 0.3]
    const stream = randomStream(13, 'low rank')
    const draw = (count: number, scale: number): Float32Array =>
      Float32Array.from({ length: count }, () => scale * stream.normal())
    const mean = draw(SIZE, 0.3)
    const factors = draw(rank * SIZE, 0.2)
    const logScale = draw(SIZE, 0.5).map((v) => v - 2)
    const builder = new GraphBuilder()
    const node = lowRankDivergence(
      builder,
      builder.constant(mean, [1, SIZE]),
      builder.constant(factors, [rank, SIZE]),
      builder.constant(logScale, [1, SIZE]),
      priorSd,
    )
    const [found] = referenceExecutor.evaluator(builder.graph, [node]).run({}, {})
    const covariance = matrix(SIZE, SIZE)
    for (let i = 0; i < SIZE; i++)
      for (let j = 0; j < SIZE; j++) {
        if (i === j) covariance.data[i * SIZE + j]! += Math.exp(2 * logScale[i]!)
        for (let k = 0; k < rank; k++)
          covariance.data[i * SIZE + j]! += factors[k * SIZE + i]! * factors[k * SIZE + j]!
      }
    const l = cholesky(covariance)!
    let expected = SIZE * (2 * Math.log(priorSd) - 1)
    for (let i = 0; i < SIZE; i++)
      expected +=
        (covariance.data[i * SIZE + i]! + mean[i]! ** 2) / priorSd ** 2 - 2 * Math.log(l.data[i * SIZE + i]!)
    expect(found![0]!).toBeCloseTo(0.5 * expected, 3)
  })
})

describe('implicit head', () => {
  it('never says less divergence than there is: with one code it is a Gaussian whose KL is known', () => {
    const spec: DistributionSpec = { kind: 'implicit', latent: 1, hidden: 4 }
    const { parameters, run } = prepare(spec, 9)
    // f(z₁) made constant: q = N(mean, e^2s), so the mixture of kernels is exact.
    parameters['outer']!.fill(0)
    const stream = randomStream(9, 'draws')
    let divergence = 0
    for (let round = 0; round < 500; round++)
      divergence += run(antitheticDraws(DRAWS, latentSize(spec, SIZE), stream)).divergence / 500
    let expected = 0
    parameters['mean']!.forEach((m, k) => {
      const s = parameters['logScale']![k]!
      expected += 0.5 * (m * m + Math.exp(2 * s) - 1) - s
    })
    expect(divergence).toBeCloseTo(expected, 1)
  })

  it('tightens as more draws are fed', () => {
    const spec: DistributionSpec = { kind: 'implicit', latent: 2, hidden: 6 }
    const meanDivergence = (draws: number): number => {
      const { run } = prepare(spec, 11, draws)
      const stream = randomStream(11, `draws ${draws}`)
      const rounds = 8000 / draws
      let sum = 0
      for (let round = 0; round < rounds; round++)
        sum += run(antitheticDraws(draws, latentSize(spec, SIZE), stream)).divergence
      return sum / rounds
    }
    const few = meanDivergence(4)
    const many = meanDivergence(80)
    expect(many).toBeLessThan(few)
  })
})

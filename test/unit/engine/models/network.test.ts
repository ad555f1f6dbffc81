import { describe, expect, it } from 'vitest'
import { GraphBuilder, referenceExecutor } from '../../../../main/engine/graph/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { gaussianCrps, gaussianNll } from '../../../../main/engine/models/gaussian.ts'
import { networkOutputs, networkParameters } from '../../../../main/engine/models/hypernetwork/network.ts'
import { dataLoss, marginalKl, PRIOR_SD } from '../../../../main/engine/models/hypernetwork/objective.ts'
import { networkEvaluator } from '../../../../main/engine/models/hypernetwork/predict.ts'
import type { NetworkShape } from '../../../../main/engine/models/hypernetwork/shape.ts'
import { cubaturePoints, startParameters } from '../../../../main/engine/models/hypernetwork/start.ts'

const shape: NetworkShape = {
  uncertainty: 'modulation',
  features: 3,
  hidden: 5,
  outputs: 2,
  latent: 2,
  offset: false,
}
const normals = (name: string, count: number): Float32Array => {
  const stream = randomStream(5, name)
  return Float32Array.from({ length: count }, () => stream.normal())
}
const silu = (v: number): number => v / (1 + Math.exp(-v))

/** The network as the text of shape.ts has it, one row and one draw at a time. */
function byHand(parameters: Record<string, Float32Array>, x: Float32Array, z: Float32Array): number[] {
  const { features: d, hidden: h, outputs: m, latent } = shape
  const size = d + 4 * h + 2 * m
  const gamma = Array.from(parameters.mean!, (mean, i) =>
    Array.from({ length: latent }, (_, k) => z[k]! * parameters.factors![k * size + i]!).reduce(
      (a, b) => a + b,
      mean,
    ),
  )
  let at = 0
  const layer = (signal: number[], index: number, outputs: number): number[] => {
    const r = gamma.slice(at, at + signal.length)
    const a = gamma.slice(at + signal.length, at + signal.length + outputs)
    at += signal.length + outputs
    return Array.from({ length: outputs }, (_, o) =>
      signal.reduce(
        (sum, v, i) => sum + v * (1 + r[i]!) * parameters[`w${index}`]![i * outputs + o]!,
        parameters[`b${index}`]![o]! + a[o]!,
      ),
    )
  }
  const first = layer(Array.from(x), 1, h).map(silu)
  const second = layer(first, 2, h).map(silu)
  return layer(second, 3, 2 * m)
}

describe('the base network under draws of the hypernetwork', () => {
  it('is the network of its description, row by row and draw by draw', () => {
    const parameters = startParameters(shape, randomStream(3))
    const x = normals('x', 4 * 3)
    const z = normals('z', 3 * 2)
    const member = { parameters, draws: { count: 3, values: z } }
    const evaluator = networkEvaluator(referenceExecutor, shape)
    const means = evaluator.means(member, member.draws, x, null, 4)
    const moments = evaluator.moments(member, x, null, 4)
    for (let i = 0; i < 4; i++) {
      const raw = [0, 1, 2].map((s) =>
        byHand(parameters, x.subarray(i * 3, i * 3 + 3), z.subarray(s * 2, s * 2 + 2)),
      )
      for (let j = 0; j < 2; j++) {
        const own = raw.map((row) => row[j]!)
        own.forEach((v, s) => {
          expect(means[(s * 4 + i) * 2 + j]).toBeCloseTo(v, 5)
        })
        const centre = own.reduce((a, b) => a + b, 0) / 3
        const noise =
          raw.map((row) => Math.exp(4 * Math.tanh(row[2 + j]! / 4) - 1)).reduce((a, b) => a + b, 0) / 3
        expect(moments.mean[i * 2 + j]).toBeCloseTo(centre, 5)
        expect(moments.spread[i * 2 + j]).toBeCloseTo(own.reduce((a, v) => a + (v - centre) ** 2, 0) / 3, 5)
        expect(moments.noise[i * 2 + j]).toBeCloseTo(noise, 5)
      }
    }
  })

  it('starts exactly at its mean function', () => {
    const onOffset = { ...shape, offset: true }
    const member = {
      parameters: startParameters(onOffset, randomStream(3)),
      draws: { count: 1, values: new Float32Array(2) },
    }
    const offset = normals('offset', 4 * 4)
    const evaluator = networkEvaluator(referenceExecutor, onOffset)
    const { mean, noise } = evaluator.moments(member, normals('x', 4 * 3), offset, 4)
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 2; j++) {
        expect(mean[i * 2 + j]).toBeCloseTo(offset[i * 4 + j]!, 6)
        expect(noise[i * 2 + j]).toBeCloseTo(Math.exp(offset[i * 4 + 2 + j]!), 4)
      }
  })

  it('predicts a row alike whatever rows stand beside it', () => {
    const member = {
      parameters: startParameters(shape, randomStream(3)),
      draws: { count: 4, values: cubaturePoints(2, randomStream(1)) },
    }
    const x = normals('x', 70 * 3)
    const evaluator = networkEvaluator(referenceExecutor, shape)
    const whole = evaluator.moments(member, x, null, 70).mean
    const single = evaluator.moments(member, x.subarray(69 * 3), null, 1).mean
    expect(single[0]).toBeCloseTo(whole[69 * 2]!, 6)
  })
})

describe('the objective', () => {
  it('is 0.5 NLL + 2 CRPS of the normal over observed cells', () => {
    const g = new GraphBuilder()
    const nodes = networkParameters(g, shape)
    const x = g.data('x', [4, 3])
    const draws = g.data('draws', [1, 2])
    const outputs = networkOutputs(g, shape, nodes, x, draws, null)
    const loss = dataLoss(g, outputs, g.data('y', [4, 2]), g.data('observed', [4, 2]))
    const evaluator = referenceExecutor.evaluator(g.graph, [loss, outputs.mean, outputs.logVariance])
    const y = normals('y', 8)
    const observed = Float32Array.of(1, 0, 1, 1, 1, 1, 0, 1)
    const [value, mean, logVariance] = evaluator.run(
      { x: normals('x', 12), draws: normals('z', 2), y, observed },
      startParameters(shape, randomStream(3)),
    )
    let sum = 0
    for (let i = 0; i < 8; i++) {
      const sd = Math.exp(logVariance![i]! / 2)
      sum += observed[i]! * (0.5 * gaussianNll(y[i]!, mean![i]!, sd) + 2 * gaussianCrps(y[i]!, mean![i]!, sd))
    }
    expect(value![0]).toBeCloseTo(sum / 4, 5)
  })

  it('charges the KL of the marginals: 0 at the prior, the closed form elsewhere', () => {
    const g = new GraphBuilder()
    const kl = marginalKl(g, g.parameter('mean', [1, 2]), g.parameter('factors', [2, 2]))
    const evaluator = referenceExecutor.evaluator(g.graph, [kl])
    const at = (mean: number[], factors: number[]): number =>
      evaluator.run({}, { mean: Float32Array.from(mean), factors: Float32Array.from(factors) })[0]![0]!
    expect(at([0, 0], [PRIOR_SD, 0, 0, PRIOR_SD])).toBeCloseTo(0, 5)
    const variance = 0.1 ** 2 + 0.2 ** 2
    const one = Math.log(PRIOR_SD / Math.sqrt(variance)) + (variance + 0.25) / (2 * PRIOR_SD ** 2) - 0.5
    expect(at([0.5, 0], [0.1, PRIOR_SD, 0.2, 0])).toBeCloseTo(one, 4)
  })

  it('cubature points have mean 0 and covariance I', () => {
    const k = 5
    const points = cubaturePoints(k, randomStream(9))
    for (let a = 0; a < k; a++)
      for (let b = 0; b < k; b++) {
        let sum = 0
        for (let p = 0; p < 2 * k; p++) sum += points[p * k + a]! * points[p * k + b]!
        expect(sum / (2 * k)).toBeCloseTo(a === b ? 1 : 0, 5)
      }
  })
})

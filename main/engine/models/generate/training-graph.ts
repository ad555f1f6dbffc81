import { GraphBuilder, trainingStep, type NodeId, type TrainingStep } from '../../graph/index.ts'
import { decode, type FieldNoise } from './decoder.ts'
import { hartley, type Hartley } from './hartley.ts'
import { hypernetwork, type HyperShape } from './hypernetwork.ts'
import type { Likelihood } from './likelihood.ts'
import type { Modulations } from './modulations.ts'
import type { StatisticPlan } from './statistic-list.ts'
import { lagStatistics, windowStatistics } from './statistics.ts'
import type { PlanePairs } from './targets.ts'
import { softRegion } from './threshold.ts'
import type { GeneratorSettings } from './types.ts'

/** What a generator is made of, beside its weights. */
export interface GeneratorShape {
  readonly settings: GeneratorSettings
  readonly hyper: HyperShape
  readonly layout: Modulations
  /** Fields the decoder makes; planes cut from them (several from one field for grey, one each for phases). */
  readonly fields: number
  readonly planes: number
  readonly grey: boolean
  readonly plan: StatisticPlan
  readonly pairs: PlanePairs
}

/** Fed names of the noise; each [R, M, n, n] white noise. */
export function noiseInputs(shape: GeneratorShape): string[] {
  return Array.from({ length: shape.fields }, (_, f) => [
    `source${f}`,
    ...(shape.grey ? [`grain${f}`] : []),
  ]).flat()
}

/**
 * The statistics [R·M, S] of the images that the decoder makes with modulations [R, D] and fractions [R, planes], in
 * the order of `vectorLabels`. Noise is fed.
 */
export function decodedStatistics(
  b: GraphBuilder,
  shape: GeneratorShape,
  transform: Hartley,
  modulation: NodeId,
  fractions: NodeId,
): NodeId {
  const { n } = transform
  const rows = b.shape(modulation)[0] ?? 1
  const count = shape.settings.imagesPerCondition
  const noise: FieldNoise[] = Array.from({ length: shape.fields }, (_, f) => ({
    source: b.fed(`source${f}`, [rows, count, n, n]),
    grain: shape.grey ? b.fed(`grain${f}`, [rows, count, n, n]) : null,
  }))
  const fields = decode(b, transform, modulation, shape.layout, noise, shape.settings)
  const planes: NodeId[] = []
  let rest: NodeId | null = null
  for (let k = 0; k < shape.planes; k++) {
    const fraction = b.slice(fractions, 1, k, k + 1)
    const plane = softRegion(b, fields[shape.grey ? 0 : k]!, fraction, shape.grey ? null : rest)
    planes.push(b.reshape(plane, [rows * count, n, n]))
    if (!shape.grey) {
      const left: NodeId = b.minus(b.scalar(1), plane)
      rest = rest === null ? left : b.minus(rest, plane)
    }
  }
  return b.concat(
    [
      ...planes.flatMap((plane) => [
        windowStatistics(b, plane, shape.plan),
        lagStatistics(b, transform, plane, plane, shape.plan),
      ]),
      ...shape.pairs.map(([i, j]) => lagStatistics(b, transform, planes[i]!, planes[j]!, shape.plan)),
    ],
    1,
  )
}

/** Rates of the parameters, as parts of the step's. */
const rules = [
  { name: 'head', rate: 1, decay: 0 },
  { name: 'spread', rate: 0.5, decay: 0 },
  { name: 'trunk', rate: 0.5, decay: 0 },
  { name: 'trunkBias', rate: 0.5, decay: 0 },
] as const

/**
 * One step of the negative bound, per condition: half the synthetic chi-square of R conditions drawn from k, each with
 * one weight draw z, plus temper·divergence/k. The square of a mean over images is estimated by the product of the
 * means of two halves, which is unbiased: the scatter of few images costs nothing and is not trained away. Data: `x`,
 * `features`, `fractions`, `means`, `weights`; fed: `rows`, `z` and the noise.
 */
export function trainingGraph(
  shape: GeneratorShape,
  conditions: number,
  likelihood: Likelihood,
  priorHead: Float32Array,
  featurePriors: readonly number[],
): TrainingStep {
  const b = new GraphBuilder()
  const { settings, hyper } = shape
  const rows = b.fed('rows', [settings.conditionsPerStep], 'i32')
  const draw = (name: string, width: number): NodeId => b.gather(b.data(name, [conditions, width]), rows)
  const { modulation, divergence } = hypernetwork(b, hyper, shape.layout, priorHead, featurePriors, {
    x: draw('x', hyper.inputs),
    features: draw('features', hyper.features),
    z: b.fed('z', [settings.conditionsPerStep, hyper.latent]),
  })
  const statistics = decodedStatistics(
    b,
    shape,
    hartley(b, settings.gridPx),
    modulation,
    draw('fractions', shape.planes),
  )
  const count = settings.imagesPerCondition
  const size = likelihood.size
  const images = b.reshape(statistics, [settings.conditionsPerStep, count, size])
  const means = draw('means', size)
  const half = (from: number): NodeId =>
    b.minus(b.mean(b.slice(images, 1, from, from + count / 2), [1]), means)
  const squares = b.times(b.times(half(0), half(count / 2)), draw('weights', size))
  const misfit = b.scale(b.sum(squares), 0.5 / settings.conditionsPerStep)
  const loss = b.plus(misfit, b.scale(divergence, settings.temper / conditions))
  return trainingStep(b, loss, rules, { beta1: 0.9, beta2: 0.98 })
}

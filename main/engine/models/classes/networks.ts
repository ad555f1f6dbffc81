import type { LossPoint } from '../../../contract/index.ts'
import { GraphBuilder, type LocalExecutor } from '../../graph/index.ts'
import { randomStream } from '../../math/index.ts'
import { applyFeatureMap, fitFeatureMap, type FeatureMap } from '../feature-map.ts'
import { memberInTraining, type Member } from '../hypernetwork/member.ts'
import { networkParameters, networkSignal } from '../hypernetwork/network.ts'
import { advanceTogether, type TrainingProgress } from '../hypernetwork/networks.ts'
import { chunkedRun, type MemberState } from '../hypernetwork/predict.ts'
import { drawSize, type NetworkShape } from '../hypernetwork/shape.ts'
import { startParameters } from '../hypernetwork/start.ts'
import { indicesWhere } from '../inner-folds.ts'
import { takeRows } from '../sample.ts'
import type { TrainingSettings } from '../training-settings.ts'
import { classStep } from './objective.ts'
import { classShares } from './shares.ts'
import type { ClassPredictor, ClassSample } from './types.ts'

/** Hypernetworks with a softmax head, each trained without one fold: plain data. */
export interface ClassNetworksState {
  readonly features: FeatureMap
  readonly shape: NetworkShape
  readonly members: readonly MemberState[]
  readonly seed: number
}

export interface ClassNetworksFit {
  readonly state: ClassNetworksState
  /** Probabilities of each row by the member that left its fold out, n x L. */
  readonly outOfFold: Float64Array
  readonly loss: LossPoint[]
  readonly steps: number
}

interface Draws {
  readonly count: number
  readonly values: Float32Array
}

/** Softmax of the logits: averaged over the draws (n x L), or for each draw (S x n x L). */
interface ClassEvaluator {
  average(member: MemberState, x: Float32Array, n: number): Float64Array
  each(member: MemberState, draws: Draws, x: Float32Array, n: number): Float64Array
}

function classEvaluator(executor: LocalExecutor, shape: NetworkShape): ClassEvaluator {
  const levels = shape.logits ?? 0
  const run = chunkedRun(shape, (rows, count, average) => {
    const g = new GraphBuilder()
    const x = g.data('x', [rows, shape.features])
    const draws = g.data('draws', [count, drawSize(shape)])
    const each = g.softmax(networkSignal(g, shape, networkParameters(g, shape), x, draws))
    return executor.evaluator(g.graph, [average ? g.mean(each, [0]) : each])
  })
  return {
    average(member, x, n) {
      const out = new Float64Array(n * levels)
      run(member, member.draws, x, null, n, true, ([values], from, rows) => {
        out.set(values!.subarray(0, rows * levels), from * levels)
      })
      return out
    },
    each(member, draws, x, n) {
      const out = new Float64Array(draws.count * n * levels)
      run(member, draws, x, null, n, false, ([values], from, rows, padded) => {
        for (let s = 0; s < draws.count; s++)
          out.set(
            values!.subarray(s * padded * levels, (s * padded + rows) * levels),
            (s * n + from) * levels,
          )
      })
      return out
    },
  }
}

/**
 * One member a fold: each leaves its fold out and keeps the snapshot with the smallest log loss there. Training starts from
 * the class shares, so that a level without an input that speaks for it stays at its share. folds: 0..F−1 a row.
 */
export function fitClassNetworks(
  executor: LocalExecutor,
  settings: TrainingSettings,
  sample: ClassSample,
  folds: Int32Array,
  seed: number,
  progress: TrainingProgress,
): ClassNetworksFit {
  const levels = sample.levels.length
  const features = fitFeatureMap(sample.inputs, sample.x, sample.n)
  const x = applyFeatureMap(features, sample.x, sample.n)
  const d = x.length / sample.n
  const shape: NetworkShape = {
    uncertainty: 'modulation',
    features: d,
    hidden: settings.hidden,
    outputs: 0,
    latent: settings.latent,
    offset: false,
    logits: levels,
  }
  const evaluator = classEvaluator(executor, shape)
  const stream = randomStream(seed, `classes of ${sample.output}`)
  const held: Int32Array[] = []
  const members: Member[] = []
  for (let f = 0; f <= Math.max(...folds); f++) {
    const out = indicesWhere(sample.n, (i) => folds[i] === f)
    const rest = indicesWhere(sample.n, (i) => folds[i] !== f)
    held.push(out)
    const own = stream.child(`member ${f}`)
    const codes = Int32Array.from(rest, (r) => sample.codes[r]!)
    const y = new Float32Array(rest.length * levels)
    codes.forEach((code, i) => (y[i * levels + code] = 1))
    const outX = Float32Array.from(takeRows(x, d, out))
    const outCodes = Int32Array.from(out, (r) => sample.codes[r]!)
    const start = startParameters(shape, own.child('start'))
    start.b3 = Float32Array.from(classShares(codes, levels), Math.log)
    members.push(
      memberInTraining(
        executor,
        {
          shape,
          settings,
          n: rest.length,
          layout: classStep(shape, settings, rest.length),
          start,
          data: { x: Float32Array.from(takeRows(x, d, rest)), y },
          judge(state) {
            if (out.length === 0) return { score: null, loss: null }
            const loss = logLoss(evaluator.average(state, outX, out.length), outCodes, levels)
            return { score: loss, loss }
          },
        },
        own,
      ),
    )
  }
  const loss = advanceTogether(members, settings, progress)
  const trained = members.map((member) => member.best())
  const outOfFold = new Float64Array(sample.n * levels)
  trained.forEach((member, f) => {
    const rows = held[f]!
    const part = evaluator.average(member, Float32Array.from(takeRows(x, d, rows)), rows.length)
    rows.forEach((row, i) => {
      outOfFold.set(part.subarray(i * levels, (i + 1) * levels), row * levels)
    })
  })
  const steps = members.reduce((sum, member) => sum + member.steps, 0)
  for (const member of members) member.dispose()
  return { state: { features, shape, members: trained, seed }, outOfFold, loss, steps }
}

/** Mean of −ln p at the observed levels. */
export function logLoss(probabilities: ArrayLike<number>, codes: Int32Array, levels: number): number {
  let sum = 0
  codes.forEach((code, i) => (sum -= Math.log(Math.max(1e-300, probabilities[i * levels + code]!))))
  return sum / codes.length
}

export function classNetworksPredictor(executor: LocalExecutor, state: ClassNetworksState): ClassPredictor {
  const { features, shape, members, seed } = state
  const levels = shape.logits ?? 0
  let made: ClassEvaluator | null = null
  const evaluator = (): ClassEvaluator => (made ??= classEvaluator(executor, shape))
  const featuresOf = (x: Float64Array, n: number): Float32Array =>
    Float32Array.from(applyFeatureMap(features, x, n))
  return {
    probabilities(x, n) {
      const out = new Float64Array(n * levels)
      const f = featuresOf(x, n)
      for (const member of members)
        evaluator()
          .average(member, f, n)
          .forEach((p, i) => (out[i]! += p / members.length))
      return out
    },
    draws(x, n, count) {
      const out = new Float64Array(count * n * levels)
      const f = featuresOf(x, n)
      const size = drawSize(shape)
      members.forEach((member, k) => {
        const own = Array.from({ length: count }, (_, s) => s).filter((s) => s % members.length === k)
        if (own.length === 0) return
        const values = new Float32Array(own.length * size)
        own.forEach((s, i) => {
          const stream = randomStream(seed, `bhn draw ${s}`)
          for (let j = 0; j < size; j++) values[i * size + j] = stream.normal()
        })
        const drawn = evaluator().each(member, { count: own.length, values }, f, n)
        own.forEach((s, i) => {
          out.set(drawn.subarray(i * n * levels, (i + 1) * n * levels), s * n * levels)
        })
      })
      return out
    },
  }
}

import { ContractError } from '../../../contract/index.ts'
import type { Progress } from '../../dataset/table.ts'
import type { LocalExecutor } from '../../graph/index.ts'
import { randomStream } from '../../math/index.ts'
import { conditionalLayer } from './conditional.ts'
import type { ResponseMoments } from './conditional.ts'
import { antitheticDraws } from './draws.ts'
import { drawEvaluator } from './evaluate-draws.ts'
import type { DrawOutputs } from './evaluate-draws.ts'
import type { FittedPosterior } from './fit.ts'
import { drawWidth, outputCount } from './generate.ts'
import { addMoments, emptySums, momentsOf } from './mixture.ts'
import type { MixtureSums, PredictiveMoments } from './mixture.ts'
import { weigh } from './weigh.ts'

/** Draws and rows evaluated at a time, so that memory stays small. */
const DRAWS = 32
const ROWS = 256

export interface PredictiveOptions {
  /** Draws of γ in all, spread over the restarts; rounded up to whole chunks. */
  readonly draws: number
  /** Weighs draws by p(y, γ)/q(γ), which corrects what q misses while the weights' tail is light (`paretoShape` < 0.7). */
  readonly reweigh: boolean
  readonly seed: number
}

export interface Predictive extends PredictiveMoments {
  /** (Σw)²/Σw²: how many equal draws the weighted ones are worth. */
  readonly effectiveDraws: number
  /** Worst over the restarts; null without reweighing. */
  readonly paretoShape: number | null
}

/**
 * Moments of the predictive mixture over draws and over restarts. Restarts weigh as exp(bound), which is best for
 * components that do not overlap, or by the sums of their draws' weights. x: n x d. Errors: BAD_REQUEST for no restarts
 * or a width that does not fit; CANCELLED.
 */
export function predictive(
  restarts: readonly FittedPosterior[],
  x: Float64Array,
  executor: LocalExecutor,
  progress: Progress,
  options: PredictiveOptions,
): Predictive {
  const [first] = restarts
  if (first === undefined) throw new ContractError('BAD_REQUEST', 'No posterior was given.', 'restarts')
  const width = first.spec.layers[0]?.inputs ?? 1
  if (x.length % width !== 0)
    throw new ContractError('BAD_REQUEST', `${x.length} values are no rows of ${width}.`, 'x')
  const sums = emptySums((x.length / width) * outputCount(first.spec))
  const perRestart = DRAWS * Math.ceil(Math.max(1, options.draws) / restarts.length / DRAWS)
  const prepared = restarts.map((restart, r) =>
    prepareDraws(restart, r, perRestart, executor, progress, options),
  )
  const top = prepared.reduce((most, { logScale }) => Math.max(most, logScale), -Infinity)
  restarts.forEach((restart, r) => {
    const { z, logWeights, logScale } = prepared[r]!
    const weights = logWeights.map((v) => Math.exp(v + logScale - top))
    addDraws(restart, z, weights, x, sums, executor, progress)
  })
  const shapes = prepared.map(({ paretoShape }) => paretoShape).filter((shape) => shape !== null)
  return {
    ...momentsOf(sums),
    effectiveDraws: sums.weight ** 2 / sums.weightSquare,
    paretoShape: shapes.length === 0 ? null : Math.max(...shapes),
  }
}

interface PreparedDraws {
  readonly z: Float32Array
  /** Of each draw, largest 0. */
  readonly logWeights: Float64Array
  /** ln of the factor that makes the weights of all restarts comparable. */
  readonly logScale: number
  readonly paretoShape: number | null
}

function prepareDraws(
  restart: FittedPosterior,
  place: number,
  count: number,
  executor: LocalExecutor,
  progress: Progress,
  { reweigh, seed }: PredictiveOptions,
): PreparedDraws {
  const stream = randomStream(seed, `predictive ${place}`)
  if (reweigh) {
    const weighed = weigh(restart, executor, progress, count, stream)
    const { z, logWeights, logTop, estimate } = weighed
    return { z, logWeights, logScale: logTop, paretoShape: estimate.paretoShape }
  }
  const z = antitheticDraws(count, drawWidth(restart.spec), stream)
  return { z, logWeights: new Float64Array(count), logScale: restart.bound.value, paretoShape: null }
}

function addDraws(
  restart: FittedPosterior,
  z: Float32Array,
  weights: Float64Array,
  x: Float64Array,
  sums: MixtureSums,
  executor: LocalExecutor,
  progress: Progress,
): void {
  const { spec, rows } = restart
  const width = drawWidth(spec)
  const n = x.length / (spec.layers[0]?.inputs ?? 1)
  const last = spec.layers[spec.layers.length - 1]!
  const conditional = spec.outputLayer === 'conditional'
  const asked = drawEvaluator(restart, DRAWS, Math.min(ROWS, n), executor)
  const training = conditional ? drawEvaluator(restart, DRAWS, rows.n, executor) : null
  try {
    for (let from = 0; from < weights.length; from += DRAWS) {
      const part = z.subarray(from * width, (from + DRAWS) * width)
      const responseOf =
        training === null
          ? plainResponse
          : conditionalLayer(last, spec.temper, rows, training.outputs(part, rows.x, 0))
      const own = weights.subarray(from, from + DRAWS)
      for (let row = 0; row < n; row += ROWS) {
        progress.check()
        addMoments(sums, own, responseOf(asked.outputs(part, x, row)), row, last.outputs)
      }
      for (const w of own) {
        sums.weight += w
        sums.weightSquare += w * w
      }
    }
  } finally {
    asked.dispose()
    training?.dispose()
  }
}

function plainResponse(outputs: DrawOutputs): ResponseMoments {
  const { draws, rows, logNoise } = outputs
  return { draws, rows, mean: Float64Array.from(outputs.values), variance: null, logNoise }
}

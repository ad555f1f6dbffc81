import type { Progress } from '../../dataset/table.ts'
import {
  initialState,
  type Executor,
  type StepFeeds,
  type TrainingState,
  type TrainingStep,
} from '../../graph/index.ts'
import { ContractError } from '../../../contract/index.ts'
import { randomStream } from '../../math/index.ts'
import { startWeights } from './hypernetwork.ts'
import { featurePriors, inputScales, linearFeatures, scaledCondition, wantsQuadratic } from './inputs.ts'
import { likelihoodOf } from './likelihood.ts'
import { fitMarginal } from './marginal.ts'
import { prepareImages } from './prepare.ts'
import { moved, priorHead, startModulations } from './prior.ts'
import { settingsOf } from './settings.ts'
import { shapeOf } from './shape.ts'
import { conditionTargets, vectorLabels } from './targets.ts'
import { noiseInputs, trainingGraph, type GeneratorShape } from './training-graph.ts'
import type { GeneratorImage, GeneratorSpec, GeneratorState } from './types.ts'
import { warmStart } from './warm-start.ts'

/**
 * Learns to make images like those given, for any condition between theirs: a Bayesian hypernetwork over a
 * convolutional decoder (docs/theory/generation.md). Same images, spec and executor: same state. Errors: those of
 * `prepareImages` and `settingsOf`; COLUMN_CONSTANT for an input that does not vary; NOT_CONVERGED when the loss is no
 * number; CANCELLED through `progress`.
 */
export async function fitGenerator(
  images: readonly GeneratorImage[],
  spec: GeneratorSpec,
  executor: Executor,
  progress: Progress,
): Promise<GeneratorState> {
  const settings = settingsOf(spec)
  const prepared = prepareImages(images, spec, settings.gridPx)
  const inputs = inputScales(spec.inputs, prepared.conditions)
  const quadratic = wantsQuadratic(inputs.length, prepared.conditions.length)
  const x = prepared.conditions.map((condition) => scaledCondition(inputs, condition))
  const features = x.map((row) => linearFeatures(row, quadratic))
  const priors = featurePriors(inputs.length, quadratic)
  const planes = prepared.groups[0]![0]!.planes.length
  const shape = shapeOf(
    spec.kind,
    prepared.phases,
    planes,
    inputs.length,
    priors.length,
    prepared.leastPx,
    settings,
  )
  const marginal = fitMarginal(prepared, features, priors, shape.grey)
  const side = Math.min(settings.gridPx, prepared.leastPx)
  const targets = await conditionTargets(prepared.groups, side, shape.plan, shape.pairs, executor, progress)
  const likelihood = likelihoodOf(
    targets,
    vectorLabels(shape.plan, planes, shape.pairs),
    settings.discrepancy,
  )

  const start = startModulations(shape, prepared, marginal.fractions)
  const moves = await warmStart(shape, start, marginal.fractions, likelihood, executor, spec.seed, progress)
  const size = shape.layout.size
  const prior = priorHead(features, moved(start, shape.layout, shape.fields, moves), size)

  const step = trainingGraph(shape, x.length, likelihood, prior, priors)
  const random = randomStream(spec.seed, 'generate/start')
  const initial = initialState(startWeights(shape.hyper, size, settings, () => random.normal()))
  const data = {
    x: Float32Array.from(x.flatMap((row) => Array.from(row))),
    features: Float32Array.from(features.flat()),
    fractions: marginal.fractions,
    means: likelihood.means,
    weights: likelihood.weights,
  }
  const { state, losses } = await train(executor, step, initial, data, shape, x.length, spec.seed, progress)
  return {
    version: 1,
    kind: spec.kind,
    phases: prepared.phases,
    inputs,
    quadratic,
    settings,
    reduction: prepared.reduction,
    priorHead: prior,
    parameters: state.parameters,
    marginal: marginal.head,
    fractionScatter: marginal.scatter,
    scatterAreaPx: marginal.areaPx,
    losses,
    images: images.length,
    conditions: x.length,
    executor: executor.name,
    seed: spec.seed,
  }
}

/** Steps between two looks at `progress`: some tenths of a second. */
const chunk = 2

async function train(
  executor: Executor,
  step: TrainingStep,
  initial: TrainingState,
  data: Readonly<Record<string, Float32Array>>,
  shape: GeneratorShape,
  conditions: number,
  seed: number,
  progress: Progress,
): Promise<{ state: TrainingState; losses: Float32Array }> {
  const { steps } = shape.settings
  const losses = new Float32Array(steps)
  const trainer = await executor.trainer(step, initial, data)
  try {
    for (let at = 0; at < steps; at += chunk) {
      progress.check()
      const part = await trainer.run(feedsOf(shape, conditions, seed, at, Math.min(chunk, steps - at)))
      losses.set(part, at)
      const loss = part[part.length - 1] ?? Number.NaN
      if (!Number.isFinite(loss))
        throw new ContractError('NOT_CONVERGED', `The loss was no longer a number after ${at} steps.`)
      progress.report(at + part.length, steps, 'training the generator', { loss: [at, loss] })
    }
    return { state: await trainer.state(), losses }
  } finally {
    await trainer.dispose()
  }
}

/** Everything random in steps first..first+count−1 comes from the number of the step, so any cut gives the same run. */
function feedsOf(
  shape: GeneratorShape,
  conditions: number,
  seed: number,
  first: number,
  count: number,
): StepFeeds {
  const { settings, hyper } = shape
  const { conditionsPerStep: rows, imagesPerCondition, gridPx, steps, rate } = settings
  const size = rows * imagesPerCondition * gridPx ** 2
  const names = noiseInputs(shape)
  const inputs: Record<string, Float32Array | Int32Array> = {
    rows: new Int32Array(count * rows),
    z: new Float32Array(count * rows * hyper.latent),
  }
  for (const name of names) inputs[name] = new Float32Array(count * size)
  const rates = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const at = first + i
    const random = randomStream(seed, `generate/step/${at}`)
    const order = random.shuffle(Array.from({ length: conditions }, (_, k) => k))
    for (let r = 0; r < rows; r++) inputs['rows']![i * rows + r] = order[r % conditions]!
    const normals = (values: Float32Array | Int32Array, from: number, length: number): void => {
      for (let j = from; j < from + length; j++) values[j] = random.normal()
    }
    normals(inputs['z']!, i * rows * hyper.latent, rows * hyper.latent)
    for (const name of names) normals(inputs[name]!, i * size, size)
    rates[i] = rate * Math.min(1, (at + 1) / 10) * (0.5 + 0.5 * Math.cos((Math.PI * at) / steps))
  }
  return { count, rates, inputs }
}

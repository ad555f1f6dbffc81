import type { Progress } from '../../dataset/table.ts'
import { GraphBuilder, type Executor } from '../../graph/index.ts'
import { randomStream } from '../../math/index.ts'
import { hartley } from './hartley.ts'
import type { Likelihood } from './likelihood.ts'
import { decodedStatistics, noiseInputs, type GeneratorShape } from './training-graph.ts'

/** Changes of the length's logarithm and of the level that are tried, in all combinations. */
const lengthTrials = [-0.3, -0.15, 0, 0.15, 0.3]
const levelTrials = [-0.15, 0, 0.15]

export interface WarmStart {
  readonly length: number
  readonly level: number
}

/**
 * For each condition and field the change of length and level of the untrained decoder that brings its statistics
 * nearest to the images': a coarse search that spares the training its longest way. `base`: modulations of each
 * condition, k x D.
 */
export async function warmStart(
  shape: GeneratorShape,
  base: Float32Array,
  fractions: Float32Array,
  likelihood: Likelihood,
  executor: Executor,
  seed: number,
  progress: Progress,
): Promise<WarmStart[]> {
  const trials = lengthTrials.flatMap((length) => levelTrials.map((level) => ({ length, level })))
  const rows = trials.length
  const { layout, planes, settings } = shape
  const b = new GraphBuilder()
  const output = decodedStatistics(
    b,
    shape,
    hartley(b, settings.gridPx),
    b.fed('modulation', [rows, layout.size]),
    b.fed('fractions', [rows, planes]),
  )
  const evaluator = await executor.evaluator(b.graph, [output])
  const count = settings.imagesPerCondition
  // One noise for all trials, so that they differ by the trial alone.
  const one = Object.fromEntries(
    noiseInputs(shape).map((name) => {
      const random = randomStream(seed, `generate/warm/${name}`)
      const field = Float32Array.from({ length: count * settings.gridPx ** 2 }, () => random.normal())
      const all = new Float32Array(rows * field.length)
      for (let i = 0; i < rows; i++) all.set(field, i * field.length)
      return [name, all]
    }),
  )
  const found: WarmStart[] = []
  try {
    for (let k = 0; k < base.length / layout.size; k++) {
      progress.check()
      const modulation = new Float32Array(rows * layout.size)
      const fraction = new Float32Array(rows * planes)
      trials.forEach((trial, i) => {
        const row = base.slice(k * layout.size, (k + 1) * layout.size)
        for (let field = 0; field < shape.fields; field++) {
          row[layout.range(field, 'length')!.start]! += trial.length
          row[layout.range(field, 'level')!.start]! += trial.level
        }
        modulation.set(row, i * layout.size)
        fraction.set(fractions.subarray(k * planes, (k + 1) * planes), i * planes)
      })
      const [statistics] = await evaluator.run({ modulation, fractions: fraction, ...one })
      found.push(trials[best(statistics!, rows, count, likelihood, k)]!)
    }
  } finally {
    await evaluator.dispose()
  }
  return found
}

function best(
  statistics: Float32Array,
  rows: number,
  count: number,
  likelihood: Likelihood,
  k: number,
): number {
  const { size, means, weights } = likelihood
  let least = Infinity
  let found = 0
  for (let row = 0; row < rows; row++) {
    let misfit = 0
    for (let s = 0; s < size; s++) {
      let mean = 0
      for (let i = 0; i < count; i++) mean += statistics[(row * count + i) * size + s]! / count
      misfit += weights[k * size + s]! * (mean - means[k * size + s]!) ** 2
    }
    if (misfit < least) {
      least = misfit
      found = row
    }
  }
  return found
}

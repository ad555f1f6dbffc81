import { GraphBuilder } from '../../graph/index.ts'
import type { LocalExecutor } from '../../graph/index.ts'
import { drawWidth, generate, generatedLayers } from './generate.ts'
import { networkOutputs } from './network.ts'
import type { TrainedHead } from './types.ts'

/** Outputs of the generated layers of some draws at some rows. */
export interface DrawOutputs {
  readonly draws: number
  readonly rows: number
  /** Outputs of the last generated layer, draws x rows x width. */
  readonly values: Float32Array
  readonly width: number
  /** ln sd of the noise, draws x m, or 1 x m when it is the same for all. */
  readonly logNoise: Float32Array
}

export interface DrawEvaluator {
  /** Rows from..from+rows−1 of x (n x d); fewer at the end. z: draws x drawWidth(spec). */
  outputs(z: Float32Array, x: Float64Array, from: number): DrawOutputs
  dispose(): void
}

/** Ready to evaluate `draws` draws at up to `rows` rows a call. */
export function drawEvaluator(
  { spec, frame, parameters }: TrainedHead,
  draws: number,
  rows: number,
  executor: LocalExecutor,
): DrawEvaluator {
  const builder = new GraphBuilder()
  const layers = generatedLayers(spec)
  const d = spec.layers[0]?.inputs ?? 1
  const generated = generate(builder, spec, frame, draws)
  const output = networkOutputs(builder, layers, generated.weights, builder.fed('x', [rows, d]))
  const evaluator = executor.evaluator(builder.graph, [output, generated.logNoise])
  const [, , width = 0] = builder.shape(output)
  const latent = drawWidth(spec)
  return {
    outputs(z, x, from) {
      if (z.length !== draws * latent) throw new Error(`${z.length} numbers for ${draws} draws of ${latent}`)
      const count = Math.min(rows, x.length / d - from)
      const fed = new Float32Array(rows * d)
      fed.set(x.subarray(from * d, (from + count) * d))
      const [all = fed, logNoise = fed] = evaluator.run({ z, x: fed }, parameters)
      if (count === rows) return { draws, rows, values: all.slice(), width, logNoise: logNoise.slice() }
      const values = new Float32Array(draws * count * width)
      for (let s = 0; s < draws; s++)
        values.set(all.subarray(s * rows * width, (s * rows + count) * width), s * count * width)
      return { draws, rows: count, values, width, logNoise: logNoise.slice() }
    },
    dispose() {
      evaluator.dispose()
    },
  }
}

import { applyLinearMap } from '../linear-map.ts'
import { emptyMoments } from '../moments.ts'
import type { Predictor } from '../types.ts'
import { condition } from './conditioned.ts'
import { processDraws } from './draws.ts'
import type { GaussianProcessState } from './gaussian-process.ts'

/** Rows at a time, so that what is kept stays small. */
const CHUNK = 1024

/**
 * Epistemic is the posterior variance of the function, aleatoric the white noise. drawMeans are joint draws of the
 * posterior (draws.ts).
 */
export function gaussianProcessPredictor(state: GaussianProcessState): Predictor {
  const { map, scale, seed } = state
  const m = state.outputs.length
  const width = map.kept.length
  const processes = state.outputs.map((output, j) => {
    if (output === null) return null
    const conditioned = condition(output)
    let drawn: ReturnType<typeof processDraws> | null = null
    return {
      noise: output.noise,
      at: conditioned.at,
      draws: () => (drawn ??= processDraws(output, conditioned, seed, `gp ${j}`)),
    }
  })
  return {
    moments(raw, n) {
      const x = applyLinearMap(map, raw, n)
      const out = emptyMoments(n * m)
      processes.forEach((process, j) => {
        if (process === null) return
        const sd = scale.sd[j]!
        for (let from = 0; from < n; from += CHUNK) {
          const size = Math.min(CHUNK, n - from)
          const { mean, variance } = process.at(x.subarray(from * width, (from + size) * width), size)
          for (let i = 0; i < size; i++) {
            const o = (from + i) * m + j
            out.mean[o] = scale.mean[j]! + sd * mean[i]!
            out.epistemicVariance[o] = sd * sd * variance[i]!
            out.aleatoricVariance[o] = sd * sd * process.noise
          }
        }
      })
      return out
    },
    drawMeans(raw, n, count) {
      const x = applyLinearMap(map, raw, n)
      const out = new Float64Array(count * n * m).fill(Number.NaN)
      processes.forEach((process, j) => {
        if (process === null) return
        for (let from = 0; from < n; from += CHUNK) {
          const size = Math.min(CHUNK, n - from)
          const values = process.draws()(x.subarray(from * width, (from + size) * width), size, count)
          for (let s = 0; s < count; s++)
            for (let i = 0; i < size; i++)
              out[(s * n + from + i) * m + j] = scale.mean[j]! + scale.sd[j]! * values[s * size + i]!
        }
      })
      return out
    },
  }
}

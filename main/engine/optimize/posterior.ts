import { ContractError } from '../../contract/index.ts'

/**
 * The model as the optimiser sees it: plain functions of rows. Rows are n x d, row-major, columns in the order of
 * `inputs` of the request; results are n x m, outputs in the order of `outputs`.
 */
export interface PosteriorFn {
  readonly outputs: readonly { readonly name: string; readonly unit: string }[]
  /** Epistemic: how unsure the model is of the response itself. Aleatoric: scatter of one specimen about it. */
  predict(
    rows: Float64Array,
    n: number,
  ): {
    readonly mean: Float64Array
    readonly epistemicSd: Float64Array
    readonly aleatoricSd: Float64Array
  }
  /**
   * count x n x m draws of the noise-free response. Within a call, draw s is one and the same function at all rows:
   * that is what makes correlations between rows, and so batches and joint limits, possible.
   */
  samples(rows: Float64Array, n: number, count: number): Float64Array
  /** Calibrated predictive interval of one specimen; without it mean ± z sd of the normal is taken. */
  interval?(rows: Float64Array, n: number, level: number): { low: Float64Array; high: Float64Array }
}

/** The same posterior, with NOT_CONVERGED instead of a number that is not finite or a negative deviation. */
export function checked(posterior: PosteriorFn): PosteriorFn {
  return {
    ...posterior,
    predict(rows, n) {
      const result = posterior.predict(rows, n)
      const count = n * posterior.outputs.length
      for (let i = 0; i < count; i++) {
        const fine =
          Number.isFinite(result.mean[i]) && result.epistemicSd[i]! >= 0 && result.aleatoricSd[i]! >= 0
        if (!fine)
          throw new ContractError(
            'NOT_CONVERGED',
            'The model gives no finite prediction.',
            posterior.outputs[i % posterior.outputs.length]!.name,
          )
      }
      return result
    },
    samples: (rows, n, count) => posterior.samples(rows, n, count),
  }
}

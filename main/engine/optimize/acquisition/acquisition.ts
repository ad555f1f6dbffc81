/**
 * What a new experiment is worth, from the posterior of the noise-free response at it and the incumbent. Larger is
 * better and improvement is upwards: callers turn the sign of mean and incumbent to minimise.
 */
export interface Acquisition {
  readonly id: string
  readonly name: string
  /** log: the value is a logarithm, so that a probability of feasibility adds instead of multiplies. */
  readonly scale: 'natural' | 'log'
  /** `sd` is the epistemic standard deviation, 0 or more, in the unit of `mean` and `incumbent`. */
  value(mean: number, sd: number, incumbent: number): number
  /** Partial derivatives by mean and sd; sd above 0. */
  gradient(mean: number, sd: number, incumbent: number): { mean: number; sd: number }
}

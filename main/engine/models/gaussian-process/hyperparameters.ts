import { marginalLikelihood } from './marginal.ts'

const STEPS = 70
const RATE = 0.1
/** Standard deviation of the prior on ln ℓ, about ln √width: a factor of 20 either way is one of them. */
const PRIOR_SD = 3
/** Decays of Adam's averages (Kingma & Ba 2015). */
const FIRST_DECAY = 0.9
const SECOND_DECAY = 0.999
const FIRST_NOISE = 0.1
/** Least noise variance for standardised targets: keeps the system well conditioned and intervals from vanishing. */
const LEAST_NOISE = 0.02 ** 2

/** a² exp(−½ Σ_d (x_d − x'_d)²/ℓ_d²) + noise · I, for standardised targets. */
export interface Hyperparameters {
  readonly lengths: Float64Array
  /** a². */
  readonly amplitude: number
  readonly noise: number
}

/**
 * Hyperparameters of largest marginal likelihood times the prior on ln ℓ, after 70 steps of Adam. x: n x width
 * standardised features, y: n standardised targets.
 */
export function fitHyperparameters(
  x: Float64Array,
  y: Float64Array,
  width: number,
  check: () => void,
): Hyperparameters {
  const likelihood = marginalLikelihood(x, y, width)
  const centre = 0.5 * Math.log(Math.max(1, width))
  const parameters = new Float64Array(width + 2).fill(centre, 0, width)
  parameters[width + 1] = Math.log(FIRST_NOISE)
  const gradient = new Float64Array(width + 2)
  const first = new Float64Array(width + 2)
  const second = new Float64Array(width + 2)
  let valid = parameters.slice()
  for (let step = 0; step <= STEPS; step++) {
    check()
    if (likelihood.evaluate(parameters, gradient) === null) break
    valid = parameters.slice()
    if (step === STEPS) break
    for (let d = 0; d < width; d++) gradient[d]! -= (parameters[d]! - centre) / PRIOR_SD ** 2
    for (let p = 0; p < gradient.length; p++) {
      const g = gradient[p]!
      first[p] = FIRST_DECAY * first[p]! + (1 - FIRST_DECAY) * g
      second[p] = SECOND_DECAY * second[p]! + (1 - SECOND_DECAY) * g * g
      const average = first[p]! / (1 - FIRST_DECAY ** (step + 1))
      const size = Math.sqrt(second[p]! / (1 - SECOND_DECAY ** (step + 1)))
      parameters[p]! += (RATE * average) / (size + 1e-8)
    }
    parameters[width + 1] = Math.max(parameters[width + 1]!, Math.log(LEAST_NOISE))
  }
  return {
    lengths: valid.subarray(0, width).map((v) => Math.exp(v)),
    amplitude: Math.exp(2 * valid[width]!),
    noise: Math.exp(valid[width + 1]!),
  }
}

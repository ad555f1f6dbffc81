import { randomStream } from '../../main/engine/math/index.ts'

/** ln p(q) up to a constant; writes its gradient. Must be smooth. */
export interface Density {
  readonly dimension: number
  logDensity(q: Float64Array, gradient: Float64Array): number
}

export interface HmcOptions {
  readonly chains: number
  readonly warmup: number
  readonly draws: number
  /** Mean length of a trajectory in leapfrog steps; each is drawn uniformly from 1/2 to 3/2 of it against resonance. */
  readonly leaps: number
  readonly seed: number
  /** Where chain c starts; standard normal without it. */
  readonly start?: (chain: number, normal: () => number) => Float64Array
  readonly targetAcceptance?: number
  /** Transitions for each draw that is kept; 1 without it. */
  readonly keepEvery?: number
}

export interface HmcChain {
  readonly dimension: number
  /** draws x dimension. */
  readonly positions: Float64Array
  readonly acceptance: number
  readonly stepSize: number
  readonly divergences: number
}

/** Energy error beyond which a trajectory is called divergent. */
const DIVERGENT = 1000

/**
 * Hamiltonian Monte Carlo with leapfrog trajectories of jittered length, a diagonal mass matrix from the variances of the
 * second half of the warm-up's first two thirds, and a step size by dual averaging (Neal 2011, "MCMC using Hamiltonian
 * dynamics"; Hoffman & Gelman 2014, alg. 5). The reference for posteriors in tests: exact up to Monte-Carlo error, which
 * `splitRhat` and `effectiveSize` tell.
 */
export function sampleHmc(density: Density, options: HmcOptions): HmcChain[] {
  return Array.from({ length: options.chains }, (_, chain) => runChain(density, options, chain))
}

function runChain(density: Density, options: HmcOptions, chain: number): HmcChain {
  const d = density.dimension
  const stream = randomStream(options.seed, `hmc chain ${chain}`)
  const every = options.keepEvery ?? 1
  let q = options.start?.(chain, stream.normal) ?? Float64Array.from({ length: d }, stream.normal)
  let gradient = new Float64Array(d)
  let value = density.logDensity(q, gradient)
  const inverseMass = new Float64Array(d).fill(1)
  let tuner = dualAveraging(0.1, options.targetAcceptance ?? 0.8)
  let seen = welford(d)
  const firstWindow = Math.floor(options.warmup / 3)
  const secondWindow = Math.floor((2 * options.warmup) / 3)
  const positions = new Float64Array(options.draws * d)
  let accepted = 0
  let divergences = 0
  const total = options.warmup + options.draws * every
  const momentum = new Float64Array(d)
  for (let t = 0; t < total; t++) {
    const warming = t < options.warmup
    const step = (warming ? tuner.current() : tuner.settled()) * (0.9 + 0.2 * stream.uniform())
    const leaps = Math.max(1, Math.round(options.leaps * (0.5 + stream.uniform())))
    for (let i = 0; i < d; i++) momentum[i] = stream.normal() / Math.sqrt(inverseMass[i]!)
    const before = value - kinetic(momentum, inverseMass)
    const p = q.slice()
    const g = gradient.slice()
    let next = value
    for (let leap = 0; leap < leaps; leap++) {
      for (let i = 0; i < d; i++) momentum[i]! += 0.5 * step * g[i]!
      for (let i = 0; i < d; i++) p[i]! += step * inverseMass[i]! * momentum[i]!
      next = density.logDensity(p, g)
      for (let i = 0; i < d; i++) momentum[i]! += 0.5 * step * g[i]!
      if (!Number.isFinite(next)) break
    }
    const change = next - kinetic(momentum, inverseMass) - before
    const chance = Number.isNaN(change) ? 0 : Math.min(1, Math.exp(change))
    if (!(change > -DIVERGENT) && !warming) divergences++
    if (stream.uniform() < chance) {
      q = p
      gradient = g
      value = next
    }
    if (warming) {
      tuner.observe(chance)
      if (t >= firstWindow / 2) seen.add(q)
      if (t === firstWindow || t === secondWindow) {
        seen.variance(inverseMass)
        seen = welford(d)
        tuner = dualAveraging(tuner.current(), options.targetAcceptance ?? 0.8)
      }
    } else {
      accepted += chance
      const kept = t - options.warmup
      if (kept % every === every - 1) positions.set(q, Math.floor(kept / every) * d)
    }
  }
  return {
    dimension: d,
    positions,
    acceptance: accepted / (options.draws * every),
    stepSize: tuner.settled(),
    divergences,
  }
}

function kinetic(momentum: Float64Array, inverseMass: Float64Array): number {
  let sum = 0
  for (let i = 0; i < momentum.length; i++) sum += momentum[i]! ** 2 * inverseMass[i]!
  return 0.5 * sum
}

function dualAveraging(
  start: number,
  target: number,
): { current(): number; settled(): number; observe(chance: number): void } {
  const centre = Math.log(10 * start)
  let log = Math.log(start)
  let average = log
  let error = 0
  let t = 0
  return {
    current: () => Math.exp(log),
    settled: () => Math.exp(average),
    observe(chance) {
      t++
      const share = 1 / (t + 10)
      error = (1 - share) * error + share * (target - chance)
      log = centre - (Math.sqrt(t) / 0.05) * error
      const weight = t ** -0.75
      average = weight * log + (1 - weight) * average
    },
  }
}

function welford(d: number): { add(q: Float64Array): void; variance(out: Float64Array): void } {
  const mean = new Float64Array(d)
  const square = new Float64Array(d)
  let n = 0
  return {
    add(q) {
      n++
      for (let i = 0; i < d; i++) {
        const difference = q[i]! - mean[i]!
        mean[i]! += difference / n
        square[i]! += difference * (q[i]! - mean[i]!)
      }
    },
    /** Shrunk to unit size by five draws' worth, as Stan does, so that a short window cannot give a wild mass. */
    variance(out) {
      for (let i = 0; i < d; i++)
        out[i] = (n / (n + 5)) * (square[i]! / Math.max(1, n - 1)) + 1e-3 * (5 / (n + 5))
    },
  }
}

/** Values of one quantity along the chains, one array a chain. */
export function traces(chains: readonly HmcChain[], quantity: (q: Float64Array) => number): Float64Array[] {
  return chains.map(({ positions, dimension }) =>
    Float64Array.from({ length: positions.length / dimension }, (_, t) =>
      quantity(positions.subarray(t * dimension, (t + 1) * dimension)),
    ),
  )
}

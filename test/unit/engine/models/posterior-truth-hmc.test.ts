import { describe, expect, it } from 'vitest'
import { mean, randomStream, standardDeviation } from '../../../../main/engine/math/index.ts'
import { effectiveSize, splitRhat } from '../../../support/chain-diagnostics.ts'
import { sampleHmc, traces } from '../../../support/hmc.ts'
import type { Density } from '../../../support/hmc.ts'
import { networkProblem } from '../../../support/network-posterior.ts'
import { tanhDensity } from '../../../support/tanh-density.ts'

const options = { chains: 4, warmup: 400, draws: 2000, leaps: 12, seed: 1 }

/** N(m, Σ) with sds 1, 0.1, 5 and correlation 0.8 between the first two. */
const centre = [2, -1, 0]
const gaussian: Density = {
  dimension: 3,
  logDensity(q, gradient) {
    const a = q[0]! - centre[0]!
    const b = (q[1]! - centre[1]!) / 0.1
    const c = (q[2]! - centre[2]!) / 5
    const scale = 1 / (1 - 0.64)
    gradient[0] = -scale * (a - 0.8 * b)
    gradient[1] = (-scale * (b - 0.8 * a)) / 0.1
    gradient[2] = -c / 5
    return -0.5 * (scale * (a * a - 1.6 * a * b + b * b) + c * c)
  },
}

/** Haario's banana: q₀ = a, q₁ = b + ½(a² − 1), a and b standard normal: E q₁ = 0, Var q₁ = 1 + ½, E q₀²q₁ = 1. */
const banana: Density = {
  dimension: 2,
  logDensity(q, gradient) {
    const a = q[0]!
    const b = q[1]! - 0.5 * (a * a - 1)
    gradient[0] = -a + b * a
    gradient[1] = -b
    return -0.5 * (a * a + b * b)
  },
}

function flat(lines: readonly Float64Array[]): number[] {
  return lines.flatMap((line) => Array.from(line))
}

describe('the Hamiltonian sampler that posteriors are held against', () => {
  it('gives mean, sds and correlation of a Gaussian', () => {
    const chains = sampleHmc(gaussian, options)
    const sds = [1, 0.1, 5]
    sds.forEach((sd, k) => {
      const lines = traces(chains, (q) => q[k]!)
      expect(splitRhat(lines)).toBeLessThan(1.01)
      const error = sd / Math.sqrt(effectiveSize(lines))
      expect(Math.abs(mean(flat(lines)) - centre[k]!)).toBeLessThan(4 * error)
      expect(Math.abs(standardDeviation(flat(lines)) / sd - 1)).toBeLessThan(0.05)
    })
    const product = traces(chains, (q) => ((q[0]! - 2) * (q[1]! + 1)) / 0.1)
    expect(Math.abs(mean(flat(product)) - 0.8)).toBeLessThan(0.08)
  })

  it('gives the moments of a banana', () => {
    const chains = sampleHmc(banana, options)
    const moment = (of: (q: Float64Array) => number): number => mean(flat(traces(chains, of)))
    expect(Math.abs(moment((q) => q[0]!))).toBeLessThan(0.07)
    expect(Math.abs(moment((q) => q[1]!))).toBeLessThan(0.09)
    expect(Math.abs(moment((q) => q[1]! ** 2) - 1.5)).toBeLessThan(0.2)
    expect(Math.abs(moment((q) => q[0]! ** 2 * q[1]!) - 1)).toBeLessThan(0.25)
  })

  it('draws the same chain from the same seed', () => {
    const short = { ...options, chains: 1, warmup: 50, draws: 50 }
    const [a] = sampleHmc(banana, short)
    const [b] = sampleHmc(banana, short)
    expect(a!.positions).toEqual(b!.positions)
  })

  it('has the gradient of the network right', () => {
    const density = tanhDensity(networkProblem(2, 1))
    const stream = randomStream(3, 'point')
    const q = Float64Array.from({ length: density.dimension }, () => 0.5 * stream.normal())
    const gradient = new Float64Array(q.length)
    const spare = new Float64Array(q.length)
    density.logDensity(q, gradient)
    q.forEach((value, k) => {
      const at = (v: number): number => {
        const moved = q.slice()
        moved[k] = v
        return density.logDensity(moved, spare)
      }
      const slope = (at(value + 1e-5) - at(value - 1e-5)) / 2e-5
      expect(Math.abs(gradient[k]! - slope)).toBeLessThan(1e-5 * (1 + Math.abs(slope)))
    })
  })
})

describe('diagnostics of chains', () => {
  const stream = randomStream(5, 'chains')
  const independent = Array.from({ length: 4 }, () => Float64Array.from({ length: 1000 }, stream.normal))

  it('count independent draws as what they are', () => {
    expect(effectiveSize(independent) / 4000).toBeGreaterThan(0.8)
    expect(effectiveSize(independent) / 4000).toBeLessThan(1.25)
    expect(splitRhat(independent)).toBeLessThan(1.005)
  })

  it('count an autoregressive chain of ρ = 0.9 as (1 − ρ)/(1 + ρ) of its length', () => {
    const lines = Array.from({ length: 4 }, () => {
      const line = new Float64Array(5000)
      for (let t = 1; t < line.length; t++)
        line[t] = 0.9 * line[t - 1]! + Math.sqrt(1 - 0.81) * stream.normal()
      return line
    })
    const expected = (20_000 * 0.1) / 1.9
    expect(effectiveSize(lines) / expected).toBeGreaterThan(0.75)
    expect(effectiveSize(lines) / expected).toBeLessThan(1.35)
  })

  it('see a chain that is elsewhere and one that drifts', () => {
    const moved = independent.map((line, c) => (c === 0 ? line.map((v) => v + 1) : line))
    expect(splitRhat(moved)).toBeGreaterThan(1.05)
    const drifting = independent.map((line) => line.map((v, t) => v + t / 500))
    expect(splitRhat(drifting)).toBeGreaterThan(1.05)
  })
})

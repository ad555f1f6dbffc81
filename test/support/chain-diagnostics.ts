import { mean, variance } from '../../main/engine/math/index.ts'

/** Both halves of every chain as chains of their own, so that a drift within one shows as well. */
function halves(chains: readonly Float64Array[]): Float64Array[] {
  return chains.flatMap((chain) => {
    const half = Math.floor(chain.length / 2)
    return [chain.subarray(0, half), chain.subarray(half, 2 * half)]
  })
}

interface Spread {
  readonly within: number
  /** Estimate of the variance of the quantity that is too large while chains have not mixed. */
  readonly total: number
}

function spreadOf(chains: readonly Float64Array[]): Spread {
  const n = chains[0]!.length
  const within = mean(chains.map((chain) => variance(chain)))
  const between = variance(chains.map((chain) => mean(chain)))
  return { within, total: ((n - 1) / n) * within + between }
}

/** Split R-hat of one quantity (Gelman et al. 2013, eq. 11.4): 1 when chains agree; below 1.01 wanted, above 1.05 not mixed. */
export function splitRhat(chains: readonly Float64Array[]): number {
  const { within, total } = spreadOf(halves(chains))
  return Math.sqrt(total / within)
}

/**
 * Number of independent draws that know the mean as well as these chains (Geyer 1992, initial monotone sequence, over
 * split chains as in Stan's reference manual).
 */
export function effectiveSize(chains: readonly Float64Array[]): number {
  const parts = halves(chains)
  const n = parts[0]!.length
  const { within, total } = spreadOf(parts)
  const centred = parts.map((part) => {
    const centre = mean(part)
    return part.map((v) => v - centre)
  })
  const correlation = (lag: number): number => {
    let sum = 0
    for (const part of centred) {
      let product = 0
      for (let t = lag; t < n; t++) product += part[t]! * part[t - lag]!
      sum += product / n
    }
    return 1 - (within - sum / parts.length) / total
  }
  let time = -1
  let least = Infinity
  for (let lag = 0; lag + 1 < n; lag += 2) {
    const pair = correlation(lag) + correlation(lag + 1)
    if (pair < 0) break
    least = Math.min(least, pair)
    time += 2 * least
  }
  return (parts.length * n) / Math.max(time, 1 / Math.log10(parts.length * n))
}

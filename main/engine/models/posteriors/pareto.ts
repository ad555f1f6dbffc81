/**
 * Pareto-smoothed importance weights (Vehtari, Simpson, Gelman, Yao & Gabry 2024, JMLR 25:72, alg. 1): the
 * M = min(n/5, 3√n) largest are replaced by quantiles of a generalised Pareto distribution fitted to them, and its shape
 * k̂ says whether weighted means can be trusted (k̂ < 0.7). logWeights: any scale; result: largest 0. Fewer than 25
 * weights have no tail to fit: shape is Infinity and they are returned as they are.
 */
export function paretoSmoothed(logWeights: Float64Array): { shape: number; logWeights: Float64Array } {
  const n = logWeights.length
  const top = logWeights.reduce((most, v) => Math.max(most, v), -Infinity)
  const shifted = logWeights.map((v) => v - top)
  const tail = Math.floor(Math.min(n / 5, 3 * Math.sqrt(n)))
  if (tail < 5) return { shape: Infinity, logWeights: shifted }
  const order = Array.from(shifted.keys()).sort((a, b) => shifted[a]! - shifted[b]!)
  const cutoff = Math.exp(shifted[order[n - tail - 1]!]!)
  const largest = order.slice(n - tail)
  const excess = Float64Array.from(largest, (i) => Math.exp(shifted[i]!) - cutoff)
  if (!(excess[tail - 1]! > 0)) return { shape: -Infinity, logWeights: shifted }
  const { shape, scale } = fitGeneralisedPareto(excess)
  if (Number.isFinite(shape))
    largest.forEach((i, rank) => {
      const p = (rank + 0.5) / tail
      const quantile =
        Math.abs(shape) < 1e-9
          ? -scale * Math.log1p(-p)
          : (scale * Math.expm1(-shape * Math.log1p(-p))) / shape
      shifted[i] = Math.min(0, Math.log(cutoff + quantile))
    })
  return { shape, logWeights: shifted }
}

/** Zhang & Stephens 2009 (Technometrics 51:316), shape shrunk towards 0.5 by ten observations' worth. Ascending values > 0. */
function fitGeneralisedPareto(ascending: Float64Array): { shape: number; scale: number } {
  const n = ascending.length
  const candidates = 30 + Math.floor(Math.sqrt(n))
  const quartile = Math.max(ascending[Math.floor(n / 4 + 0.5) - 1]!, Number.MIN_VALUE)
  const largest = ascending[n - 1]!
  const meanLog = (b: number): number => {
    let sum = 0
    for (const v of ascending) sum += Math.log1p(-b * v)
    return sum / n
  }
  const thetas = Array.from(
    { length: candidates },
    (_, i) => 1 / largest + (1 - Math.sqrt(candidates / (i + 0.5))) / (3 * quartile),
  )
  const profile = thetas.map((b) => {
    const k = meanLog(b)
    return n * (Math.log(-b / k) - k - 1)
  })
  const theta = thetas.reduce((sum, b, i) => {
    const total = profile.reduce((t, v) => t + Math.exp(v - profile[i]!), 0)
    return sum + b / total
  }, 0)
  const raw = meanLog(theta)
  return { shape: (n * raw + 10 * 0.5) / (n + 10), scale: -raw / theta }
}

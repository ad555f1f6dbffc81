import { randomStream } from '../math/index.ts'

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every((p) => n % p !== 0)) primes.push(n)
  return primes
}

/**
 * Scrambled Halton points, n x d on [0, 1): base the k-th prime in column k, with an own random permutation of the
 * digits at every place (Owen 2017, "A randomized Halton algorithm"), which removes the stripes of high bases.
 * The first n points of a longer call with the same seed are the same.
 */
export function haltonPoints(n: number, dimension: number, seed: number): Float64Array {
  const out = new Float64Array(n * dimension)
  firstPrimes(dimension).forEach((base, k) => {
    const random = randomStream(seed, `optimize/halton/${String(k)}`)
    const places = Math.ceil((53 * Math.LN2) / Math.log(base))
    const permutations = Array.from({ length: places }, () =>
      random.shuffle(Array.from({ length: base }, (_, digit) => digit)),
    )
    for (let i = 0; i < n; i++) {
      let left = i
      let scale = 1
      let value = 0
      for (let place = 0; place < places; place++) {
        scale /= base
        value += permutations[place]![left % base]! * scale
        left = Math.floor(left / base)
      }
      out[i * dimension + k] = Math.min(value, 1 - Number.EPSILON / 2)
    }
  })
  return out
}

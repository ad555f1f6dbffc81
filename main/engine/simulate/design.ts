import type { RandomStream } from '../math/index.ts'

/** Latin hypercube, n x d on [0, 1): each column has one value in each n-th (McKay, Beckman & Conover 1979). */
export function latinHypercube(n: number, d: number, random: RandomStream): number[][] {
  const rows = Array.from({ length: n }, () => new Array<number>(d).fill(0))
  for (let k = 0; k < d; k++) {
    const order = random.shuffle(Array.from({ length: n }, (_, i) => i))
    for (let i = 0; i < n; i++) rows[i]![k] = (order[i]! + random.uniform()) / n
  }
  return rows
}

/** Sizes of heats, two or three each, that sum to n (n ≥ 2). */
export function heatSizes(n: number, random: RandomStream): number[] {
  const sizes: number[] = []
  let left = n
  while (left > 4) {
    const size = random.uniform() < 0.5 ? 2 : 3
    sizes.push(size)
    left -= size
  }
  return left === 4 ? [...sizes, 2, 2] : [...sizes, left]
}

import { quantileOfSorted } from '../../math/index.ts'
import type { Picture } from './picture.ts'

export type Named = readonly [name: string, value: number]

/** Moments and quantiles of the grey levels, and of the gradient's length (central differences). */
export function histogramDescriptors({ rows, columns, grey }: Picture): Named[] {
  const sorted = grey.slice().sort()
  const gradients: number[] = []
  for (let r = 1; r + 1 < rows; r++)
    for (let c = 1; c + 1 < columns; c++) {
      const at = r * columns + c
      const across = grey[at + 1]! - grey[at - 1]!
      const down = grey[at + columns]! - grey[at - columns]!
      gradients.push(0.5 * Math.hypot(across, down))
    }
  const slopes = Float64Array.from(gradients)
  return [
    ...moments('grey', grey),
    ...[0.05, 0.25, 0.5, 0.75, 0.95].map((p): Named => [
      `grey quantile ${p}`,
      sorted.length === 0 ? 0 : quantileOfSorted(sorted, p),
    ]),
    ...moments('gradient', slopes),
  ]
}

function moments(name: string, values: ArrayLike<number>): Named[] {
  const n = Math.max(1, values.length)
  let mean = 0
  for (let i = 0; i < values.length; i++) mean += values[i]! / n
  const central = [0, 0, 0]
  for (let i = 0; i < values.length; i++) {
    const v = values[i]! - mean
    central[0]! += (v * v) / n
    central[1]! += v ** 3 / n
    central[2]! += v ** 4 / n
  }
  const sd = Math.sqrt(central[0]!)
  const flat = !(sd > 1e-9)
  return [
    [`${name} mean`, mean],
    [`${name} sd`, sd],
    [`${name} skewness`, flat ? 0 : central[1]! / sd ** 3],
    [`${name} kurtosis`, flat ? 0 : central[2]! / sd ** 4 - 3],
  ]
}

import { mean, quantile, standardDeviation } from '../math/index.ts'
import type { InputColumn } from './types.ts'
import { fitVarying, type Varying } from './varying.ts'

interface LinearColumn {
  /** Divisor of log1p(v / divisor), for non-negative columns with skewness above 2; null: as it is. */
  readonly logDivisor: number | null
  readonly median: number
  readonly flagged: boolean
  /** 0 for a number. */
  readonly levelCount: number
}

/** Standardised linear features fitted on training rows; constant ones are dropped. */
export interface LinearMap extends Varying {
  readonly columns: readonly LinearColumn[]
  readonly width: number
}

/** Preprocessing of linear models: median for missing cells with an indicator, one-hots, log1p of skewed columns. */
export function fitLinearMap(inputs: readonly InputColumn[], x: Float64Array, n: number): LinearMap {
  const d = inputs.length
  const columns = inputs.map((input, j): LinearColumn => {
    const present: number[] = []
    for (let i = 0; i < n; i++) if (!Number.isNaN(x[i * d + j]!)) present.push(x[i * d + j]!)
    const flagged = present.length < n
    if (input.levels !== null)
      return { logDivisor: null, median: 0, flagged, levelCount: input.levels.length }
    const median = present.length === 0 ? 0 : quantile(present, 0.5)
    return { logDivisor: logDivisorOf(present), median, flagged, levelCount: 0 }
  })
  const width = columns.reduce((sum, c) => sum + Math.max(1, c.levelCount) + (c.flagged ? 1 : 0), 0)
  const raw = expand(columns, width, x, n)
  return { columns, width, ...fitVarying(raw, n, width) }
}

/** Features of n rows, n x kept.length, clipped at ±6. */
export function applyLinearMap(map: LinearMap, x: Float64Array, n: number): Float64Array {
  const raw = expand(map.columns, map.width, x, n)
  const size = map.kept.length
  const out = new Float64Array(n * size)
  for (let i = 0; i < n; i++) {
    for (let f = 0; f < size; f++) {
      const z = (raw[i * map.width + map.kept[f]!]! - map.centre[f]!) * map.scale[f]!
      out[i * size + f] = Math.max(-6, Math.min(6, z))
    }
  }
  return out
}

function logDivisorOf(present: readonly number[]): number | null {
  if (present.length < 3 || present.some((v) => v < 0)) return null
  const centre = mean(present)
  const sd = standardDeviation(present)
  if (!(sd > 0)) return null
  const skewness = mean(present.map((v) => ((v - centre) / sd) ** 3))
  return skewness > 2
    ? quantile(
        present.filter((v) => v > 0),
        0.5,
      )
    : null
}

function expand(columns: readonly LinearColumn[], width: number, x: Float64Array, n: number): Float64Array {
  const d = columns.length
  const out = new Float64Array(n * width)
  let at = 0
  columns.forEach((c, j) => {
    for (let i = 0; i < n; i++) {
      const v = x[i * d + j]!
      const missing = Number.isNaN(v)
      let o = i * width + at
      if (c.flagged) out[o++] = missing ? 1 : 0
      if (c.levelCount > 0) {
        if (!missing && v >= 0 && v < c.levelCount) out[o + v] = 1
      } else {
        const filled = missing ? c.median : v
        out[o] = c.logDivisor === null ? filled : Math.log1p(Math.max(0, filled) / c.logDivisor)
      }
    }
    at += Math.max(1, c.levelCount) + (c.flagged ? 1 : 0)
  })
  return out
}

import type { Note } from '../../contract/index.ts'
import { determinedShare } from './correlation.ts'

/** 1 − R² of column y on given columns, from correlations r (p x p). */
export function unexplainedShare(r: Float64Array, p: number, y: number, given: readonly number[]): number {
  const k = given.length
  const size = k + 1
  const l = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    const ci = i < k ? given[i]! : y
    for (let j = 0; j <= i; j++) {
      const cj = j < k ? given[j]! : y
      let sum = r[ci * p + cj]!
      for (let m = 0; m < j; m++) sum -= l[i * size + m]! * l[j * size + m]!
      if (i === j) {
        if (i === k) return sum
        l[i * size + i] = sum > 1e-10 ? Math.sqrt(sum) : 0
      } else l[i * size + j] = l[j * size + j]! > 0 ? sum / l[j * size + j]! : 0
    }
  }
  return 1
}

/**
 * Notes on columns that others determine (R² > 0.999), e.g. a strength converted from a hardness: given those
 * others the column is independent of everything, so it can be no evidence. The determining set is grown forward.
 */
export function determinedColumns(r: Float64Array, n: number, names: readonly string[]): Note[] {
  const p = names.length
  const notes: Note[] = []
  if (n < p + 10) return notes
  for (let y = 0; y < p; y++) {
    const others = Array.from({ length: p }, (_, i) => i).filter((i) => i !== y)
    if (!(unexplainedShare(r, p, y, others) < determinedShare)) continue
    const chosen: number[] = []
    while (chosen.length < others.length && !(unexplainedShare(r, p, y, chosen) < determinedShare)) {
      let next = -1
      let least = Infinity
      for (const v of others) {
        if (chosen.includes(v)) continue
        const left = unexplainedShare(r, p, y, [...chosen, v])
        if (left < least) {
          least = left
          next = v
        }
      }
      if (next < 0) break
      chosen.push(next)
    }
    notes.push({
      code: 'DETERMINISTIC_RELATION',
      message: `${names[y]!} follows from ${chosen.map((i) => names[i]!).join(', ')} (R² above 0.999); tests given these columns say nothing about it.`,
      item: names[y]!,
    })
  }
  return notes
}

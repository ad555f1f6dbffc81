import type { RandomStream } from '../math/index.ts'

/**
 * Deals whole groups of the rows into at most `count` folds of nearly equal size: groups in random order, each into
 * the smallest fold so far. With one group only, rows are dealt singly. Result: fold number of each row.
 */
export function dealFolds(groups: Int32Array, count: number, stream: RandomStream): Int32Array {
  const distinct = [...new Set(groups)].sort((a, b) => a - b)
  const byRow = distinct.length < 2
  const keys = byRow ? Array.from(groups, (_, i) => i) : distinct
  const foldCount = Math.min(count, keys.length)
  const sizes = new Map<number, number>()
  if (!byRow) for (const g of groups) sizes.set(g, (sizes.get(g) ?? 0) + 1)
  const filled = new Array<number>(foldCount).fill(0)
  const foldOf = new Map<number, number>()
  for (const key of stream.shuffle(keys)) {
    const fold = filled.indexOf(Math.min(...filled))
    foldOf.set(key, fold)
    filled[fold]! += sizes.get(key) ?? 1
  }
  return Int32Array.from(groups, (g, i) => foldOf.get(byRow ? i : g)!)
}

/** Indices of the entries for which `keep` holds. */
export function indicesWhere(length: number, keep: (i: number) => boolean): Int32Array {
  const out: number[] = []
  for (let i = 0; i < length; i++) if (keep(i)) out.push(i)
  return Int32Array.from(out)
}

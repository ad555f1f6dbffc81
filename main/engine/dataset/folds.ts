import { randomStream } from '../math/index.ts'

/**
 * Fold of each row (0-based) such that no group straddles folds and folds have nearly equal numbers of rows: groups
 * in seeded order, the largest first, each to the smallest fold. Depends on the names and sizes of the groups and
 * the seed only, not on the order of rows. Fewer groups than folds give as many folds as groups.
 */
export function groupFolds(groups: readonly string[], folds: number, seed: number): Int32Array {
  const sizes = new Map<string, number>()
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  const names = [...sizes.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  randomStream(seed, 'dataset/folds').shuffle(names)
  // Array.sort is stable: groups of one size stay in the seeded order.
  names.sort((a, b) => sizes.get(b)! - sizes.get(a)!)
  const count = Math.min(folds, names.length)
  const filled = new Array<number>(count).fill(0)
  const foldOf = new Map<string, number>()
  for (const name of names) {
    const smallest = filled.indexOf(Math.min(...filled))
    filled[smallest]! += sizes.get(name)!
    foldOf.set(name, smallest)
  }
  return Int32Array.from(groups, (group) => foldOf.get(group)!)
}

import type { Tile } from './tile.ts'
import { codes } from './tile-ops.ts'

export interface Slots {
  readonly count: number
  readonly slotOf: readonly number[]
  /** Stream that a computed value is stored to first; −1 for none. */
  readonly storeOf: readonly number[]
}

/**
 * Space for the values of a tile: one slot serves value after value. A row that is spread over many tiles keeps its slot
 * for itself, so that it is spread once (`spreads` says which streams those are). Value 0 of a product is the product.
 */
export function slotsOf(tile: Tile, isProduct: boolean, spreads: (stream: number) => boolean): Slots {
  const last = new Array<number>(tile.values).fill(-1)
  tile.ops.forEach(({ code, a, b, c }, i) => {
    for (const value of [a, c, code >= 40 ? b : -1]) if (value >= 0) last[value] = i
  })
  const slotOf = new Array<number>(tile.values).fill(-1)
  const storeOf = new Array<number>(tile.values).fill(-1)
  const free: number[] = []
  let count = 0
  const take = (): number => free.pop() ?? count++
  const own = new Set<number>()
  if (isProduct) slotOf[0] = take()
  tile.ops.forEach(({ code, dst, a, b, c }, i) => {
    if (code === codes.store && storeOf[a] === -1) storeOf[a] = b
    if (code === codes.load && spreads(b)) {
      slotOf[dst] = count++
      own.add(dst)
      return
    }
    // An operation may write over an operand that is not needed after it: it goes from element to element.
    for (const value of new Set([a, c, code >= 40 ? b : -1]))
      if (value >= 0 && last[value] === i && !own.has(value)) free.push(slotOf[value]!)
    if (dst >= 0) slotOf[dst] = take()
  })
  // Only what an operation computes can be computed in place.
  tile.ops.forEach(({ code, dst }) => {
    if (code === codes.load) storeOf[dst] = -1
  })
  if (isProduct) storeOf[0] = -1
  return { count, slotOf, storeOf }
}

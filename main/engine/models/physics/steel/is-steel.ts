import { quantile } from '../../../math/index.ts'
import { valueOf } from '../columns/stages.ts'
import type { Inventory } from '../columns/stages.ts'

/**
 * Whether the rows are iron alloys: carbon and manganese are given in wt%, and iron is the most of it — by its own
 * column, or by what is left when it has none.
 */
export function areSteels(found: Inventory, x: Float64Array, d: number, n: number): boolean {
  const amounts = found.elements.filter((e) => e.is.basis === 'wt')
  const has = (el: string): boolean => amounts.some((e) => e.is.element === el)
  if (!has('C') || !has('Mn') || n === 0) return false
  const iron = amounts.find((e) => e.is.element === 'Fe')
  const share = Array.from({ length: n }, (_, i) => {
    if (iron !== undefined) return valueOf(iron, x, d, i)
    let rest = 100
    for (const e of amounts) rest -= valueOf(e, x, d, i) || 0
    return rest
  }).filter((v) => !Number.isNaN(v))
  return share.length > 0 && quantile(share, 0.5) > 50
}

/**
 * Benjamini–Hochberg q-values of m p-values (Benjamini & Hochberg 1995, adjusted p as in Yekutieli & Benjamini 1999):
 * calling every item with q ≤ f keeps the expected share of false ones at f, for tests that are independent or
 * positively dependent.
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const m = p.length
  const order = p.map((_, i) => i).sort((a, b) => p[b]! - p[a]!)
  const q = new Array<number>(m)
  let least = 1
  for (const [k, i] of order.entries()) {
    least = Math.min(least, (p[i]! * m) / (m - k))
    q[i] = least
  }
  return q
}

import { atomicWeight } from '../columns/elements.ts'
import { kelvin } from '../constants.ts'

/** A solubility product log10([M]^m [X]) = a − b/T in austenite, wt% and K. */
interface Product {
  readonly metal: string
  readonly other: string
  readonly a: number
  readonly b: number
}

/**
 * Recalled from the microalloying literature (Irvine, Pickering & Gladman 1967; Turkdogan 1989); published products of
 * one compound differ by tens of degrees in dissolution temperature. In order of stability: what forms first takes its
 * nitrogen or carbon.
 */
const products: readonly Product[] = [
  { metal: 'Ti', other: 'N', a: 3.82, b: 15_020 },
  { metal: 'Nb', other: 'C', a: 2.26, b: 6770 },
  { metal: 'Ti', other: 'C', a: 2.75, b: 7000 },
  { metal: 'Al', other: 'N', a: 1.03, b: 6770 },
  { metal: 'V', other: 'N', a: 3.46, b: 8330 },
]

/** Nitrogen of steel that no one measured, wt%: electric-arc and converter steel hold 0.003 to 0.008. */
export const USUAL_NITROGEN_WT = 0.005

/** Volume of carbide or nitride per wt% of undissolved metal, as a fraction of the steel: near 1.1 (M X)/M 7.8/7. */
const FRACTION_PER_WT = 0.012

/**
 * Volume fraction (0..1) of carbides and nitrides that austenite of this composition (wt%) cannot dissolve at the
 * temperature, by metal: what pins grain boundaries (Zener). Equilibrium, compounds one after another in order of
 * stability. Elements not named count as absent, nitrogen not given or 0 as `USUAL_NITROGEN_WT`.
 */
export function undissolvedFractions(
  amountWt: Readonly<Record<string, number>>,
  temperatureC: number,
): Record<'Ti' | 'Nb' | 'Al' | 'V', number> {
  const free: Record<string, number> = {}
  for (const el of ['Ti', 'Nb', 'Al', 'V', 'C']) free[el] = Math.max(0, amountWt[el] ?? 0)
  const nitrogen = amountWt['N'] ?? 0
  free['N'] = nitrogen > 0 ? nitrogen : USUAL_NITROGEN_WT
  const out = { Ti: 0, Nb: 0, Al: 0, V: 0 }
  for (const product of products) {
    const bound = precipitated(product, free, temperatureC)
    free[product.metal]! -= bound
    free[product.other]! -= (bound * atomicWeight[product.other]!) / atomicWeight[product.metal]!
    out[product.metal as keyof typeof out] += FRACTION_PER_WT * bound
  }
  return out
}

/** wt% of the metal that is bound when [M][X] comes down to the solubility product; 0 where it is below already. */
function precipitated(
  product: Product,
  free: Readonly<Record<string, number>>,
  temperatureC: number,
): number {
  const metal = free[product.metal]!
  const other = free[product.other]!
  const limit = 10 ** (product.a - product.b / kelvin(temperatureC))
  if (!(metal * other > limit)) return 0
  // (M − u)(X − r u) = K with r the mass of X bound per mass of M: the smaller root.
  const r = atomicWeight[product.other]! / atomicWeight[product.metal]!
  const b = other + r * metal
  const c = metal * other - limit
  return (2 * c) / (b + Math.sqrt(Math.max(0, b * b - 4 * r * c)))
}

import type { ConstantPrior } from './terms.ts'

/** Constants of strength laws of one alloy family, as priors: what is known before any own data. */
export interface FamilyConstants {
  readonly name: string
  readonly shearModulusGPa: ConstantPrior
  readonly burgersNm: ConstantPrior
  readonly sigma0MPa: ConstantPrior
  /** Hall–Petch slope, MPa·µm^1/2. */
  readonly hallPetchMPaUm05: ConstantPrior
  /** Strengthening per wt% of a solute, MPa. */
  readonly solutesMPaPerWt: Readonly<Record<string, ConstantPrior>>
}

const recalled = (mean: number, sd: number): ConstantPrior => ({ mean, sd, source: 'recalled' })
const read = (mean: number, sd: number, where: string): ConstantPrior => ({ mean, sd, source: where })

/** A solute coefficient is known to about a half, and to no better than a few MPa. */
const solutes = (table: Readonly<Record<string, number>>): Record<string, ConstantPrior> =>
  Object.fromEntries(
    Object.entries(table).map(([el, mean]) => [el, recalled(mean, 0.5 * Math.abs(mean) + 3)]),
  )

/** Irvine 1969 for austenitic stainless steel, MPa per wt%: 15.4 × (23 C, 32 N, 0.24 Cr, …); recalled. */
const irvine = solutes({
  C: 354,
  N: 493,
  Cr: 3.7,
  Mo: 14.5,
  Si: 20,
  V: 18.5,
  Nb: 40,
  Ti: 26,
})
/** Pickering & Gladman for ferrite–pearlite steel, MPa per wt%; recalled. Carbon acts through structure, not solution. */
const pickering = solutes({ Mn: 32, Si: 84, Cu: 38, P: 680, Mo: 11, Cr: -31 })

export const families = {
  austenitic: {
    name: 'austenitic Fe–Cr–Ni',
    shearModulusGPa: read(75, 3, '316LN, Materials 18(3) 499'),
    burgersNm: read(0.256, 0.003, '316LN, Materials 18(3) 499'),
    sigma0MPa: recalled(175, 60),
    hallPetchMPaUm05: recalled(400, 150),
    solutesMPaPerWt: irvine,
  },
  ferritic: {
    name: 'ferritic and low-alloy steel',
    shearModulusGPa: recalled(80, 3),
    burgersNm: recalled(0.248, 0.002),
    sigma0MPa: recalled(90, 60),
    hallPetchMPaUm05: recalled(550, 150),
    solutesMPaPerWt: pickering,
  },
  aluminium: {
    name: 'Al–Mg',
    shearModulusGPa: recalled(26, 1),
    burgersNm: recalled(0.286, 0.002),
    sigma0MPa: recalled(20, 15),
    hallPetchMPaUm05: recalled(100, 50),
    solutesMPaPerWt: solutes({ Mg: 14, Mn: 20 }),
  },
  titaniumAluminide: {
    name: 'γ + α2 titanium aluminide',
    shearModulusGPa: recalled(67, 4),
    burgersNm: recalled(0.283, 0.003),
    sigma0MPa: recalled(200, 80),
    hallPetchMPaUm05: recalled(1100, 250),
    solutesMPaPerWt: {},
  },
  titanium: {
    name: 'α + β titanium (Ti-6Al-4V)',
    shearModulusGPa: recalled(44, 2),
    burgersNm: recalled(0.295, 0.003),
    sigma0MPa: recalled(700, 120),
    hallPetchMPaUm05: recalled(350, 150),
    solutesMPaPerWt: solutes({ O: 1350 }),
  },
  concentrated: {
    name: 'concentrated fcc solid solution (CoCrFeMnNi)',
    shearModulusGPa: recalled(80, 5),
    burgersNm: recalled(0.255, 0.003),
    sigma0MPa: recalled(194, 80),
    hallPetchMPaUm05: recalled(490, 150),
    solutesMPaPerWt: {},
  },
} as const satisfies Record<string, FamilyConstants>

export type Family = keyof typeof families

/** Alloying beyond this is no low-alloy steel: martensitic and maraging steels follow other sums. */
const LOW_ALLOY_WT = 8

/**
 * The family that typical amounts (wt%, medians of a table; the base filled in where it is the rest) belong to; null
 * where none is known.
 */
export function familyOf(amounts: Readonly<Record<string, number>>): Family | null {
  const of = (el: string): number => amounts[el] ?? 0
  if (of('Fe') > 50) {
    if (of('Cr') >= 12 && of('Ni') >= 6) return 'austenitic'
    return of('Fe') > 100 - LOW_ALLOY_WT ? 'ferritic' : null
  }
  if (of('Al') > 70) return 'aluminium'
  if (of('Ti') > 70) return 'titanium'
  if (of('Ti') > 50 && of('Al') > 25) return 'titaniumAluminide'
  return null
}

import { alloy, arrhenius } from './constants.ts'
import { atomicCr, atomicNi } from './precipitation.ts'

/**
 * Grain size after deformation and solution treatment, µm: a recrystallised grain D0 ∝ ε^−p of the true strain
 * (more stored energy, more nuclei), then normal growth D^n = D0^n + k t exp(−Q/RT) (Burke & Turnbull).
 */
export function grainSizeUm(solutionTemperatureC: number, deformationPct: number): number {
  const strain = -Math.log1p(-deformationPct / 100)
  const start = alloy.recrystallisedUm * strain ** -alloy.strainExponent
  const growth =
    alloy.growthRate1200UmPerH *
    alloy.solutionTimeH *
    arrhenius(alloy.growthActivationJ, solutionTemperatureC, 1200)
  return (start ** alloy.growthExponent + growth) ** (1 / alloy.growthExponent)
}

/**
 * Orowan stress, MPa, of impenetrable precipitates of mean radius r (nm) and fraction f (Ashby–Orowan):
 * M · 0.4 G b / (π √(1 − ν)) · ln(2 rs / b) / L with rs = √(2/3) r and L = rs (√(π/f) − 2). Radii here are above
 * 25 nm, well past the size below which B2-NiAl is cut.
 */
export function orowanMPa(areaFraction: number, radiusNm: number): number {
  if (!(areaFraction > 0)) return 0
  const rs = Math.sqrt(2 / 3) * radiusNm
  const spacing = rs * (Math.sqrt(Math.PI / areaFraction) - 2)
  const line =
    (0.4 * alloy.shearModulusMPa * alloy.burgersNm * alloy.taylor) / (Math.PI * Math.sqrt(1 - alloy.poisson))
  return (line * Math.log((2 * rs) / alloy.burgersNm)) / spacing
}

/**
 * Solid solution, MPa (Fleischer, several solutes in quadrature). Ni bound in precipitates (f/2 of the atoms) no
 * longer strengthens the matrix.
 */
export function solidSolutionMPa(crWt: number, niWt: number, areaFraction: number): number {
  const niLeft = Math.max(0, atomicNi(niWt) - 0.5 * areaFraction)
  return Math.sqrt(alloy.fleischerCrMPa ** 2 * atomicCr(crWt) + alloy.fleischerNiMPa ** 2 * niLeft)
}

/** Forest hardening, MPa (Taylor). */
export function taylorMPa(): number {
  const burgersM = alloy.burgersNm * 1e-9
  return (
    alloy.taylor *
    alloy.taylorAlpha *
    alloy.shearModulusMPa *
    burgersM *
    Math.sqrt(alloy.dislocationDensityPerM2)
  )
}

export interface YieldTerms {
  readonly frictionMPa: number
  readonly hallPetchMPa: number
  readonly solidSolutionMPa: number
  readonly forestMPa: number
  readonly orowanMPa: number
  readonly totalMPa: number
}

/**
 * Yield strength and its parts, MPa: σ0 + k D^−½ (Hall–Petch) + solid solution + √(forest² + Orowan²); obstacles
 * of like strength that share the glide plane add in quadrature.
 */
export function yieldTerms(
  crWt: number,
  niWt: number,
  areaFraction: number,
  radiusNm: number,
  grainUm: number,
): YieldTerms {
  const hallPetch = alloy.hallPetchMPaSqrtUm / Math.sqrt(grainUm)
  const solution = solidSolutionMPa(crWt, niWt, areaFraction)
  const forest = taylorMPa()
  const orowan = orowanMPa(areaFraction, radiusNm)
  return {
    frictionMPa: alloy.frictionMPa,
    hallPetchMPa: hallPetch,
    solidSolutionMPa: solution,
    forestMPa: forest,
    orowanMPa: orowan,
    totalMPa: alloy.frictionMPa + hallPetch + solution + Math.hypot(forest, orowan),
  }
}

import { alloy, arrhenius, KELVIN } from './constants.ts'

const atomic = (wt: number, molarMass: number): number => ((wt / 100) * alloy.molarMassMean) / molarMass
export const atomicNi = (niWt: number): number => atomic(niWt, alloy.molarMassNi)
export const atomicAl = (alWt: number): number => atomic(alWt, alloy.molarMassAl)
export const atomicCr = (crWt: number): number => atomic(crWt, alloy.molarMassCr)

/** Temperature above which no B2-NiAl is stable, °C: where [Ni][Al] of the alloy meets the solubility product. */
export function solvusC(niWt: number, alWt: number): number {
  return alloy.solubilityBK / (alloy.solubilityA - Math.log(atomicNi(niWt) * atomicAl(alWt))) - KELVIN
}

/**
 * Equilibrium volume fraction of B2-NiAl, 0..1: lever rule with a solubility product. The precipitate takes x of
 * Ni and x of Al until (xNi − x)(xAl − x) = exp(a − b/T); its volume fraction is 2x (equal atomic volumes).
 */
export function equilibriumFraction(niWt: number, alWt: number, temperatureC: number): number {
  const ni = atomicNi(niWt)
  const al = atomicAl(alWt)
  const product = Math.exp(alloy.solubilityA - alloy.solubilityBK / (temperatureC + KELVIN))
  if (ni * al <= product) return 0
  return ni + al - Math.sqrt((ni - al) ** 2 + 4 * product)
}

/**
 * Share of the equilibrium fraction present after ageing, 0..1: what formed on cooling, and of the rest
 * 1 − exp(−(k t)^n) (Johnson–Mehl–Avrami–Kolmogorov).
 */
export function transformedShare(temperatureC: number, timeH: number): number {
  const rate = alloy.jmakRate700PerH * arrhenius(alloy.jmakActivationJ, temperatureC, 700)
  return 1 - (1 - alloy.formedOnCooling) * Math.exp(-((rate * timeH) ** alloy.jmakExponent))
}

/** Volume fraction = area fraction on a section (Delesse), 0..1. */
export function precipitateFraction(
  niWt: number,
  alWt: number,
  ageingTemperatureC: number,
  ageingTimeH: number,
): number {
  return (
    equilibriumFraction(niWt, alWt, ageingTemperatureC) * transformedShare(ageingTemperatureC, ageingTimeH)
  )
}

/**
 * Mean precipitate radius, nm: r³ = r0³ + K(T) t (Lifshitz–Slyozov–Wagner). The cooling rate q after solution
 * treatment sets how many nuclei form and so the radius r0 at which coarsening starts, r0 ∝ q^−m, the power law
 * seen for γ′ and B2 on continuous cooling.
 */
export function meanRadiusNm(
  coolingRateKPerS: number,
  ageingTemperatureC: number,
  ageingTimeH: number,
): number {
  const start = alloy.startRadiusNm * coolingRateKPerS ** -alloy.coolingExponent
  const rate =
    (alloy.lswRate700Nm3PerH * arrhenius(alloy.lswActivationJ, ageingTemperatureC, 700) * (700 + KELVIN)) /
    (ageingTemperatureC + KELVIN)
  return Math.cbrt(start ** 3 + rate * ageingTimeH)
}

/** Mean aspect ratio of sections: larger precipitates lose coherency and roundness. */
export function meanAspectRatio(radiusNm: number): number {
  return 1.06 + 0.16 * (radiusNm / (radiusNm + 150))
}

import { alloy } from './constants.ts'

/**
 * What a plane section shows of a population of spheres. Diameters are log-normal (sd `alloy.logSizeSd` of the
 * logarithm, cut at three): at 5–15 % fraction sizes spread wider and more symmetrically than the LSW limit.
 * A plane meets a sphere with a probability proportional to its diameter D, at a distance uniform over its
 * radius, and shows a disc of D √(1 − u²). Sections below `smallestSection` of the mean sphere are caps too thin
 * to survive polishing: they are neither drawn nor counted, at any magnification.
 */
export const smallestSection = 0.2
export const logSizeCut = 3

const steps = 400

/** ln-diameter of a sphere relative to its mean diameter, at z standard deviations. */
export function relativeDiameter(z: number): number {
  return Math.exp(alloy.logSizeSd * z - 0.5 * alloy.logSizeSd ** 2)
}

function sectionMoment(power: 0 | 1 | 2): number {
  let sum = 0
  for (let i = 0; i < steps; i++) {
    const z = -logSizeCut + ((i + 0.5) * 2 * logSizeCut) / steps
    const d = relativeDiameter(z)
    if (d <= smallestSection) continue
    const u = Math.sqrt(1 - (smallestSection / d) ** 2)
    const inner =
      power === 0 ? u : power === 1 ? 0.5 * (u * Math.sqrt(1 - u * u) + Math.asin(u)) : u - (u * u * u) / 3
    sum += Math.exp(-0.5 * z * z) * d * d ** power * inner
  }
  return sum
}

/** Mean equivalent circle diameter of sections over the mean diameter of the spheres. */
export const sectionMeanRatio = sectionMoment(1) / sectionMoment(0)

/** Mean area of sections over π/4 times the squared mean diameter of the spheres. */
export const sectionAreaRatio = sectionMoment(2) / sectionMoment(0)

/** Mean equivalent circle diameter on a section, µm, of spheres of mean radius r, nm: the truth of the measure. */
export function sectionDiameterUm(radiusNm: number): number {
  return (2 * radiusNm * sectionMeanRatio) / 1000
}

/** Inverse of sectionDiameterUm. */
export function radiusOfSectionNm(diameterUm: number): number {
  return (1000 * diameterUm) / (2 * sectionMeanRatio)
}

/** Sections per area, 1/µm². */
export function sectionDensity(areaFraction: number, radiusNm: number): number {
  return areaFraction / (0.25 * Math.PI * sectionAreaRatio * ((2 * radiusNm) / 1000) ** 2)
}

/** Fleischer 1963: B c^1/2, MPa; few strong obstacles (dilute solutions). c is an atomic fraction. */
export function fleischerMPa(coefficientMPa: number, fraction: number): number {
  return coefficientMPa * Math.sqrt(fraction)
}

/** Labusch 1970: B c^2/3, MPa; many weak obstacles (concentrated solutions). c is an atomic fraction. */
export function labuschMPa(coefficientMPa: number, fraction: number): number {
  return coefficientMPa * Math.cbrt(fraction) ** 2
}

/** Σ B_i c_i, MPa, for coefficients per wt%: what commercial alloys of narrow range are described by. */
export function linearSolutionMPa(
  coefficientMPaPerWt: Readonly<Record<string, number>>,
  amountWt: Readonly<Record<string, number>>,
): number {
  return Object.entries(coefficientMPaPerWt).reduce((sum, [el, b]) => sum + b * (amountWt[el] ?? 0), 0)
}

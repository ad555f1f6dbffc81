/** Elastic constants of a matrix. */
export interface MatrixElasticity {
  readonly shearModulusGPa: number
  readonly burgersNm: number
  readonly poissonRatio: number
  /** Taylor factor: 3.06 for untextured fcc. */
  readonly taylorFactor: number
}

/**
 * Free distance (nm) between spheres of mean radius r and volume fraction f on a slip plane:
 * rs (√(π/f) − 2) with rs = √(2/3) r, the mean radius of their sections.
 */
export function obstacleSpacingNm(radiusNm: number, fraction: number): number {
  return Math.sqrt(2 / 3) * radiusNm * (Math.sqrt(Math.PI / fraction) - 2)
}

/**
 * Orowan looping, MPa: M 0.4 G b / (π √(1−ν)) ln(2 rs/b) / L (Ashby–Orowan form, recalled). Valid for particles too
 * large or hard to be cut, f below about 0.2; 0 without particles, NaN where the spacing or the logarithm is not positive.
 */
export function orowanMPa(radiusNm: number, fraction: number, matrix: MatrixElasticity): number {
  if (fraction === 0) return 0
  const { shearModulusGPa, burgersNm, poissonRatio, taylorFactor } = matrix
  const section = Math.sqrt(2 / 3) * radiusNm
  const spacing = obstacleSpacingNm(radiusNm, fraction)
  const logarithm = Math.log((2 * section) / burgersNm)
  if (!(spacing > 0 && logarithm > 0)) return Number.NaN
  return (
    (taylorFactor * 0.4 * 1000 * shearModulusGPa * burgersNm * logarithm) /
    (Math.PI * Math.sqrt(1 - poissonRatio) * spacing)
  )
}

/** Pixel sizes an operator dials in, µm: round magnifications of one instrument. */
const dial = [0.0016, 0.002, 0.0025, 0.004, 0.005, 0.008, 0.01, 0.0125, 0.016, 0.02, 0.025, 0.04]

/**
 * Pixel size, µm, at which the mean section is about 20 px across; where particles are rare the operator goes
 * lower for more of them in the field (not below 14 px). `whim` (standard normal) is the operator's own choice.
 */
export function choosePixelSizeUm(diameterUm: number, areaFraction: number, whim: number): number {
  const wantedPx = Math.min(26, Math.max(14, 20 * Math.sqrt(areaFraction / 0.1)))
  const wanted = Math.log(diameterUm / wantedPx) + 0.12 * whim
  let best = dial[0]!
  for (const size of dial) {
    if (diameterUm / size < 12) break
    if (Math.abs(Math.log(size) - wanted) < Math.abs(Math.log(best) - wanted)) best = size
  }
  return best
}

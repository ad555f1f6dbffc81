const SQRT_2PI = 2.5066282746310002
const LN_SQRT_2PI = 0.9189385332046727
const INV_SQRT_PI = 0.5641895835477563

export function standardPdf(x: number): number {
  return Math.exp(-0.5 * x * x) / SQRT_2PI
}

/**
 * Φ(x) by Hart's rational form (West 2005, "Better approximations to cumulative normal functions"), absolute
 * error below 1e-14. The series of math/distributions is exact in the tails but too slow for training loops.
 */
export function standardCdf(x: number): number {
  const a = Math.abs(x)
  let tail = 0
  if (a < 7.07106781186547) {
    const top =
      (((((0.0352624965998911 * a + 0.700383064443688) * a + 6.37396220353165) * a + 33.912866078383) * a +
        112.079291497871) *
        a +
        221.213596169931) *
        a +
      220.206867912376
    const bottom =
      ((((((0.0883883476483184 * a + 1.75566716318264) * a + 16.064177579207) * a + 86.7807322029461) * a +
        296.564248779674) *
        a +
        637.333633378831) *
        a +
        793.826512519948) *
        a +
      440.413735824752
    tail = (Math.exp(-0.5 * a * a) * top) / bottom
  } else if (a < 37) {
    const fraction = a + 1 / (a + 2 / (a + 3 / (a + 4 / (a + 0.65))))
    tail = Math.exp(-0.5 * a * a) / fraction / SQRT_2PI
  }
  return x > 0 ? 1 - tail : tail
}

/**
 * Continuous ranked probability score of N(mean, sd²) at y, in the unit of y; smaller is better
 * (Gneiting & Raftery 2007, eq. 21). sd > 0.
 */
export function gaussianCrps(y: number, mean: number, sd: number): number {
  const w = (y - mean) / sd
  return sd * (w * (2 * standardCdf(w) - 1) + 2 * standardPdf(w) - INV_SQRT_PI)
}

/** d CRPS / d sd at a standardised residual w; d CRPS / d mean is 1 − 2 Φ(w). */
export function crpsSlopeInSd(w: number): number {
  return 2 * standardPdf(w) - INV_SQRT_PI
}

/** −ln N(y; mean, sd²), natural log, in the unit of y. sd > 0. */
export function gaussianNll(y: number, mean: number, sd: number): number {
  const w = (y - mean) / sd
  return LN_SQRT_2PI + Math.log(sd) + 0.5 * w * w
}

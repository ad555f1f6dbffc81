/**
 * Johnson–Mehl–Avrami–Kolmogorov: transformed fraction 0..1 at constant temperature, X = 1 − exp(−(k t)^n), k in 1/s.
 * n is 1 to 4. Derivatives by ln k and n.
 */
export function jmakFraction(
  ratePerS: number,
  timeS: number,
  exponent: number,
): { value: number; gradient: { lnRate: number; exponent: number } } {
  const reduced = ratePerS * timeS
  const power = reduced ** exponent
  const rest = power * Math.exp(-power)
  return {
    value: -Math.expm1(-power),
    gradient: { lnRate: exponent * rest, exponent: reduced > 0 ? Math.log(reduced) * rest : 0 },
  }
}

/**
 * Koistinen–Marburger 1959: fraction of martensite 0..1 after cooling to `quenchC` from austenite with the martensite
 * start `startC`: 1 − exp(−b (Ms − T)); b = 0.011 1/K was fitted on Fe–C below 1.1 wt% C. 0 above Ms.
 */
export function martensiteFraction(quenchC: number, startC: number, ratePerK = 0.011): number {
  return quenchC >= startC ? 0 : -Math.expm1(-ratePerK * (startC - quenchC))
}

/** Molar gas constant, J/(mol·K) (CODATA 2018, exact). */
export const GAS_CONSTANT = 8.31446261815324
/** 0 °C in kelvin. */
export const ZERO_CELSIUS_K = 273.15

/** Temperature in kelvin of one in °C; NaN at or below absolute zero. */
export function kelvin(temperatureC: number): number {
  const k = temperatureC + ZERO_CELSIUS_K
  return k > 0 ? k : Number.NaN
}

/** ln(e^a + e^b) without overflow. */
export function logAddExp(a: number, b: number): number {
  const high = Math.max(a, b)
  if (high === -Infinity) return high
  return high + Math.log1p(Math.exp(Math.min(a, b) - high))
}

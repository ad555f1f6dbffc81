/** Amounts in wt%; elements not named count as absent. */
export type AmountsWt = Readonly<Record<string, number>>

/** Σ coefficient × amount. */
function linear(constant: number, coefficients: AmountsWt, amounts: AmountsWt): number {
  return Object.entries(coefficients).reduce((sum, [el, c]) => sum + c * (amounts[el] ?? 0), constant)
}

/** Martensite start of low-alloy steel, °C (Andrews 1965, linear form; C below 0.6, Ni below 5, Cr below 3.5 wt%). */
export function martensiteStartC(amounts: AmountsWt): number {
  return linear(539, { C: -423, Mn: -30.4, Ni: -17.7, Cr: -12.1, Mo: -7.5 }, amounts)
}

/** Ac1 on heating, °C (Andrews 1965). */
export function ac1C(amounts: AmountsWt): number {
  return linear(723, { Mn: -10.7, Ni: -16.9, Si: 29.1, Cr: 16.9, W: 6.38 }, amounts)
}

/** Ac3 on heating, °C (Andrews 1965; C below 0.6 wt%). */
export function ac3C(amounts: AmountsWt): number {
  const rest = linear(
    910,
    { Ni: -15.2, Si: 44.7, V: 104, Mo: 31.5, W: 13.1, Mn: -30, Cr: -11, Cu: -20 },
    amounts,
  )
  return rest - 203 * Math.sqrt(Math.max(0, amounts['C'] ?? 0))
}

/**
 * Share of austenite (0..1) at a temperature between Ac1 and Ac3, linear in between: the lever rule's first guess of
 * how much martensite quenching from there leaves.
 */
export function intercriticalShare(amounts: AmountsWt, temperatureC: number): number {
  const low = ac1C(amounts)
  const high = Math.max(low + 10, ac3C(amounts))
  return Math.min(1, Math.max(0, (temperatureC - low) / (high - low)))
}

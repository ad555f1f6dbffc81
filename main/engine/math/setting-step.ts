/** Resolution at which candidates are stated: the power of ten that divides a range in 200 to 2000 steps. */
export function settingStep(low: number, high: number): number {
  return 10 ** Math.floor(Math.log10((high - low) / 200) + 1e-12)
}

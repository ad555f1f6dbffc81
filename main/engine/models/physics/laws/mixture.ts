/** Voigt: Σ f s, equal strain, upper bound. Fractions sum to 1. */
export function voigt(fractions: ArrayLike<number>, values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < fractions.length; i++) sum += fractions[i]! * values[i]!
  return sum
}

/** Reuss: 1/Σ(f/s), equal stress, lower bound. Fractions sum to 1. */
export function reuss(fractions: ArrayLike<number>, values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < fractions.length; i++) sum += fractions[i]! / values[i]!
  return 1 / sum
}

/**
 * The base network f(P; γ): d → H → H → 2m with SiLU; outputs are m means and m raw log-variances, or with `logits` that
 * many logits.
 * - `modulation`: γ = h(z) scales each layer's inputs by 1 + r and shifts each pre-activation and output by a;
 * - `dropout`: hidden units are dropped, one mask a draw at prediction (Gal & Ghahramani 2016);
 * - `none`: plain weights, as a deep ensemble has them (Lakshminarayanan et al. 2017).
 */
export interface NetworkShape {
  readonly uncertainty: 'modulation' | 'dropout' | 'none'
  readonly features: number
  readonly hidden: number
  readonly outputs: number
  /** K, length of z; 0 without modulation. */
  readonly latent: number
  /** Whether a mean function gives mean and log-variance that the network's outputs are added to. */
  readonly offset: boolean
  /** Levels of a category: the network then has a logit for each and neither means nor log-variances. */
  readonly logits?: number
}

/** Width of the last layer. */
export function headSize({ outputs, logits }: NetworkShape): number {
  return logits ?? 2 * outputs
}

/** Length of γ: r1 (d), a1 (H), r2 (H), a2 (H), r3 (H), a3 (`headSize`). */
export function gammaSize(shape: NetworkShape): number {
  return shape.features + 4 * shape.hidden + headSize(shape)
}

/** Values that one draw takes: z for modulation, keep-or-drop of each hidden unit for dropout. */
export function drawSize(shape: NetworkShape): number {
  if (shape.uncertainty === 'modulation') return shape.latent
  return shape.uncertainty === 'dropout' ? 2 * shape.hidden : 0
}

/** Share of hidden units that dropout drops. */
export const DROPPED = 0.1

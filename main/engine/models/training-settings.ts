/** The recipe's fixed numbers; only hidden, latent and steps depend on the table. */
export interface TrainingSettings {
  readonly hidden: number
  readonly latent: number
  readonly members: number
  readonly maxSteps: number
  readonly checkInterval: number
  readonly patience: number
  readonly warmup: number
  readonly batch: number
  /** Antithetic pairs ±z a step. */
  readonly pairs: number
  readonly weightRate: number
  readonly hyperRate: number
  readonly decay: number
  /** Weight of KL/n in the loss. */
  readonly tempering: number
}

export function settingsFor(trainingRows: number): TrainingSettings {
  const small = trainingRows <= 320
  return {
    hidden: small ? 64 : 32,
    latent: small ? 8 : 16,
    members: 5,
    maxSteps: 200,
    checkInterval: 10,
    patience: 60,
    warmup: 20,
    batch: 256,
    pairs: 1,
    weightRate: 3e-3,
    hyperRate: 1e-3,
    decay: 0.02,
    tempering: 0.1,
  }
}

/** Warm-up, then cosine down to 0 at the last step. */
export function schedule(settings: TrainingSettings, step: number): number {
  if (step < settings.warmup) return (step + 1) / settings.warmup
  return 0.5 * (1 + Math.cos((Math.PI * (step - settings.warmup)) / (settings.maxSteps - settings.warmup)))
}

/** The recipe's fixed numbers; only latent and decay depend on the table. */
export interface TrainingSettings {
  readonly hidden: number
  readonly latent: number
  readonly members: number
  readonly maxSteps: number
  readonly checkInterval: number
  readonly patience: number
  readonly warmup: number
  readonly batch: number
  /** Antithetic pairs ±z a step, which all rows of the batch share; 0: every row has a draw of its own. */
  readonly pairs: number
  /** What is judged on the validation rows between steps: the whole predictive, or the network at z = 0 at a tenth of the cost. */
  readonly judged: 'predictive' | 'mean network'
  /** How many of the snapshots that the validation rows judge best a member serves together. */
  readonly snapshots: number
  readonly weightRate: number
  readonly hyperRate: number
  readonly decay: number
  /** Weight of KL/n in the loss. */
  readonly tempering: number
}

/** `offset`: the network corrects a mean function, which asks for stronger decay. */
export function settingsFor(trainingRows: number, offset = false): TrainingSettings {
  const small = trainingRows <= 320
  return {
    hidden: 32,
    latent: small ? 8 : 16,
    members: 5,
    maxSteps: 200,
    checkInterval: 10,
    patience: 60,
    warmup: 20,
    batch: 256,
    pairs: 2,
    judged: 'predictive',
    snapshots: 1,
    weightRate: 3e-3,
    hyperRate: 1e-3,
    decay: offset ? 0.1 : 0.02,
    tempering: 1,
  }
}

/**
 * A quick look at a table, for one member whose validation part also calibrates it (folds of 0 and −1 to
 * `fitNetworks`): small batches whose rows have draws of their own, large rates, few steps. About a tenth of the CPU
 * time of five members.
 */
export function quickSettings(trainingRows: number): TrainingSettings {
  return {
    ...settingsFor(trainingRows),
    latent: 8,
    members: 1,
    maxSteps: 300,
    checkInterval: 25,
    patience: 75,
    batch: 24,
    pairs: 0,
    judged: 'mean network',
    snapshots: 2,
    weightRate: 1e-2,
    hyperRate: 1.5e-2,
    tempering: 0.1,
  }
}

/** Warm-up, then cosine down to 0 at the last step. */
export function schedule(settings: TrainingSettings, step: number): number {
  if (step < settings.warmup) return (step + 1) / settings.warmup
  return 0.5 * (1 + Math.cos((Math.PI * (step - settings.warmup)) / (settings.maxSteps - settings.warmup)))
}

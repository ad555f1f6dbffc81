/**
 * A binary alloy below its miscibility gap, in reduced units: lengths in grid points (px), energy by the barrier,
 * time by mobility. Chemical energy per area f(c) = W (c − cα)² (cβ − c)², gradient energy κ/2 |∇c|².
 */
export interface Alloy {
  /** Mole fraction of the two phases at rest, cα < cβ. */
  readonly alpha: number
  readonly beta: number
  /** W > 0. */
  readonly barrier: number
  /** κ > 0, W·px². */
  readonly gradientEnergy: number
  /** M > 0, px²/(W·time). */
  readonly mobility: number
}

export interface PhaseFieldSpec {
  readonly alloy: Alloy
  /** Mean mole fraction c₀; cα < c₀ < cβ. */
  readonly meanComposition: number
  /** Grid, px: powers of two from 16 to 1024. */
  readonly rows: number
  readonly cols: number
  /** Ascending times at which the fields are taken; 0 is the initial state. */
  readonly times: readonly number[]
  /** Standard deviation of the white noise that starts it, mole fraction. */
  readonly noise: number
  /**
   * Largest change of c in a step that the scheme could not foresee (|c − linear extrapolation|, greatest over the
   * grid), mole fraction. 1e-3 follows the route closely; 0.02 gives the right statistics.
   */
  readonly tolerance: number
}

export interface PhaseFieldSnapshot {
  readonly time: number
  /** Mole fraction, rows x cols. */
  readonly composition: Float64Array
  /** Total free energy, W·px². */
  readonly energy: number
}

export interface PhaseFieldRun {
  readonly rows: number
  readonly cols: number
  readonly snapshots: readonly PhaseFieldSnapshot[]
  readonly steps: number
  readonly rejectedSteps: number
}

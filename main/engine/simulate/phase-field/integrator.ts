import { fft2, fftFrequencies, type Fft2 } from '../../math/index.ts'
import { chemicalEnergy } from './alloy.ts'
import type { Alloy } from './types.ts'

/** Two independent fields in one complex one: their transforms cost one. */
export interface Pair {
  readonly first: Float64Array
  readonly second: Float64Array
}

interface Spectrum {
  readonly re: Float64Array
  readonly im: Float64Array
}

/**
 * Cahn–Hilliard ∂c/∂t = M ∇²(f′(c) − κ∇²c) on a periodic grid, spectral in space. In time: two-step backward
 * differences with steps of any ratio ω, κ implicit, f′ extrapolated, and a stabilising term S ∇²(c − extrapolation)
 * of second order (Shen & Yang 2010, Discrete Contin. Dyn. Syst. 28, 1669). A step is refused when c leaves its
 * extrapolation by four times the tolerance or when the free energy of the pair rises, so it never does; the mean of c
 * is left alone to the last bit of the zero mode.
 */
export class Integrator {
  readonly current: Pair
  time = 0
  steps = 0
  rejected = 0
  energy: number

  private readonly alloy: Alloy
  private readonly tolerance: number
  private readonly transform: Fft2
  /** k² of every mode, rad²/px². */
  private readonly k2: Float64Array
  private readonly stabiliser: number
  private c: Spectrum
  private cBefore: Spectrum
  private force: Spectrum
  private forceBefore: Spectrum
  private readonly trial: Spectrum
  private readonly field: Spectrum
  private readonly before: Pair
  private dt: number
  /** Step before this one; 0 when there is none to build on. */
  private dtBefore = 0

  constructor(alloy: Alloy, initial: Pair, rows: number, cols: number, tolerance: number) {
    this.alloy = alloy
    this.tolerance = tolerance
    this.transform = fft2(rows, cols)
    const n = rows * cols
    const empty = (): Spectrum => ({ re: new Float64Array(n), im: new Float64Array(n) })
    const fr = fftFrequencies(rows)
    const fc = fftFrequencies(cols)
    this.k2 = Float64Array.from(
      { length: n },
      (_, i) => 4 * Math.PI ** 2 * (fr[Math.floor(i / cols)]! ** 2 + fc[i % cols]! ** 2),
    )
    const gap2 = (alloy.beta - alloy.alpha) ** 2
    // Largest f″ between the phases is 2W(cβ − cα)²; half of it suffices, some more allows for overshoot.
    this.stabiliser = 1.2 * alloy.barrier * gap2
    this.current = { first: initial.first.slice(), second: initial.second.slice() }
    this.before = { first: new Float64Array(n), second: new Float64Array(n) }
    this.c = { re: initial.first.slice(), im: initial.second.slice() }
    this.transform.forward(this.c.re, this.c.im)
    this.cBefore = empty()
    this.force = empty()
    this.forceBefore = empty()
    this.trial = empty()
    this.field = empty()
    this.evaluateForce()
    this.energy = this.energyOf(this.current, this.c)
    // A small part of the time in which the fastest wave grows by e: 4κ/(M f″²).
    this.dt = (0.02 * 4 * alloy.gradientEnergy) / (alloy.mobility * (alloy.barrier * gap2) ** 2)
  }

  /** Advances to `time` exactly. `check` is called after every step. */
  advanceTo(time: number, check: () => void): void {
    while (this.time < time) {
      const left = time - this.time
      const last = left <= this.dt * 1.000001
      const proposed = this.dt
      const step = last ? left : left < 2 * this.dt ? left / 2 : this.dt
      this.dt = step
      const taken = this.step()
      if (taken && last) {
        this.time = time
        this.dt = Math.max(this.dt, proposed)
      }
      check()
    }
  }

  private step(): boolean {
    const { dt, dtBefore, k2, c, cBefore, force, forceBefore, trial, field, stabiliser } = this
    const { gradientEnergy, mobility } = this.alloy
    const w = dtBefore > 0 ? dt / dtBefore : 0
    const a0 = (1 + 2 * w) / (1 + w) / dt
    const a1 = (1 + w) / dt
    const a2 = (w * w) / (1 + w) / dt
    for (let i = 0; i < k2.length; i++) {
      const mk2 = mobility * k2[i]!
      const inverse = 1 / (a0 + mk2 * (gradientEnergy * k2[i]! + stabiliser))
      const s1 = (1 + w) * mk2
      const s2 = w * mk2
      const p1 = a1 + s1 * stabiliser
      const p2 = a2 + s2 * stabiliser
      trial.re[i] =
        (p1 * c.re[i]! - p2 * cBefore.re[i]! - s1 * force.re[i]! + s2 * forceBefore.re[i]!) * inverse
      trial.im[i] =
        (p1 * c.im[i]! - p2 * cBefore.im[i]! - s1 * force.im[i]! + s2 * forceBefore.im[i]!) * inverse
    }
    // The zero mode is exact up to rounding of (a1 − a2)/a0; putting it back keeps the mean for ever.
    trial.re[0] = c.re[0]!
    trial.im[0] = c.im[0]!
    field.re.set(trial.re)
    field.im.set(trial.im)
    this.transform.inverse(field.re, field.im)

    const surprise = this.surprise(w)
    const next: Pair = { first: field.re, second: field.im }
    const energy = surprise > 4 * this.tolerance ? Infinity : this.energyOf(next, trial)
    const slack = 1e-12 * Math.abs(this.energy)
    if (!(energy <= this.energy + slack)) {
      this.rejected++
      this.dt = dt / 2
      // A stale history far larger than the new step would be extrapolated wrongly: one plain step starts anew.
      if (this.dtBefore > 8 * this.dt) this.dtBefore = 0
      return false
    }
    this.before.first.set(this.current.first)
    this.before.second.set(this.current.second)
    this.current.first.set(field.re)
    this.current.second.set(field.im)
    const spare = this.cBefore
    this.cBefore = this.c
    this.c = spare
    this.c.re.set(trial.re)
    this.c.im.set(trial.im)
    const spareForce = this.forceBefore
    this.forceBefore = this.force
    this.force = spareForce
    this.evaluateForce()
    this.energy = energy
    this.time += dt
    this.steps++
    this.dtBefore = dt
    this.dt = dt * Math.min(1.5, Math.max(0.5, 0.9 * Math.sqrt(this.tolerance / Math.max(surprise, 1e-15))))
    return true
  }

  /** Greatest distance of the trial from the extrapolation of the two fields before. */
  private surprise(w: number): number {
    const { field, current, before } = this
    let greatest = 0
    for (const [now, here, last] of [
      [field.re, current.first, before.first],
      [field.im, current.second, before.second],
    ] as const)
      for (let i = 0; i < here.length; i++) {
        const d = Math.abs(now[i]! - here[i]! - w * (here[i]! - last[i]!))
        if (d > greatest) greatest = d
      }
    return greatest
  }

  private evaluateForce(): void {
    const { alpha, beta, barrier } = this.alloy
    for (const [from, to] of [
      [this.current.first, this.force.re],
      [this.current.second, this.force.im],
    ] as const)
      for (let i = 0; i < from.length; i++) {
        const c = from[i]!
        to[i] = 2 * barrier * (c - alpha) * (beta - c) * (alpha + beta - 2 * c)
      }
    this.transform.forward(this.force.re, this.force.im)
  }

  /** Free energy of both fields together; by Parseval Σ k²|ĉ|² of the packed spectrum is the sum of theirs. */
  private energyOf({ first, second }: Pair, spectrum: Spectrum): number {
    return (
      chemicalOf(this.alloy, first) +
      chemicalOf(this.alloy, second) +
      gradientOf(this.alloy, spectrum, this.k2)
    )
  }

  /** Free energy of the first field, W·px². */
  energyOfFirst(): number {
    const re = this.current.first.slice()
    const im = new Float64Array(re.length)
    this.transform.forward(re, im)
    return chemicalOf(this.alloy, this.current.first) + gradientOf(this.alloy, { re, im }, this.k2)
  }
}

function chemicalOf(alloy: Alloy, field: Float64Array): number {
  let sum = 0
  for (let i = 0; i < field.length; i++) sum += chemicalEnergy(alloy, field[i]!)
  return sum
}

function gradientOf(alloy: Alloy, { re, im }: Spectrum, k2: Float64Array): number {
  let sum = 0
  for (let i = 0; i < k2.length; i++) sum += k2[i]! * (re[i]! ** 2 + im[i]! ** 2)
  return (alloy.gradientEnergy * sum) / (2 * k2.length)
}

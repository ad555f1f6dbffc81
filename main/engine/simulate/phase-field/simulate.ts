import type { Progress } from '../../dataset/table.ts'
import { randomStream, type RandomStream } from '../../math/index.ts'
import { checkSpec } from './alloy.ts'
import { Integrator, type Pair } from './integrator.ts'
import type { PhaseFieldRun, PhaseFieldSpec } from './types.ts'

/**
 * `count` independent realisations of one alloy's decomposition, periodic; the same seed gives the same fields, and
 * the i-th does not depend on `count` but for its partner (fields are integrated in pairs with common steps).
 * Error BAD_REQUEST for a spec that cannot be computed.
 */
export function simulatePhaseField(
  spec: PhaseFieldSpec,
  count: number,
  seed: number,
  progress: Progress,
): PhaseFieldRun[] {
  checkSpec(spec)
  const runs: PhaseFieldRun[] = []
  for (let i = 0; i < count; i += 2) {
    runs.push(...simulatePair(spec, randomStream(seed, `phase-field/${i / 2}`), progress))
    progress.report(Math.min(count, i + 2), count, 'phase-field images')
  }
  return runs.slice(0, count)
}

function simulatePair(spec: PhaseFieldSpec, random: RandomStream, progress: Progress): PhaseFieldRun[] {
  const { rows, cols, alloy } = spec
  const initial: Pair = { first: noisy(spec, random), second: noisy(spec, random) }
  const integrator = new Integrator(alloy, initial, rows, cols, spec.tolerance)
  const check = (): void => {
    progress.check()
  }
  const taken = spec.times.map((time) => {
    integrator.advanceTo(time, check)
    const energyOfFirst = integrator.energyOfFirst()
    return {
      time,
      first: integrator.current.first.slice(),
      second: integrator.current.second.slice(),
      energies: [energyOfFirst, integrator.energy - energyOfFirst] as const,
    }
  })
  const run = (which: 0 | 1): PhaseFieldRun => ({
    rows,
    cols,
    snapshots: taken.map(({ time, first, second, energies }) => ({
      time,
      composition: which === 0 ? first : second,
      energy: energies[which],
    })),
    steps: integrator.steps,
    rejectedSteps: integrator.rejected,
  })
  return [run(0), run(1)]
}

/** White noise about the mean composition, its own mean taken out: every realisation holds exactly c₀. */
function noisy(spec: PhaseFieldSpec, random: RandomStream): Float64Array {
  const field = Float64Array.from({ length: spec.rows * spec.cols }, () => random.normal())
  const mean = field.reduce((sum, value) => sum + value, 0) / field.length
  return field.map((value) => spec.meanComposition + spec.noise * (value - mean))
}

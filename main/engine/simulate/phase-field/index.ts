export {
  alloyAt,
  chemicalEnergy,
  curvature,
  fastestWaveNumber,
  growthRate,
  interfaceWidthPx,
  leverRule,
  type AgeingConditions,
} from './alloy.ts'
export { compositionGrey, phaseLabels } from './images.ts'
export { simulatePhaseField } from './simulate.ts'
export type { Alloy, PhaseFieldRun, PhaseFieldSnapshot, PhaseFieldSpec } from './types.ts'

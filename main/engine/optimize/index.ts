export { proposeCandidates, type ProposeInput, type Proposal } from './propose.ts'
export type { PosteriorFn } from './posterior.ts'
export {
  acquisitionById,
  acquisitions,
  expectedImprovement,
  logExpectedImprovement,
  probabilityOfImprovement,
  type Acquisition,
} from './acquisition/index.ts'
export { dataRange, designSpace, type DesignSpace, type SpaceBound } from './space.ts'
export { jointFeasibility, probabilityWithin, type OutputLimit } from './feasibility.ts'
export { haltonPoints } from './sequence.ts'

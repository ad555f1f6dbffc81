export { discover, defaultAlpha } from './discover.ts'
export { tiersFromRoles } from './knowledge.ts'
export { closeKnowledge, explainContradiction } from './closure.ts'
export { estimateEffect, type EffectRequest } from './effect.ts'
export type { CausalGraph } from './effect-context.ts'
export { rankEffects } from './rank.ts'
export { causalMap, type CausalMap, type MapOptions } from './map.ts'
export { smallestDetectable } from './notes.ts'
export type {
  CiResult,
  CiTest,
  DiscoverOptions,
  Discovery,
  SearchInput,
  SearchResult,
  StructureEngine,
} from './types.ts'

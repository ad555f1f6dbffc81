import { orientSkeleton } from './orient.ts'
import { pcSkeleton } from './skeleton.ts'
import type { StructureEngine } from './types.ts'

/** PC-stable with voted colliders and knowledge kept throughout. */
export const pcEngine: StructureEngine = {
  name: 'pc',
  search(input) {
    const skeleton = pcSkeleton(input)
    const { ambiguous, conflicts, dropped, testCount } = orientSkeleton(skeleton, input)
    return {
      graph: skeleton.graph,
      pairs: skeleton.pairs,
      testCount: skeleton.testCount + testCount,
      ambiguous,
      conflicts,
      dropped,
    }
  },
}

import { referenceExecutor } from '../../../../main/engine/graph/index.ts'
import { localConformance } from '../../../support/executor-conformance.ts'

// Compared with itself: what stays is that runs repeat and resume bit for bit, and that bad feeds are refused.
localConformance('the TypeScript reference', () => referenceExecutor, { tolerance: 0 })

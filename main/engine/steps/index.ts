import { stepRegistry } from '../jobs/index.ts'
import { discoverStep } from './discover.ts'
import { freezeStep } from './freeze.ts'
import { generatorStep } from './generator.ts'
import { importStep } from './import/step.ts'
import { measureStep } from './measure.ts'
import { optimizeStep } from './optimize.ts'
import { reportStep } from './report.ts'
import { scorecardStep } from './scorecard.ts'
import { segmentStep } from './segment.ts'
import { simulateStep } from './simulate.ts'
import { trainStep } from './train.ts'
import { verifyStep } from './verify.ts'

/** The kinds of job, in the order of the data's way. */
export const steps = stepRegistry([
  simulateStep,
  importStep,
  segmentStep,
  measureStep,
  freezeStep,
  trainStep,
  generatorStep,
  discoverStep,
  optimizeStep,
  scorecardStep,
  reportStep,
  verifyStep,
])

import { serveTasks } from '../jobs/index.ts'
import { effectOf, mapCauses } from './tasks/causal.ts'
import { readFileOfFolder } from './tasks/import.ts'
import { measureFile } from './tasks/measure.ts'
import { propose } from './tasks/optimize.ts'
import { writeReport } from './tasks/report.ts'
import { compareWithTruth } from './tasks/scorecard.ts'
import { segmentFile } from './tasks/segment.ts'
import { renderField } from './tasks/simulate.ts'
import { predictRows, trainModel } from './tasks/train.ts'
import { checkBlobs } from './tasks/verify.ts'

/** The entry of a worker thread: every heavy task of the program by name. */
serveTasks({
  import: readFileOfFolder,
  segment: segmentFile,
  measure: measureFile,
  train: trainModel,
  'model.predict': predictRows,
  'causal.map': mapCauses,
  'causal.effect': effectOf,
  optimize: propose,
  report: writeReport,
  simulate: renderField,
  scorecard: compareWithTruth,
  verify: checkBlobs,
})

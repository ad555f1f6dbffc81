import { serveTasks } from '../jobs/index.ts'
import { effectOf, mapCauses } from './tasks/causal.ts'
import { generatePictures } from './tasks/generate.ts'
import { trainGenerator } from './tasks/generator.ts'
import { readFileOfFolder } from './tasks/import.ts'
import { measureFile } from './tasks/measure.ts'
import { heldOutTable, modelCardHtml, modelCardMarkdown, modelCardOf } from './tasks/model-card.ts'
import { propose } from './tasks/optimize.ts'
import { exportStored } from './tasks/export-model.ts'
import { modelInputs, predictRows } from './tasks/predict.ts'
import { writeReport } from './tasks/report.ts'
import { compareWithTruth } from './tasks/scorecard.ts'
import { segmentFile } from './tasks/segment.ts'
import { renderField } from './tasks/simulate.ts'
import { trainModel } from './tasks/train.ts'
import { compareKinds, trustModel } from './tasks/trust.ts'
import { checkBlobs } from './tasks/verify.ts'

/** The entry of a worker thread: every heavy task of the program by name. */
serveTasks({
  import: readFileOfFolder,
  segment: segmentFile,
  measure: measureFile,
  train: trainModel,
  generator: trainGenerator,
  'model.predict': predictRows,
  'model.inputs': modelInputs,
  'model.generate': generatePictures,
  'model.trust': trustModel,
  'model.compare': compareKinds,
  'model.card': modelCardOf,
  'model.cardMarkdown': modelCardMarkdown,
  'model.cardHtml': modelCardHtml,
  'model.heldOutCsv': heldOutTable,
  'model.onnx': exportStored,
  'causal.map': mapCauses,
  'causal.effect': effectOf,
  optimize: propose,
  report: writeReport,
  simulate: renderField,
  scorecard: compareWithTruth,
  verify: checkBlobs,
})

import { writeFileSync } from 'node:fs'
import { localExecutor } from '../../../main/engine/compute/index.ts'
import { fitOn, servedPredictors } from '../../../main/engine/models/held-out.ts'
import { indicesWhere } from '../../../main/engine/models/inner-folds.ts'
import { applyCalibration } from '../../../main/engine/models/held-out.ts'
import { fitGroupOffsets } from '../../../main/engine/models/own-rows.ts'
import { sampleOf, subset } from '../../../main/engine/models/sample.ts'
import type { Sample } from '../../../main/engine/models/types.ts'
import { scoreOwnRows } from './own-rows.ts'
import { loadTask, tableTasks } from './tasks.ts'

/** Goal 4 on the ten grouped folds, in a process of its own: `node run-own-rows.ts REFERENCE OUT`. */
const [reference = '', out = ''] = process.argv.slice(2)
const task = tableTasks(reference).find(({ id }) => id === 'grain_growth/ln_grain')
if (task === undefined) throw new Error('no grain_growth')
const { table, folds } = loadTask(task, 'grouped')
const raw = sampleOf(table, task.inputs, [task.target])
const sample: Sample = {
  ...raw,
  outputs: raw.outputs.map((output) => ({ ...output, unit: `ln(${output.unit})` })),
  y: raw.y.map((v) => (v > 0 ? Math.log(v) : Number.NaN)),
}
const progress = { check: () => undefined, advanced: () => undefined }
const executor = localExecutor()
const scores = folds.map((fold) => {
  const inTest = new Set(Array.from(fold.testRows))
  const observed = (i: number): boolean => !Number.isNaN(sample.y[i]!)
  const pick = (test: boolean): Sample =>
    subset(
      sample,
      indicesWhere(sample.n, (i) => inTest.has(i) === test && observed(i)),
    )
  const training = pick(false)
  const fitted = fitOn(['pool'], training, fold.name, { executor, seed: 1, progress })
  const fit = fitted.fits[0]!
  const { inputs, outputs } = fitGroupOffsets(training, fit, 1)
  const predictor = servedPredictors(executor, fitted)(fit)
  const offset = outputs[0] ?? null
  if (offset === null) throw new Error('no offset')
  return scoreOwnRows(pick(true), {
    inputs,
    offset,
    moments(x, n) {
      const predicted = applyCalibration(predictor.moments(x, n), fit.calibration)
      return {
        mean: predicted.mean,
        epistemicVariance: predicted.epistemicSd.map((v) => v * v),
        aleatoricVariance: predicted.aleatoricSd.map((v) => v * v),
      }
    },
  })
})
const mean = (of: (s: (typeof scores)[number]) => number): number =>
  scores.reduce((sum, score) => sum + of(score), 0) / scores.length
writeFileSync(
  out,
  JSON.stringify({
    r2: mean((s) => s.after.r2),
    crps: mean((s) => s.after.crps),
    coverage90: mean((s) => s.after.coverage90),
    before: { r2: mean((s) => s.before.r2), crps: mean((s) => s.before.crps) },
  }),
)

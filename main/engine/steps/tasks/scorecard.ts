import { readFileSync } from 'node:fs'
import type { TaskScope } from '../../jobs/index.ts'
import { mean } from '../../math/index.ts'
import { decodeLabelPng } from '../../readers/index.ts'
import { labelIoU, objectScores } from '../../simulate/index.ts'

export interface IoUInput {
  readonly pairs: readonly { readonly found: string; readonly truth: string; readonly databarRows: number }[]
}

export interface IoUOutput {
  readonly fields: number
  readonly meanIoU: number
  readonly worstIoU: number
  readonly objectRecall: number | null
  readonly objectPrecision: number | null
}

export function compareWithTruth({ pairs }: IoUInput, scope: TaskScope): IoUOutput {
  const ious: number[] = []
  const objects = { matched: 0, predicted: 0, truth: 0 }
  pairs.forEach((pair, i) => {
    scope.check()
    const found = decodeLabelPng(readFileSync(pair.found))
    const truth = decodeLabelPng(readFileSync(pair.truth))
    const end = (found.rows - pair.databarRows) * found.cols
    const a = found.labels.subarray(0, end)
    const b = truth.labels.subarray(0, end)
    ious.push(labelIoU(a, b).iou ?? 1)
    const own = objectScores(a, b)
    objects.matched += own.matched
    objects.predicted += own.predicted
    objects.truth += own.truth
    scope.report(i + 1, pairs.length, 'comparing with the truth')
  })
  return {
    fields: pairs.length,
    meanIoU: mean(ious),
    worstIoU: Math.min(...ious),
    objectRecall: objects.truth === 0 ? null : objects.matched / objects.truth,
    objectPrecision: objects.predicted === 0 ? null : objects.matched / objects.predicted,
  }
}

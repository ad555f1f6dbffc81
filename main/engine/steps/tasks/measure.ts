import { readFileSync } from 'node:fs'
import type { FieldFeature, MeasureKey, ObjectTable, PixelSize } from '../../../contract/index.ts'
import { measureField, measureObjects } from '../../measure/index.ts'
import { decodeLabelPng } from '../../readers/index.ts'

export interface MeasureInput {
  readonly labelPath: string
  readonly pixelSizeUm: PixelSize | null
  readonly databarRows: number
  readonly measures: readonly MeasureKey[]
  readonly edge: 'include' | 'exclude'
  readonly level: number
}

export interface MeasureOutput {
  readonly objects: ObjectTable
  readonly features: FieldFeature[]
}

export function measureFile(input: MeasureInput): MeasureOutput {
  const { labels, rows, cols } = decodeLabelPng(readFileSync(input.labelPath))
  return {
    objects: measureObjects(labels, rows, cols, input.pixelSizeUm, input.databarRows),
    features: measureField(labels, rows, cols, {
      pixelSizeUm: input.pixelSizeUm,
      databarRows: input.databarRows,
      measures: [...input.measures],
      edge: input.edge,
      level: input.level,
    }),
  }
}

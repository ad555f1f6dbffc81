import { readFileSync } from 'node:fs'
import type { Note, SegmentParams } from '../../../contract/index.ts'
import type { TaskScope } from '../../jobs/index.ts'
import { encodeLabelPng, readImage, toGrey } from '../../readers/index.ts'
import { segmentImage } from '../../segment/index.ts'
import { naming } from '../naming.ts'
import { progressOf } from './progress.ts'

export interface SegmentInput {
  readonly path: string
  readonly fileName: string
  readonly databarRows: number
  readonly params: SegmentParams
}

export interface SegmentOutput {
  readonly labelPng: Uint8Array
  readonly objectCount: number
  readonly threshold: number
  readonly polarityUsed: 'bright' | 'dark'
  readonly areaFraction: number
  readonly notes: Note[]
}

export function segmentFile(
  { path, fileName, databarRows, params }: SegmentInput,
  scope: TaskScope,
): SegmentOutput {
  const image = readImage(readFileSync(path), fileName).images[0]!
  const { rows, cols } = image
  return naming(fileName, () => {
    const { labels, ...found } = segmentImage(
      toGrey(image),
      rows,
      cols,
      params,
      databarRows,
      progressOf(scope),
    )
    return { ...found, labelPng: encodeLabelPng(labels, rows, cols) }
  })
}

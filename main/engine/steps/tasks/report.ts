import { readFileSync } from 'node:fs'
import type { Micrograph, Segmentation } from '../../../contract/index.ts'
import type { TaskScope } from '../../jobs/index.ts'
import { decodeLabelPng, readImage } from '../../readers/index.ts'
import { composeReport, outlineImage, renderHtml, type ReportInput } from '../../report/index.ts'

export interface ReportTaskInput {
  readonly report: Omit<ReportInput, 'exampleImages'>
  readonly examples: readonly {
    readonly micrograph: Micrograph
    readonly segmentation: Segmentation
    readonly displayPath: string
    readonly labelPath: string
  }[]
}

export interface ReportTaskOutput {
  readonly html: string
  readonly sections: string[]
}

export function writeReport({ report, examples }: ReportTaskInput, scope: TaskScope): ReportTaskOutput {
  const exampleImages = examples.map(({ micrograph, segmentation, displayPath, labelPath }, i) => {
    scope.check()
    scope.report(i, examples.length + 1, 'drawing example fields')
    const display = readImage(readFileSync(displayPath), micrograph.fileName).images[0]!
    const { labels } = decodeLabelPng(readFileSync(labelPath))
    const drawn = outlineImage(
      Uint8Array.from(display.pixels),
      labels,
      display.rows,
      display.cols,
      micrograph.pixelSizeUm,
      micrograph.databarRows,
    )
    const scale = drawn.barUm === null ? 'uncalibrated, no scale bar' : `bar ${drawn.barUm} µm`
    return {
      caption: `${micrograph.fileName}, specimen ${micrograph.specimenName}: ${segmentation.objectCount} objects, area fraction ${(100 * segmentation.areaFraction).toFixed(1)} %, ${scale}`,
      pngBase64: Buffer.from(drawn.png).toString('base64'),
      width: drawn.width,
      height: drawn.height,
    }
  })
  const document = composeReport({ ...report, exampleImages })
  return { html: renderHtml(document), sections: document.sections.map((section) => section.name) }
}

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { segmentParams } from '../../main/contract/index.ts'
import { silentProgress } from '../../main/engine/dataset/table.ts'
import { measureField, measureObjects } from '../../main/engine/measure/index.ts'
import { decodeLabelPng, readImage, toGrey } from '../../main/engine/readers/index.ts'
import { segmentImage } from '../../main/engine/segment/index.ts'
import { labelIoU } from '../../main/engine/simulate/index.ts'
import { sharedData } from '../support/shared-data.ts'
import { atLeast, cpuSeconds, reported, type Bench } from './bench.ts'

/** Otsu with the better polarity on the five real test images of Cr–Ni–Al–Fe, as published for the same files. */
const published: Readonly<Record<string, number>> = {
  '1': 0.12,
  '5': 0.78,
  '9': 0.22,
  '14': 0.08,
  '20': 0.62,
}

export const micrographBench: Bench = async (tell) => {
  const folder = sharedData('micrographs/crnial_dtsegnet')
  if (folder === null) {
    tell('skipped: the reference micrographs are not on this machine')
    return []
  }
  const params = segmentParams.parse({})
  const figures = []
  const cpu = { segment: 0, watershed: 0, measure: 0, megapixels: 0 }
  for (const fileName of readdirSync(join(folder, 'test')).sort()) {
    const name = fileName.replace(/\.[^.]*$/, '')
    const image = readImage(readFileSync(join(folder, 'test', fileName)), fileName).images[0]!
    const grey = toGrey(image)
    const truth = decodeLabelPng(readFileSync(join(folder, 'masks', `${name}.png`))).labels
    const iou = (['bright', 'dark'] as const).map(
      (polarity) =>
        labelIoU(
          segmentImage(grey, image.rows, image.cols, { ...params, polarity }, 0, silentProgress).labels,
          truth,
        ).iou ?? 0,
    )
    figures.push(
      atLeast(
        `IoU of the default setting, image ${name}, against plain Otsu`,
        Math.max(...iou),
        '1',
        (published[name] ?? 0) - 0.01,
      ),
    )
    cpu.megapixels += (image.rows * image.cols) / 1e6
    cpu.segment += await cpuSeconds(() =>
      segmentImage(grey, image.rows, image.cols, params, 0, silentProgress),
    )
    cpu.watershed += await cpuSeconds(() =>
      segmentImage(grey, image.rows, image.cols, { ...params, method: 'watershed' }, 0, silentProgress),
    )
    cpu.measure += await cpuSeconds(() => {
      measureObjects(truth, image.rows, image.cols, null, 0)
      measureField(truth, image.rows, image.cols, {
        pixelSizeUm: null,
        databarRows: 0,
        measures: [],
        edge: 'exclude',
        level: 0.9,
      })
    })
  }
  return [
    ...figures,
    reported('CPU of Otsu per megapixel', cpu.segment / cpu.megapixels, 's'),
    reported('CPU of watershed per megapixel', cpu.watershed / cpu.megapixels, 's'),
    reported('CPU of objects and measures per megapixel', cpu.measure / cpu.megapixels, 's'),
  ]
}

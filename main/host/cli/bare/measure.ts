import { basename } from 'node:path'
import type { PixelSize } from '../../../contract/index.ts'
import { choiceFlag, neededFlag, numberFlag } from '../flags.ts'
import { UsageError, type Form } from '../verb.ts'
import { readBytes } from './files.ts'

/** Level of the intervals that are printed. */
const level = 0.95

/**
 * «measure objects --mask FILE»: every object of a label image, and the measures of the field. An image of one
 * value beside 0 is a mask of a phase: its connected pieces are the objects.
 */
export const measureForm: Form = {
  summary: 'Measure the objects of a label image or mask (PNG, 0 = matrix).',
  positionals: [],
  flags: [
    {
      name: 'mask',
      value: 'FILE',
      help: 'Label image, or mask whose connected pieces are the objects.',
      required: true,
    },
    { name: 'pixel-size-um', value: 'X', help: 'Side of a pixel in µm. Default: lengths in px.' },
    {
      name: 'edge',
      value: 'include|exclude',
      help: 'exclude leaves out objects cut by the edge and corrects counts and sizes for it. Default: include.',
    },
  ],
  run: async (context, given) => {
    const path = neededFlag(given, 'mask')
    const edge = choiceFlag(given, 'edge', ['include', 'exclude']) ?? 'include'
    const side = numberFlag(given, 'pixel-size-um')
    if (side !== undefined && !(side > 0)) throw new UsageError('--pixel-size-um is greater than 0.')
    const pixelSizeUm: PixelSize | null = side === undefined ? null : { row: side, col: side, source: 'flag' }
    const { decodeLabelPng } = await import('../../../engine/readers/index.ts')
    const { measureField, measureObjects } = await import('../../../engine/measure/index.ts')
    const { labels, rows, cols } = decodeLabelPng(readBytes(path))
    const { objects: objectLabels, connected } = await labelled(labels, rows, cols)
    const table = measureObjects(objectLabels, rows, cols, pixelSizeUm, 0)
    const features = measureField(objectLabels, rows, cols, {
      pixelSizeUm,
      databarRows: 0,
      measures: [],
      edge,
      level,
    })
    context.progress.check()
    return {
      value: {
        file: basename(path),
        shape: [rows, cols],
        pixelSizeUm,
        lengthUnit: table.lengthUnit,
        edge,
        connected,
        objects: table.objects.filter(({ touchesEdge }) => edge === 'include' || !touchesEdge),
        features,
      },
    }
  },
}

/** The labels as they are, or those of connected pieces where one value says only «phase». */
async function labelled(
  labels: Int32Array,
  rows: number,
  cols: number,
): Promise<{ objects: Int32Array; connected: boolean }> {
  let only = 0
  for (const label of labels) {
    if (label === 0) continue
    if (only !== 0 && label !== only) return { objects: labels, connected: false }
    only = label
  }
  const { labelMask } = await import('../../../engine/segment/index.ts')
  const mask = Uint8Array.from(labels, (label) => (label === 0 ? 0 : 1))
  return { objects: labelMask(mask, rows, cols).labels, connected: true }
}

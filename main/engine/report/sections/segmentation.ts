import { errorCodes, type ReportSection, type Segmentation } from '../../../contract/index.ts'
import { countOf, formatNumber } from '../../../figures/index.ts'
import { quantile } from '../../math/index.ts'
import type { ReportInput } from '../input.ts'
import { groupNotes, percent, sectionOf, tableOf } from '../parts.ts'

function paramsText({ params }: Segmentation): string {
  const parts = [
    params.method === 'otsu' ? 'threshold by Otsu' : 'threshold by Otsu, touching objects split by watershed',
    `counted phase ${params.polarity === 'auto' ? 'chosen by the smaller area' : params.polarity}`,
    `smoothing σ ${formatNumber(params.smoothingSigmaPx)} px`,
    `smallest object ${params.minAreaPx} px`,
    params.backgroundSigmaPx === 0
      ? 'shading left in'
      : `shading removed with σ ${formatNumber(params.backgroundSigmaPx)} px`,
    ...(params.method === 'watershed' ? [`split depth ${formatNumber(params.splitDepthPx)} px`] : []),
  ]
  return parts.join(', ')
}

export function segmentationSection(input: ReportInput): ReportSection {
  const { segmentations, micrographs, exampleImages } = input
  if (segmentations.length === 0) {
    const reason =
      micrographs.length === 0
        ? `No image is there to segment. ${errorCodes.NO_IMAGES.hint}`
        : `The ${countOf(micrographs.length, 'micrograph')} ${micrographs.length === 1 ? 'is' : 'are'} not segmented yet. ${errorCodes.NO_SEGMENTATION.hint}`
    return sectionOf(input, 'Segmentation', { paragraphs: [reason], images: exampleImages })
  }
  const state = (review: string) => segmentations.filter((s) => s.review === review).length
  const objects = segmentations.reduce((sum, s) => sum + s.objectCount, 0)
  const fractions = segmentations.map((s) => s.areaFraction)
  const settings = [...new Set(segmentations.map(paramsText))]
  const empty = segmentations.filter((s) => s.objectCount === 0).length
  const fileOf = new Map(micrographs.map((m) => [m.id, m.fileName]))
  const pending = state('pending')
  const polarities = [...Map.groupBy(segmentations, (s) => s.polarityUsed)].sort(
    ([, a], [, b]) => b.length - a.length,
  )
  const sides =
    polarities.length === 1
      ? `the ${polarities[0]?.[0] ?? ''} side of the threshold`
      : polarities.map(([side, own]) => `the ${side} side in ${countOf(own.length, 'field')}`).join(', ')
  return sectionOf(input, 'Segmentation', {
    paragraphs: [
      `${countOf(segmentations.length, 'micrograph')} segmented, ${countOf(objects, 'object')} found; area fraction per field ` +
        `${percent(Math.min(...fractions))} to ${percent(Math.max(...fractions))}, median ${percent(quantile(fractions, 0.5))}.`,
      `Settings: ${settings.join('; or ')}. The counted phase is ${sides}.`,
      `Review by a person: ${state('accepted')} accepted, ${state('rejected')} rejected, ${pending} not looked at. ` +
        (pending === 0
          ? 'Rejected ones are left out of every measure.'
          : 'Rejected ones are left out of every measure; those not looked at are measured as they are.'),
      ...(empty === 0
        ? []
        : [
            `${countOf(empty, 'field')} without any object: mean sizes are not determined there, which is not a size of 0.`,
          ]),
    ],
    notes: groupNotes(
      segmentations.flatMap((s) =>
        s.notes.map((note) => ({ ...note, item: note.item ?? fileOf.get(s.micrographId) ?? s.micrographId })),
      ),
    ),
    tables: [
      tableOf(
        'Segmentations rejected or with a note',
        segmentations.filter((s) => s.review === 'rejected' || s.notes.length > 0),
        [
          { name: 'file', of: (s) => fileOf.get(s.micrographId) ?? s.micrographId },
          { name: 'objects', right: true, of: (s) => String(s.objectCount) },
          { name: 'area fraction', unit: '%', right: true, of: (s) => formatNumber(100 * s.areaFraction, 3) },
          { name: 'threshold', unit: 'grey', right: true, of: (s) => formatNumber(s.threshold, 4) },
          { name: 'review', of: (s) => s.review },
          { name: 'notes', of: (s) => s.notes.map((note) => note.code).join(', ') },
        ],
        40,
      ),
    ],
    images: exampleImages,
  })
}

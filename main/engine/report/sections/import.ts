import { errorCodes, type Micrograph, type PixelSize, type ReportSection } from '../../../contract/index.ts'
import { countOf, formatNumber, missingMark } from '../../../figures/index.ts'
import type { ReportInput } from '../input.ts'
import { listText, sectionOf, tableOf } from '../parts.ts'

const pixelText = ({ row, col }: PixelSize) =>
  row === col ? formatNumber(col, 5) : `${formatNumber(row, 5)} × ${formatNumber(col, 5)}`

interface MicrographKind {
  readonly m: Micrograph
  readonly count: number
  /** `512 × 512`, or from the smallest to the largest. */
  readonly size: string
}

/** Micrographs of the same format and pixel size as one line, the largest kind first. */
function kindsOf(micrographs: readonly Micrograph[]): MicrographKind[] {
  const kinds = Map.groupBy(micrographs, (m) =>
    JSON.stringify([m.format, m.dtype, m.databarRows, m.pixelSizeUm]),
  )
  return [...kinds.values()]
    .flatMap((own) => {
      const [m, ...others] = own.toSorted((a, b) => a.rows * a.cols - b.rows * b.cols)
      if (m === undefined) return []
      const [smallest, largest] = [m, others.at(-1) ?? m].map(({ rows, cols }) => `${rows} × ${cols}`)
      const size = smallest === largest ? (smallest ?? '') : `${smallest ?? ''} to ${largest ?? ''}`
      return [{ m, count: own.length, size }]
    })
    .sort((a, b) => b.count - a.count)
}

export function importSection(input: ReportInput): ReportSection {
  const { importItems: items, micrographs, specimens } = input
  if (items.length === 0 && micrographs.length === 0) {
    return sectionOf(input, 'Import', {
      paragraphs: [
        `No image was imported, so there is nothing to segment or to measure. ${errorCodes.NO_IMAGES.hint}`,
      ],
    })
  }
  const count = (status: string) => items.filter((item) => item.status === status).length
  const heats = new Set(specimens.map((s) => s.group).filter((group) => group !== '')).size
  const uncalibrated = micrographs.filter((m) => m.pixelSizeUm === null)
  const databars = micrographs.filter((m) => m.databarRows > 0).length
  const formats = [...new Set(micrographs.map((m) => `${m.format} (${m.dtype})`))].sort()
  const columns = [...new Set(specimens.flatMap((s) => s.values.map((v) => v.column)))]
  const notTaken = items.filter((item) => item.status !== 'taken')
  const perSpecimen = new Map<string, number>()
  for (const m of micrographs) perSpecimen.set(m.specimenName, (perSpecimen.get(m.specimenName) ?? 0) + 1)
  const withoutImage = specimens.filter((s) => !perSpecimen.has(s.name)).length
  return sectionOf(input, 'Import', {
    paragraphs: [
      `${countOf(items.length, 'file')} looked at: ${count('taken')} taken, ${count('refused')} refused, ${count('skipped')} skipped. ` +
        `The project holds ${countOf(micrographs.length, 'micrograph')} of ${countOf(specimens.length, 'specimen')}` +
        `${heats === 0 ? '' : ` in ${countOf(heats, 'heat or batch', 'heats or batches')}`}${formats.length === 0 ? '' : `; formats ${listText(formats)}`}.`,
      columns.length === 0
        ? 'No process table came with the images: composition, process and property are not known.'
        : `Each specimen has up to ${countOf(columns.length, 'value')} from the process table: ${listText(columns)}.`,
      ...(uncalibrated.length === 0
        ? ['Every micrograph has a pixel size.']
        : [
            `${countOf(uncalibrated.length, 'micrograph')} of ${micrographs.length} ${uncalibrated.length === 1 ? 'has' : 'have'} no pixel size; lengths there are in pixels and are not mixed with micrometres. ${errorCodes.UNCALIBRATED.hint}`,
          ]),
      ...(databars === 0
        ? []
        : [`${countOf(databars, 'micrograph')} with a databar, which is left out of every measure.`]),
      ...(withoutImage === 0
        ? []
        : [
            `${countOf(withoutImage, 'specimen')} of the table without any micrograph: no microstructure is known of them.`,
          ]),
    ],
    tables: [
      tableOf('Files not taken, and why', notTaken, [
        { name: 'file', of: (item) => item.fileName },
        { name: 'status', of: (item) => item.status },
        { name: 'code', of: (item) => item.code ?? missingMark },
        { name: 'reason', of: (item) => item.reason },
      ]),
      tableOf('Micrographs by kind', kindsOf(micrographs), [
        { name: 'micrographs', right: true, of: ({ count }) => String(count) },
        { name: 'format', of: ({ m }) => `${m.format}, ${m.dtype}` },
        { name: 'rows × columns', unit: 'px', right: true, of: ({ size }) => size },
        { name: 'databar', unit: 'rows', right: true, of: ({ m }) => String(m.databarRows) },
        {
          name: 'pixel size',
          unit: 'µm',
          right: true,
          of: ({ m }) => (m.pixelSizeUm === null ? '– (not set)' : pixelText(m.pixelSizeUm)),
        },
        { name: 'pixel size from', of: ({ m }) => m.pixelSizeUm?.source ?? missingMark },
      ]),
    ],
  })
}

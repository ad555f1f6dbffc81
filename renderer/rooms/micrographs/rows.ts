import type {
  Micrograph,
  ObjectRow,
  ObjectTable,
  ReviewState,
  Segmentation,
} from '../../../main/contract/index.ts'
import { formatNumber } from '../../ui/format.ts'
import type { GridColumn } from '../../ui/grid.ts'

export type ReviewFilter = 'all' | 'pending' | 'accepted' | 'rejected' | 'unsegmented' | 'uncalibrated'

export const reviewFilters: readonly { value: ReviewFilter; title: string }[] = [
  { value: 'all', title: 'All' },
  { value: 'pending', title: 'To review' },
  { value: 'accepted', title: 'Accepted' },
  { value: 'rejected', title: 'Rejected' },
  { value: 'unsegmented', title: 'Not segmented' },
  { value: 'uncalibrated', title: 'Not calibrated' },
]

/** A micrograph with its newest segmentation. */
export interface MicrographRow {
  micrograph: Micrograph
  segmentation: Segmentation | null
}

export function joinRows(
  micrographs: readonly Micrograph[],
  segmentations: readonly Segmentation[],
): MicrographRow[] {
  const byMicrograph = new Map(segmentations.map((entry) => [entry.micrographId, entry]))
  return micrographs.map((micrograph) => ({
    micrograph,
    segmentation: byMicrograph.get(micrograph.id) ?? null,
  }))
}

export function meetsFilter(row: MicrographRow, filter: ReviewFilter): boolean {
  if (filter === 'all') return true
  if (filter === 'unsegmented') return row.segmentation === null
  if (filter === 'uncalibrated') return row.micrograph.pixelSizeUm === null
  return row.segmentation?.review === filter
}

/**
 * Where a reviewer goes after deciding on the image at `from`: the next one still to review, around the end;
 * when none is left, the next image; null at the end of a finished list.
 */
export function nextToReview(rows: readonly MicrographRow[], from: number): number | null {
  for (let step = 1; step < rows.length; step++) {
    const at = (from + step) % rows.length
    if (rows[at]?.segmentation?.review === 'pending') return at
  }
  return from + 1 < rows.length ? from + 1 : null
}

export function reviewCounts(rows: readonly MicrographRow[]): Record<ReviewState, number> {
  const counts = { pending: 0, accepted: 0, rejected: 0 }
  for (const { segmentation } of rows) if (segmentation !== null) counts[segmentation.review]++
  return counts
}

export const methodTitles: Record<Segmentation['params']['method'], string> = {
  otsu: 'Otsu',
  watershed: 'Otsu + watershed',
}

export function objectColumns(table: Pick<ObjectTable, 'lengthUnit'>): GridColumn<ObjectRow>[] {
  const unit = table.lengthUnit
  return [
    { key: 'label', title: '#', width: 56, value: (row) => row.label },
    { key: 'area', title: 'Area', unit: `${unit}²`, align: 'right', value: (row) => row.area },
    {
      key: 'ecd',
      title: 'ECD',
      unit,
      align: 'right',
      value: (row) => row.equivalentCircleDiameter,
      hint: () => 'Equivalent circle diameter',
    },
    { key: 'feret', title: 'Feret max', unit, align: 'right', value: (row) => row.feretMax },
    {
      key: 'aspect',
      title: 'Aspect ratio',
      align: 'right',
      value: (row) => row.aspectRatio,
      text: (row) => formatNumber(row.aspectRatio, 3),
    },
    {
      key: 'circularity',
      title: 'Circularity',
      align: 'right',
      value: (row) => row.circularity,
      text: (row) => formatNumber(row.circularity, 3),
      hint: (row) => (row.circularity === null ? 'too few pixels for a perimeter' : undefined),
    },
    {
      key: 'neighbour',
      title: 'Nearest nb.',
      unit,
      align: 'right',
      value: (row) => row.nearestNeighbourDistance,
      hint: (row) => (row.nearestNeighbourDistance === null ? 'no other object in this field' : undefined),
    },
    {
      key: 'x',
      title: 'x',
      unit: 'px',
      align: 'right',
      width: 70,
      hidden: true,
      value: (row) => row.centroidColPx,
    },
    {
      key: 'y',
      title: 'y',
      unit: 'px',
      align: 'right',
      width: 70,
      hidden: true,
      value: (row) => row.centroidRowPx,
    },
    {
      key: 'edge',
      title: 'Flag',
      width: 80,
      value: (row) => (row.touchesEdge ? 'edge' : ''),
      hint: (row) => (row.touchesEdge ? 'touches the edge of the field: its size is cut' : undefined),
    },
  ]
}

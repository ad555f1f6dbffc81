import type { Figure, ObjectTable } from '../../contract/index.ts'
import { quantileOfSorted } from '../../engine/math/index.ts'
import { countOf } from '../format.ts'
import { figureId, figureOf, seriesOf, shareInterval } from './parts.ts'

const level = 0.9

/** Width by Freedman & Diaconis (1981), made the nearest nice number; about 8 to 40 bins. */
function binWidth(sorted: Float64Array): number {
  const span = (sorted[sorted.length - 1] ?? 0) - (sorted[0] ?? 0)
  if (!(span > 0)) return Math.abs(sorted[0] ?? 1) / 10 || 1
  const spread = quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25)
  const raw = spread > 0 ? (2 * spread) / Math.cbrt(sorted.length) : span / 10
  const wanted = span / Math.min(40, Math.max(8, span / raw))
  const power = 10 ** Math.floor(Math.log10(wanted))
  const nice = [1, 2, 2.5, 5, 10].map((lead) => lead * power)
  const away = (width: number) => Math.abs(Math.log(width / wanted))
  return nice.reduce((best, width) => (away(width) < away(best) ? width : best))
}

/**
 * Histogram of the equivalent circle diameter of the objects of one segmentation (or several of one specimen).
 * Whiskers: 90 % Wilson interval of each bin's share, times n. Objects that touch the edge are left out unless
 * `includeEdge`, since they are cut.
 */
export function sizeDistribution(
  table: ObjectTable,
  subject: string,
  options: { includeEdge?: boolean } = {},
): Figure {
  const kept = table.objects.filter((o) => options.includeEdge === true || !o.touchesEdge)
  const sizes = Float64Array.from(kept, (o) => o.equivalentCircleDiameter).sort()
  const n = sizes.length
  const cut = table.objects.length - n
  const width = n === 0 ? 1 : binWidth(sizes)
  const first = Math.floor((sizes[0] ?? 0) / width)
  const binCount = n === 0 ? 0 : Math.floor((sizes[n - 1] ?? 0) / width) - first + 1
  const counts = new Array<number>(binCount).fill(0)
  for (const size of sizes) {
    const bin = Math.min(binCount - 1, Math.floor(size / width) - first)
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const edge = (bin: number) => Number(((first + bin) * width).toPrecision(12))
  const edgeText = cut === 0 ? '' : ` ${countOf(cut, 'object')} cut by the image edge left out.`
  return figureOf({
    id: figureId('size-distribution', subject),
    title: `Size distribution, ${subject}`,
    caption:
      n === 0
        ? `No object to show: n = 0.${edgeText}`
        : `Equivalent circle diameter, n = ${n} objects; whiskers: 90 % Wilson interval of each bin's share.${edgeText}`,
    x: { name: 'equivalent circle diameter', unit: table.lengthUnit },
    y: { name: 'objects per bin', fromZero: true },
    series: [
      seriesOf(
        'objects',
        'bars',
        'main',
        counts.map((count, bin) => {
          const { low, high } = shareInterval(count, n, level)
          const [xLow, xHigh] = [edge(bin), edge(bin + 1)]
          return { x: (xLow + xHigh) / 2, y: count, low: low * n, high: high * n, xLow, xHigh }
        }),
      ),
    ],
  })
}

import { noValue, withInterval } from './estimate.ts'
import type { FieldOfView, Measure } from './measure.ts'

/** Length inside objects and intercepts along each line of one direction, in px and counts. */
interface Lines {
  readonly lengths: Float64Array
  readonly intercepts: Float64Array
}

/**
 * Every row (or column) as a test line. An intercept is a run of one label; each of its two ends that lies inside
 * the field counts one half, so that a run cut by the edge counts one half (ASTM E112) and a line that never leaves
 * an object none.
 */
function scanLines(labels: Int32Array, lines: number, length: number, lineStep: number, step: number): Lines {
  const lengths = new Float64Array(lines)
  const intercepts = new Float64Array(lines)
  for (let line = 0; line < lines; line++) {
    let before = labels[line * lineStep]!
    if (before !== 0) lengths[line]!++
    for (let k = 1, i = line * lineStep + step; k < length; k++, i += step) {
      const label = labels[i]!
      if (label !== 0) lengths[line]!++
      if (label === before) continue
      if (label !== 0) intercepts[line]! += 0.5
      if (before !== 0) intercepts[line]! += 0.5
      before = label
    }
  }
  return { lengths, intercepts }
}

const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)

/**
 * Relative standard error of ΣL/ΣN over bands of `width` neighbouring lines, as a ratio estimator. Single rows of
 * pixels cut the same objects: taken as independent they would make the interval several times too narrow; bands
 * wider than an object share few.
 */
function relativeError({ lengths, intercepts }: Lines, width: number): { error: number; bands: number } {
  const bands = Math.floor(lengths.length / width)
  const ratio = total(lengths) / total(intercepts)
  const residuals = new Float64Array(Math.max(1, bands))
  for (let line = 0; line < lengths.length; line++) {
    const band = Math.min(residuals.length - 1, Math.floor((line * bands) / lengths.length))
    residuals[band]! += lengths[line]! - ratio * intercepts[line]!
  }
  const squares = total(residuals.map((residual) => residual ** 2))
  return { error: Math.sqrt((bands / (bands - 1)) * squares) / total(lengths), bands }
}

/**
 * Mean lineal intercept of the counted phase (Heyn, ASTM E112; two-phase form ℓ = V_V·L/N): length of all rows and
 * columns inside objects over their intercepts. Adjacent objects of different label are parted by their common
 * boundary. Whatever the edge policy, all objects count.
 */
function estimate(field: FieldOfView) {
  const { labels, rows, cols, scale, level } = field
  if (field.objects.length === 0) return noValue('no objects in the field')
  const across = scanLines(labels, rows, cols, cols, 1)
  const down = scanLines(labels, cols, rows, 1, cols)
  const intercepts = total(across.intercepts) + total(down.intercepts)
  if (intercepts === 0) return noValue('no boundary of an object lies inside the field')
  // Each line stands for a strip as wide as the distance between lines, which differs where pixels are not square.
  const length = (total(across.lengths) + total(down.lengths)) * scale.row * scale.col
  const number = total(across.intercepts) * scale.row + total(down.intercepts) * scale.col
  const value = length / number
  const n = Math.round(intercepts)
  // A band is two mean intercepts wide: more than a disc, whose diameter is 4/π mean intercepts.
  const directions = [
    { lines: across, width: (2 * value) / scale.row },
    { lines: down, width: (2 * value) / scale.col },
  ].filter(({ lines }) => total(lines.intercepts) > 0)
  const spread = directions.map(({ lines, width }) => relativeError(lines, Math.max(1, Math.ceil(width))))
  const fewest = Math.min(...spread.map(({ bands }) => bands))
  // Rows and columns cut the same objects, so their errors are taken as one, not as independent.
  const relative = spread.reduce((sum, { error }) => sum + error, 0) / spread.length
  return withInterval(value, value * relative, fewest - 1, level, n)
}

export const meanLinealIntercept: Measure = {
  key: 'meanLinealIntercept',
  dimension: 'length',
  method: () => 'Heyn rows and columns through the objects (ASTM E112); t interval over bands of lines',
  estimate,
}

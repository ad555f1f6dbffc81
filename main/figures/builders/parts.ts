import type { Figure, FigurePoint, FigureSeries } from '../../contract/index.ts'
import { normalQuantile } from '../../engine/math/index.ts'

type Axis = Figure['x']
type AxisInput = Partial<Axis> & { name: string; unit?: string }

const axis = (input: AxisInput): Axis => ({ unit: '', kind: 'value', fromZero: false, ...input })

export interface FigureInput {
  readonly id: string
  readonly title: string
  readonly caption: string
  readonly x: AxisInput
  readonly y: AxisInput
  readonly diagonal?: boolean
  readonly series: FigureSeries[]
}

export function figureOf({ x, y, diagonal = false, ...rest }: FigureInput): Figure {
  return { ...rest, x: axis(x), y: axis(y), diagonal }
}

export function seriesOf(
  name: string,
  mark: FigureSeries['mark'],
  tone: FigureSeries['tone'],
  points: FigurePoint[],
): FigureSeries {
  return { name, mark, tone, points }
}

/** Tones of series that are peers (models, outputs), in order. */
const peerTones = ['main', 'second', 'good', 'warn'] as const
export function peerTone(index: number): FigureSeries['tone'] {
  return peerTones[index % peerTones.length] ?? 'main'
}

/** Wilson (1927) interval of a share k/n at `level`; 0..1, never outside, n > 0. */
export function shareInterval(k: number, n: number, level: number): { low: number; high: number } {
  const z = normalQuantile(0.5 + level / 2)
  const share = k / n
  const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n)
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2))
  return {
    low: Math.min(share, Math.max(0, centre - half)),
    high: Math.max(share, Math.min(1, centre + half)),
  }
}

/** Ids of figures are file names and anchors: lower-case letters, digits and dashes. */
export function figureId(...parts: readonly string[]): string {
  return parts
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
}

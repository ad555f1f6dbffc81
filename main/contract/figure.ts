import * as z from 'zod'

/**
 * A chart as data: the same figure is drawn on the screen and in the report, and «show data» is its series.
 * Intervals are part of a point, so that no chart can leave them out by accident.
 */
export const figurePoint = z.object({
  x: z.union([z.number(), z.string()]),
  y: z.number().nullable(),
  low: z.number().optional(),
  high: z.number().optional(),
  /** Lower and upper end along x, for horizontal intervals. */
  xLow: z.number().optional(),
  xHigh: z.number().optional(),
  label: z.string().optional(),
})
export const figureSeries = z.object({
  name: z.string(),
  /** band: line with a shaded interval; range: horizontal interval with its centre (ranking, candidates). */
  mark: z.enum(['points', 'line', 'dashed', 'band', 'bars', 'range', 'box']),
  points: z.array(figurePoint),
  tone: z.enum(['main', 'second', 'truth', 'muted', 'warn', 'good']).default('main'),
})
export const figureAxis = z.object({
  name: z.string(),
  unit: z.string(),
  kind: z.enum(['value', 'log', 'category']).default('value'),
  categories: z.array(z.string()).optional(),
  /** Draw the axis from 0 or fit to the data. */
  fromZero: z.boolean().default(false),
})
export const figure = z.object({
  id: z.string(),
  title: z.string(),
  /** Says method, interval level and n, as printed under the title. */
  caption: z.string(),
  x: figureAxis,
  y: figureAxis,
  /** Equal axes with the diagonal drawn (parity, reliability). */
  diagonal: z.boolean().default(false),
  series: z.array(figureSeries),
})
export type Figure = z.infer<typeof figure>
export type FigureSeries = z.infer<typeof figureSeries>
export type FigurePoint = z.infer<typeof figurePoint>

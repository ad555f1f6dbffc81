import type { Figure, FigurePoint, ReportTable } from '../contract/index.ts'
import { formatNumber, missingMark } from './format.ts'

const cell = (value: number | string | null | undefined): string =>
  value === undefined
    ? ''
    : value === null
      ? missingMark
      : typeof value === 'string'
        ? value
        : formatNumber(value, 6)

function categoryName(value: number | string | null, categories: readonly string[] | undefined) {
  return typeof value === 'number' && categories !== undefined ? (categories[value] ?? value) : value
}

/** «Show data»: the series of a figure as a table, one row per point; columns that no point uses are left out. */
export function figureTable(figure: Figure): ReportTable {
  const { x, y } = figure
  const all = figure.series.flatMap((series) => series.points.map((point) => ({ series, point })))
  const used = (key: keyof FigurePoint) => all.some(({ point }) => point[key] !== undefined)
  const columns: {
    name: string
    unit: string
    number: boolean
    of: (row: (typeof all)[number]) => string
  }[] = [
    { name: 'series', unit: '', number: false, of: ({ series }) => series.name },
    ...(used('label')
      ? [
          {
            name: 'item',
            unit: '',
            number: false,
            of: ({ point }: (typeof all)[number]) => point.label ?? '',
          },
        ]
      : []),
    {
      name: x.name === '' ? 'x' : x.name,
      unit: x.unit,
      number: x.kind !== 'category',
      of: ({ point }) => cell(categoryName(point.x, x.kind === 'category' ? x.categories : undefined)),
    },
    ...(['xLow', 'xHigh'] as const).filter(used).map((key) => ({
      name: key === 'xLow' ? 'from' : 'to',
      unit: x.unit,
      number: true,
      of: ({ point }: (typeof all)[number]) => cell(point[key]),
    })),
    {
      name: y.name === '' ? 'y' : y.name,
      unit: y.unit,
      number: y.kind !== 'category',
      of: ({ point }) => cell(categoryName(point.y, y.kind === 'category' ? y.categories : undefined)),
    },
    ...(['low', 'high'] as const).filter(used).map((key) => ({
      name: key === 'low' ? 'lower end' : 'upper end',
      unit: y.unit,
      number: true,
      of: ({ point }: (typeof all)[number]) => cell(point[key]),
    })),
  ]
  return {
    caption: `Data of: ${figure.title}`,
    columns: columns.map(({ name, unit, number }) => ({ name, unit, align: number ? 'right' : 'left' })),
    rows: all.map((row) => columns.map((column) => column.of(row))),
  }
}

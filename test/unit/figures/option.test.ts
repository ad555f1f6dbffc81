import { describe, expect, it } from 'vitest'
import { figure as figureSchema, type Figure, type FigureSeries } from '../../../main/contract/index.ts'
import {
  describeFigure,
  figureSize,
  figureTable,
  figureToSvg,
  themes,
  toEchartsOption,
} from '../../../main/figures/index.ts'
import { boxSummary } from '../../../main/figures/draw/box.ts'

const figureOf = (series: FigureSeries[], more: Partial<Figure> = {}): Figure => ({
  id: 'f',
  title: 'Title',
  caption: 'Method, 90 % interval, n = 3.',
  x: { name: 'time', unit: 'h', kind: 'value', fromZero: false },
  y: { name: 'strength', unit: 'MPa', kind: 'value', fromZero: false },
  diagonal: false,
  series,
  ...more,
})
const series = (mark: FigureSeries['mark'], points: FigureSeries['points'], name = mark): FigureSeries => ({
  name,
  mark,
  tone: 'main',
  points,
})
const three = [
  { x: 1, y: 10, low: 8, high: 12 },
  { x: 2, y: 14, low: 11, high: 17 },
  { x: 3, y: 13, low: 12, high: 14 },
]
const category = {
  name: '',
  unit: '',
  kind: 'category' as const,
  categories: ['a', 'b', 'c'],
  fromZero: false,
}

describe('toEchartsOption', () => {
  it('is pure: the figure is left as it was and the same drawing comes twice', () => {
    const figure = figureOf([series('band', three), series('points', three), series('bars', three)])
    const before = structuredClone(figure)
    const first = figureToSvg(figure, 'print', 'p')
    expect(figureToSvg(figure, 'print', 'p')).toBe(first)
    expect(figure).toEqual(before)
  })

  it('draws every mark as SVG without a page', () => {
    const box = ['a', 'a', 'a', 'a', 'a', 'a', 'b'].map((x, i) => ({ x, y: 10 + i }))
    const range = [0, 1, 2].map((y) => ({ x: 10 + y, y, xLow: 8, xHigh: 14 }))
    const drawings: Figure[] = [
      figureOf([series('points', three)]),
      figureOf([series('line', three)]),
      figureOf([series('dashed', three)]),
      figureOf([series('band', three)]),
      figureOf([series('bars', three)]),
      figureOf([series('range', range)], { y: category }),
      figureOf([series('box', box)], { x: category }),
    ]
    for (const figure of drawings) {
      figureSchema.parse(figure)
      const empty = figureToSvg({ ...figure, series: [] }, 'print', 'p')
      const svg = figureToSvg(figure, 'print', 'p')
      expect(svg, figure.series[0]?.mark).toContain(
        themes.print.tones.main.slice(1).toLowerCase().slice(0, 4),
      )
      expect(svg.length).toBeGreaterThan(empty.length)
    }
  })

  it('never leaves an interval out: taking the ends away changes the drawing of every mark', () => {
    for (const mark of ['points', 'line', 'dashed', 'band', 'bars'] as const) {
      const without = three.map(({ x, y }) => ({ x, y }))
      expect(figureToSvg(figureOf([series(mark, three)]), 'print', 'p'), mark).not.toBe(
        figureToSvg(figureOf([series(mark, without)]), 'print', 'p'),
      )
    }
    const lying = [{ x: 10, y: 0, xLow: 8, xHigh: 14 }]
    for (const mark of ['range', 'bars'] as const) {
      const shown = figureToSvg(figureOf([series(mark, lying)], { y: category }), 'print', 'p')
      const bare = figureToSvg(figureOf([series(mark, [{ x: 10, y: 0 }])], { y: category }), 'print', 'p')
      expect(shown).not.toBe(bare)
    }
  })

  it('reaches the ends of the intervals with its axes, not only the centres', () => {
    const far = [{ x: 1, y: 10, low: -500, high: 500 }]
    for (const mark of ['points', 'band', 'bars', 'line', 'dashed'] as const) {
      const svg = figureToSvg(figureOf([series(mark, far)]), 'print', 'p')
      expect(svg, mark).toMatch(/>\u2212(500|600|400)</)
    }
  })

  it('gives a figure with a diagonal one range for both axes, and a square when the size is known', () => {
    const figure = figureOf([series('points', three)], { diagonal: true })
    const option = toEchartsOption(figure, 'print', { width: 480, height: 440 })
    const x = option.xAxis as { min: number; max: number; interval: number }
    const y = option.yAxis as { min: number; max: number; interval: number }
    expect([x.min, x.max, x.interval]).toEqual([y.min, y.max, y.interval])
    expect(x.min).toBeLessThanOrEqual(1)
    expect(x.max).toBeGreaterThanOrEqual(17)
    const grid = option.grid as { width: number; height: number }
    expect(grid.width).toBe(grid.height)
    expect(JSON.stringify(option.series)).toContain('diagonal')
  })

  it('names axes with units and describes itself to a screen reader', () => {
    const figure = figureOf([series('points', three)])
    const option = toEchartsOption(figure, 'dark')
    expect((option.xAxis as { name: string }).name).toBe('time (h)')
    expect((option.yAxis as { name: string }).name).toBe('strength (MPa)')
    expect(option.aria).toMatchObject({ enabled: true, label: { description: describeFigure(figure) } })
    expect(describeFigure(figure)).toContain('3 points, 10 to 14')
  })

  it('shows tooltips as text with the interval, never as HTML', () => {
    const option = toEchartsOption(figureOf([series('points', three, 'specimen' as never)]), 'dark')
    const tooltip = option.tooltip as { renderMode: string; formatter: (p: unknown) => string }
    expect(tooltip.renderMode).toBe('richText')
    const text = tooltip.formatter({ seriesId: '0:points', dataIndex: 1 })
    expect(text).toBe('specimen\ntime: 2 h\nstrength: 14.0 ± 3.0 MPa')
    expect(text).not.toContain('<')
  })

  it('sets bars on 0 and lays them down when the categories are on y', () => {
    expect(figureToSvg(figureOf([series('bars', three)]), 'print', 'p')).toMatch(/>0</)
    expect(figureToSvg(figureOf([series('points', three)]), 'print', 'p')).not.toMatch(/>0</)
    expect(
      (toEchartsOption(figureOf([series('bars', three)]), 'print').yAxis as { scale: boolean }).scale,
    ).toBe(false)
    expect(
      (toEchartsOption(figureOf([series('points', three)]), 'print').yAxis as { scale: boolean }).scale,
    ).toBe(true)
    const lying = figureOf([series('bars', [{ x: 4, y: 0 }])], { y: category })
    expect((toEchartsOption(lying, 'print').xAxis as { scale: boolean }).scale).toBe(false)
    expect((toEchartsOption(lying, 'print').yAxis as { inverse: boolean }).inverse).toBe(true)
  })

  it('keeps values at or below 0 off a log axis, and lets their intervals end at its foot', () => {
    const log = { name: 'p', unit: '', kind: 'log' as const, fromZero: false }
    const points = [
      { x: 1, y: 0 },
      { x: 2, y: 5, low: -1, high: 9 },
      { x: 3, y: 0.5 },
    ]
    const svg = figureToSvg(figureOf([series('points', points)], { y: log }), 'print', 'p')
    expect(svg).not.toMatch(/NaN|Infinity/)
  })

  it('says so when there is nothing to draw', () => {
    expect(figureToSvg(figureOf([]), 'print', 'p')).toContain('no values')
    expect(figureToSvg(figureOf([series('points', three)]), 'print', 'p')).not.toContain('no values')
  })

  it('draws a constant dashed series over categories from edge to edge, also for one category', () => {
    const one = { ...category, categories: ['a'] }
    const rule = series('dashed', [{ x: 'a', y: 90 }], 'nominal' as never)
    const bar = series('bars', [{ x: 'a', y: 88 }])
    const svg = figureToSvg(figureOf([bar, rule], { x: one }), 'print', 'p')
    expect(svg).toMatch(/stroke-dasharray="5,4"/)
  })
})

describe('figureToSvg', () => {
  it('takes ids only from its prefix, whatever was drawn before', () => {
    const figure = figureOf([
      series('band', three),
      series('bars', three),
      series('bars', three, 'second' as never),
    ])
    const first = figureToSvg(figure, 'print', 'one')
    for (let i = 0; i < 3; i++) figureToSvg(figureOf([series('points', three)]), 'dark', 'other')
    expect(figureToSvg(figure, 'print', 'one')).toBe(first)
    expect(first).not.toMatch(/zr\d|<style|ecmeta|cursor/)
    for (const [, id] of first.matchAll(/ id="([^"]+)"/g)) expect(id).toMatch(/^one-\d+$/)
    for (const [, id] of first.matchAll(/url\(#([^)]+)\)/g)) expect(first).toContain(`id="${id ?? ''}"`)
  })

  it('escapes every text', () => {
    const evil = '<script>alert(1)</script>"&'
    const figure = figureOf([series('points', three, evil as never), series('line', three, 'b' as never)], {
      x: { name: evil, unit: evil, kind: 'category', categories: [evil, 'b'], fromZero: false },
      y: { name: evil, unit: '', kind: 'value', fromZero: false },
    })
    const svg = figureToSvg({ ...figure, title: evil, caption: evil }, 'print', 'p', {
      width: 480,
      height: 300,
      heading: true,
    })
    expect(svg).not.toContain('<script')
    const tags = svg.match(/<[^>]*>/g) ?? []
    for (const tag of tags) expect(tag).toMatch(/^<(\/[a-zA-Z]+|[a-zA-Z]+( [\w:-]+="[^"<>]*")*\s*\/?)>$/)
    expect(svg).toContain('&lt;script&gt;')
  })
})

describe('figureTable', () => {
  it('has a row per point and the ends of every interval', () => {
    const table = figureTable(figureOf([series('points', [...three, { x: 4, y: null, label: 'S4' }])]))
    expect(table.rows).toHaveLength(4)
    expect(table.columns.map((c) => c.name)).toEqual([
      'series',
      'item',
      'time',
      'strength',
      'lower end',
      'upper end',
    ])
    expect(table.rows[1]).toEqual(['points', '', '2', '14', '11', '17'])
    expect(table.rows[3]?.[3]).toBe('–')
  })

  it('names categories', () => {
    const range = figureOf([series('range', [{ x: 1, y: 2, xLow: 0, xHigh: 3 }])], { y: category })
    expect(figureTable(range).rows[0]).toEqual(['range', '1', '0', '3', 'c'])
  })
})

describe('boxSummary', () => {
  it('gives type-7 quartiles and Tukey whiskers, and leaves outliers outside', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 100]
    expect(boxSummary(values)).toEqual({
      n: 9,
      whiskerLow: 1,
      lowerQuartile: 3,
      median: 5,
      upperQuartile: 7,
      whiskerHigh: 8,
    })
  })
  it('invents no quartiles from fewer than five values', () => {
    expect(boxSummary([1, 2, 3, 4])).toBeNull()
  })
})

describe('figureSize', () => {
  it('grows with the categories on y', () => {
    const tall = figureOf([], {
      y: { ...category, categories: Array.from({ length: 20 }, (_, i) => `c${i}`) },
    })
    expect(figureSize(tall, 480).height).toBeGreaterThan(
      figureSize(figureOf([], { y: category }), 480).height + 300,
    )
  })
})

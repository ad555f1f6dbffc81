import { describe, expect, it } from 'vitest'
import type { Figure } from '../../../main/contract/index.ts'
import { pointOfSeriesId } from '../../../renderer/charts/pointOfSeriesId.ts'

const axis = { name: 'x', unit: '1', kind: 'value' as const, fromZero: false }
const figure: Figure = {
  id: 'f',
  title: 't',
  caption: 'c',
  x: axis,
  y: axis,
  diagonal: false,
  series: [
    { name: 'a', mark: 'points', tone: 'main', points: [{ x: 1, y: 2 }] },
    {
      name: 'b',
      mark: 'range',
      tone: 'main',
      points: [
        { x: 3, y: 4 },
        { x: 5, y: 6, label: 'second' },
      ],
    },
  ],
}

describe('which point was pressed', () => {
  it('reads series and point from the id of a drawn layer', () => {
    expect(pointOfSeriesId(figure, '1:range', 1)).toEqual({
      seriesIndex: 1,
      pointIndex: 1,
      point: { x: 5, y: 6, label: 'second' },
    })
    expect(pointOfSeriesId(figure, '0:whiskers', 0)?.point).toEqual({ x: 1, y: 2 })
  })

  it('finds nothing behind the diagonal or beyond the series', () => {
    expect(pointOfSeriesId(figure, 'diagonal', 0)).toBeNull()
    expect(pointOfSeriesId(figure, undefined, 0)).toBeNull()
    expect(pointOfSeriesId(figure, '0:points', 9)).toBeNull()
    expect(pointOfSeriesId(figure, '7:points', 0)).toBeNull()
  })
})

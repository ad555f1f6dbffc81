import { describe, expect, it } from 'vitest'
import type { Micrograph, Plan, ProjectInfo, Segmentation } from '../../../../main/contract/index.ts'
import { nextAction, planSteps } from '../../../../renderer/rooms/home/way.ts'
import { emptyForm, importParams, parseRows, pixelSizeUmOf } from '../../../../renderer/rooms/import/form.ts'
import { histogram } from '../../../../renderer/rooms/micrographs/histogram.ts'
import {
  joinRows,
  meetsFilter,
  nextToReview,
  reviewCounts,
} from '../../../../renderer/rooms/micrographs/rows.ts'

describe('import form', () => {
  it('reads pixel sizes with their unit, and refuses what is no size', () => {
    expect(pixelSizeUmOf('4.2', 'nm')).toBeCloseTo(0.0042, 12)
    expect(pixelSizeUmOf(' 0,5 ', 'µm')).toBe(0.5)
    expect(pixelSizeUmOf('', 'nm')).toBeNull()
    for (const text of ['0', '-1', 'abc', '1e999']) expect(pixelSizeUmOf(text, 'nm')).toBeNaN()
    expect(parseRows('')).toBe(0)
    expect(parseRows('64')).toBe(64)
    for (const text of ['-1', '1.5', 'x']) expect(parseRows(text)).toBeNaN()
  })

  it('asks for nothing before a folder is chosen or while a number is wrong', () => {
    const form = emptyForm()
    expect(importParams(form)).toBeNull()
    form.images = { handle: 'h_1', name: 'images' }
    expect(importParams(form)).toEqual({ images: 'h_1', table: null, pixelSizeUm: null, databarRows: 0 })
    expect(importParams({ ...form, pixelSizeText: '-3' })).toBeNull()
    expect(importParams({ ...form, databarRowsText: '?' })).toBeNull()
  })
})

describe('review', () => {
  const row = (id: string, review: Segmentation['review'] | null, calibrated = true) => {
    const micrograph = {
      id,
      pixelSizeUm: calibrated ? { row: 1, col: 1, source: 'table' } : null,
    } as Micrograph
    return {
      micrograph,
      segmentation: review === null ? null : ({ micrographId: id, review } as Segmentation),
    }
  }
  const rows = [row('a', 'pending'), row('b', 'accepted'), row('c', null, false), row('d', 'pending')]

  it('joins each image with its segmentation, and leaves the others without', () => {
    const joined = joinRows(
      rows.map((entry) => entry.micrograph),
      rows.flatMap((entry) => (entry.segmentation === null ? [] : [entry.segmentation])),
    )
    expect(joined).toEqual(rows)
  })

  it('goes to the next image to review, around the end, then simply on, then nowhere', () => {
    expect(nextToReview(rows, 0)).toBe(3)
    expect(nextToReview(rows, 3)).toBe(0)
    const finished = [row('a', 'accepted'), row('b', 'rejected')]
    expect(nextToReview(finished, 0)).toBe(1)
    expect(nextToReview(finished, 1)).toBeNull()
  })

  it('filters and counts by state', () => {
    const ids = (filter: Parameters<typeof meetsFilter>[1]) =>
      rows.filter((entry) => meetsFilter(entry, filter)).map((entry) => entry.micrograph.id)
    expect([ids('all').length, ids('pending'), ids('unsegmented'), ids('uncalibrated')]).toEqual([
      4,
      ['a', 'd'],
      ['c'],
      ['c'],
    ])
    expect(reviewCounts(rows)).toEqual({ pending: 2, accepted: 1, rejected: 0 })
  })
})

describe('histogram', () => {
  it('counts every value once, the greatest in the last bin', () => {
    const values = Array.from({ length: 100 }, (_, i) => 1 + i / 10)
    const bins = histogram(values)
    expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(100)
    expect(bins[0]?.low).toBe(1)
    expect(bins.at(-1)?.high).toBeCloseTo(10.9, 12)
    expect(bins.at(-1)?.count).toBeGreaterThan(0)
  })
  it('gives no bins for nothing and one for equal values', () => {
    expect(histogram([])).toEqual([])
    expect(histogram([2, 2, 2]).map((bin) => bin.count)).toEqual([3])
  })
})

describe('the way', () => {
  const info = (states: Partial<Record<string, string>>) =>
    ({
      rooms: Object.entries(states).map(([room, state]) => ({ room, state, count: '' })),
    }) as unknown as ProjectInfo
  it('names the first room with work, stale rooms before later empty ones', () => {
    expect(nextAction(info({ import: 'ready', micrographs: 'stale', features: 'empty' }))?.room).toBe(
      'micrographs',
    )
    expect(nextAction(info({ import: 'empty', micrographs: 'blocked' }))?.room).toBe('import')
    expect(nextAction(info({ import: 'ready', micrographs: 'running' }))).toBeNull()
  })
  it('tells how far a plan is', () => {
    const plan = {
      steps: [{ kind: 'segment' }, { kind: 'measure' }, { kind: 'freeze' }],
      cursor: 1,
    } as unknown as Plan
    const states = (state: Plan['state']) => planSteps({ ...plan, state }).map((step) => step.state)
    expect(states('running')).toEqual(['done', 'now', 'ahead'])
    expect(states('stopped')).toEqual(['done', 'stopped', 'ahead'])
    expect(states('done')).toEqual(['done', 'done', 'done'])
  })
})

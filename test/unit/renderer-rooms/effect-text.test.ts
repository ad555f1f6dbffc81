import { describe, expect, it } from 'vitest'
import {
  adjustmentText,
  estimateText,
  sensitivityText,
  slopeUnit,
  tellsFromZero,
} from '../../../renderer/rooms/causal/effectText.ts'
import { describeEdge } from '../../../renderer/rooms/causal/edgeStyle.ts'

describe('an effect in words', () => {
  it('names the unit of a slope on both sides', () => {
    expect(slopeUnit({ treatment: '°C/s', outcome: 'MPa' })).toBe('MPa per °C/s')
    expect(slopeUnit({ treatment: 'h', outcome: '1' })).toBe('per h')
    expect(slopeUnit({ treatment: '1', outcome: 'MPa' })).toBe('MPa per unit')
  })

  it('rounds by the interval and signs the estimate', () => {
    const total = { estimate: 6.2134, se: 0.7, low: 4.8, high: 7.6 }
    expect(estimateText(total, 'MPa')).toBe('+6.2 ± 1.4 MPa')
    expect(estimateText({ ...total, estimate: -6.2, low: -7.6, high: -4.8 }, 'MPa')).toBe('−6.2 ± 1.4 MPa')
    expect(estimateText(null, 'MPa')).toBe('–')
  })

  it('says whether the interval leaves out 0', () => {
    expect(tellsFromZero({ estimate: 1, se: 1, low: 0.1, high: 2 })).toBe(true)
    expect(tellsFromZero({ estimate: -1, se: 1, low: -2, high: -0.1 })).toBe(true)
    expect(tellsFromZero({ estimate: 1, se: 1, low: -0.1, high: 2 })).toBe(false)
    expect(tellsFromZero(null)).toBe(false)
  })

  it('says nothing of a sensitivity that was not computed', () => {
    expect(sensitivityText(null)).toBeNull()
    expect(sensitivityText({ partialR2: 0.2, robustnessValue: null })).toBeNull()
    expect(sensitivityText({ partialR2: 0.2, robustnessValue: 0.444 })).toContain('44 %')
  })

  it('tells an empty adjustment set from a filled one', () => {
    expect(adjustmentText([])).toContain('none')
    expect(adjustmentText(['Al', 'Cr'])).toBe('Al, Cr')
  })

  it('claims a direction only where there is one', () => {
    const edge = { from: 'x', to: 'y', required: false }
    expect(describeEdge({ ...edge, mark: '-->' })).toBe('x acts on y')
    expect(describeEdge({ ...edge, mark: '--' })).toContain('do not tell')
    expect(describeEdge({ ...edge, mark: '<->' })).toContain('conflicting')
    expect(describeEdge({ ...edge, mark: '-->', required: true })).toContain('not found in the data')
  })
})

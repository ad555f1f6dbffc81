import { describe, expect, it } from 'vitest'
import { RateMeter, timeLeftText } from '../../../../renderer/stores/time-left.ts'

describe('time left', () => {
  it('is unknown before two different counts have been seen, and without a total', () => {
    const meter = new RateMeter()
    expect(meter.secondsLeft(10, 0)).toBeNull()
    meter.push(3, 0)
    meter.push(3, 5000)
    expect(meter.secondsLeft(10, 5000)).toBeNull()
    meter.push(4, 6000)
    expect(meter.secondsLeft(null, 6000)).toBeNull()
    expect(meter.secondsLeft(10, 6000)).not.toBeNull()
  })

  it('follows the rate and counts down between events', () => {
    const meter = new RateMeter()
    for (let i = 0; i <= 10; i++) meter.push(i * 2, i * 1000)
    expect(meter.ratePerS()).toBeCloseTo(2, 12)
    expect(meter.secondsLeft(120, 10_000)).toBeCloseTo(50, 9)
    expect(meter.secondsLeft(120, 13_000)).toBeCloseTo(47, 9)
    expect(meter.secondsLeft(20, 10_000)).toBe(0)
  })

  it('leaves out the start of the workers before the first unit', () => {
    const meter = new RateMeter()
    meter.push(0, 0)
    for (let i = 0; i < 4; i++) meter.push(5 + i, 20_000 + i * 1000)
    expect(meter.ratePerS()).toBeCloseTo(1, 12)
  })

  it('forgets a slow start after half a minute', () => {
    const meter = new RateMeter()
    meter.push(0, 0)
    meter.push(1, 60_000)
    for (let i = 1; i <= 40; i++) meter.push(1 + i * 10, 60_000 + i * 1000)
    expect(meter.ratePerS()).toBeCloseTo(10, 6)
  })

  it('starts anew when a resumed job counts from below', () => {
    const meter = new RateMeter()
    meter.push(0, 0)
    meter.push(50, 1000)
    meter.push(10, 2000)
    expect(meter.ratePerS()).toBeNull()
  })

  it('becomes unknown when nothing comes for far longer than a unit takes', () => {
    const meter = new RateMeter()
    meter.push(0, 0)
    meter.push(10, 10_000)
    expect(meter.secondsLeft(100, 25_000)).not.toBeNull()
    expect(meter.secondsLeft(100, 40_000)).toBeNull()
  })

  it('is written in words', () => {
    expect([null, 0.2, 40.4, 600, 7800].map(timeLeftText)).toEqual([
      'unknown',
      'below 1 s',
      '40 s',
      '10 min',
      '2 h 10 min',
    ])
  })
})

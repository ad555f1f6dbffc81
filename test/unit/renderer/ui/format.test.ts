import { describe, expect, it } from 'vitest'
import { formatBytes, formatInstant, shortHash } from '../../../../renderer/ui/format.ts'

describe('what only the screen prints', () => {
  it('prints bytes in powers of 1000', () => {
    expect([999, 1_413_120, 2_500_000_000].map(formatBytes)).toEqual(['999 B', '1.41 MB', '2.50 GB'])
  })

  it('prints an instant in the local time zone, and a dash for what is none', () => {
    expect(formatInstant(new Date(2026, 10, 3, 4, 5).toISOString())).toBe('2026-11-03 04:05')
    expect(formatInstant('yesterday')).toBe('–')
  })

  it('shortens a hash to what tells two apart by eye', () => {
    expect(shortHash('0123456789abcdef')).toBe('012345…cdef')
  })
})

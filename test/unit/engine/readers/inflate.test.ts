import { constants, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inflateZlib } from '../../../../main/engine/readers/inflate.ts'
import { codeOf } from './errors.ts'

const strategies = [
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FIXED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
]

describe('bounded inflate', () => {
  it('gives back what zlib packed, at every level and strategy', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom(...strategies),
        fc.integer({ min: 1, max: 40 }),
        (bytes, level, strategy, repeats) => {
          const data = Buffer.concat(new Array<Uint8Array>(repeats).fill(bytes))
          const packed = new Uint8Array(deflateSync(data, { level, strategy }))
          expect(Buffer.compare(inflateZlib(packed, data.length), data)).toBe(0)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('takes blocks longer than 64 KiB and references across them', () => {
    const data = Buffer.alloc(400_000)
    for (let i = 0; i < data.length; i++) data[i] = (i * i) >> 7
    for (const level of [0, 1, 9])
      expect(
        Buffer.compare(inflateZlib(new Uint8Array(deflateSync(data, { level })), data.length), data),
      ).toBe(0)
  })

  it('refuses a stream that holds less or more than promised, but for the padding it was told of', () => {
    const packed = new Uint8Array(deflateSync(Buffer.from('precipitate precipitate precipitate')))
    expect(codeOf(() => inflateZlib(packed, 36))).toBe('IMAGE_TRUNCATED')
    expect(codeOf(() => inflateZlib(packed, 34))).toBe('IMAGE_TRUNCATED')
    expect(Buffer.from(inflateZlib(packed, 11, 24)).toString()).toBe('precipitate')
    expect(codeOf(() => inflateZlib(packed, 11, 23))).toBe('IMAGE_TRUNCATED')
    expect(Buffer.from(inflateZlib(packed, 11, 'ignored')).toString()).toBe('precipitate')
  })

  it('never gives other bytes than were packed, whatever bit is flipped', () => {
    const data = Buffer.alloc(5000, 'micrograph ')
    const packed = new Uint8Array(deflateSync(data))
    let told = 0
    for (let bit = 0; bit < packed.length * 8; bit++) {
      const bytes = packed.slice()
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      const code = codeOf(() => inflateZlib(bytes, data.length))
      if (code === 'IMAGE_TRUNCATED') told++
      else expect(Buffer.compare(inflateZlib(bytes, data.length), data)).toBe(0)
    }
    expect(told).toBeGreaterThan(0.85 * packed.length * 8)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeFileName } from '../../../main/host/shared/names.ts'

describe('safeFileName', () => {
  it.each([
    ['Steel trial 7', 'Steel trial 7'],
    ['a/b\\c:d*e?f"g<h>i|j', 'a_b_c_d_e_f_g_h_i_j'],
    ['..', 'fallback'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['CON', '_CON'],
    ['com1.csv', '_com1.csv'],
    ['name. . ', 'name'],
    ['', 'fallback'],
    ['\u202egpj.exe', 'gpj.exe'],
    ['a\u0000b\r\nc', 'abc'],
    ['Gefüge µm', 'Gefüge µm'],
  ])('%j becomes %j', (text, name) => {
    expect(safeFileName(text, 'fallback')).toBe(name)
  })

  it('gives a plain name for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const name = safeFileName(text, 'x')
        expect(name).not.toMatch(/[/\\:*?"<>|]|^[. ]|[. ]$/)
        expect([...name].length).toBeGreaterThan(0)
        expect([...name].length).toBeLessThanOrEqual(121)
        // A name that is safe already stays as it is.
        expect(safeFileName(name, 'x')).toBe(name)
      }),
      { numRuns: 2000 },
    )
  })
})

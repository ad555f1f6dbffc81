import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvFromRows } from '../../../main/contract/index.ts'

const read = (csv: string) => parse(csv, { record_delimiter: '\r\n' }) as string[][]

describe('CSV as an independent reader sees it', () => {
  it('disarms cells that a spreadsheet would run, in heads too', () => {
    for (const start of ['=', '+', '-', '@', '\t', '\r', '\n']) {
      expect(read(csvFromRows(['a'], [[`${start}SUM(A1)`]]))[1]).toEqual([`'${start}SUM(A1)`])
    }
    expect(read(csvFromRows(['=cmd'], []))[0]).toEqual(["'=cmd"])
  })

  it('writes negative numbers as numbers and missing as an empty cell', () => {
    expect(csvFromRows(['x', 'y', 'z'], [[-1.5, null, Number.NaN]])).toBe('x,y,z\r\n-1.5,,\r\n')
  })

  it('gives back any text', () => {
    const cell = fc.string().filter((text) => !/^[=+\-@\t\r\n]/.test(text))
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        expect(read(csvFromRows(['h1', 'h2'], rows)).slice(1)).toEqual(rows)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ContractError } from '../../../../main/contract/index.ts'
import { csvFromRows } from '../../../../main/contract/csv.ts'
import { cellsOf, parseTable, tableOfFile } from '../../../../main/engine/dataset/index.ts'

const failure = (work: () => unknown): ContractError => {
  try {
    work()
  } catch (error) {
    if (error instanceof ContractError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
const values = (source: string | Uint8Array, name: string) => [
  ...parseTable(source, 't.csv').columns.find((column) => column.name === name)!.values,
]

describe('parseTable', () => {
  it('reads numbers, categories, units, roles and missing cells, and none becomes 0', () => {
    const table = parseTable(
      'specimen,age (°C),Cr_wt%,route,yield_MPa,grain size [µm]\nA,800,9.5,cast,450,12\nB,NaN,,rolled,n/a,-\nC,900,-1e-3,,0,4.5\n',
      't.csv',
    )
    expect([table.idColumn, table.idKind, table.rowIds]).toEqual(['specimen', 'specimen', ['A', 'B', 'C']])
    expect(table.columns.map(({ name, unit, role }) => [name, unit, role])).toEqual([
      ['age', '°C', 'process'],
      ['Cr_wt%', 'wt%', 'composition'],
      ['route', '', 'process'],
      ['yield_MPa', 'MPa', 'property'],
      ['grain size', 'µm', 'microstructure'],
    ])
    expect(table.headers[0]).toBe('age (°C)')
    expect(table.columns.map(cellsOf)).toEqual([
      [800, null, 900],
      [9.5, null, -0.001],
      ['cast', 'rolled', null],
      [450, null, 0],
      [12, null, 4.5],
    ])
    expect(table.columns[2]!.levels).toEqual(['cast', 'rolled'])
  })

  it('finds comma, semicolon and tab, also where cells are quoted', () => {
    for (const mark of [',', ';', '\t'])
      for (const end of ['\n', '\r\n']) {
        const text = [
          `id${mark}note${mark}x`,
          `A${mark}"a, b; ""c"""${mark}1.5`,
          `B${mark}${mark}2`,
          '',
        ].join(end)
        const table = parseTable(text, 't.csv')
        expect(table.delimiter).toBe(mark)
        expect(table.columns.map(cellsOf)).toEqual([
          ['a, b; "c"', null],
          [1.5, 2],
        ])
      }
    expect(parseTable('sep=;\r\nid;x\r\nA;1\r\n', 't.csv').rowIds).toEqual(['A'])
  })

  it('reads the decimal comma with semicolons only, and refuses a mixture', () => {
    expect(values('id;x\nA;1,5\nB;-0,25\nC;3\nD;1,5e3\n', 'x')).toEqual([1.5, -0.25, 3, 1500])
    expect(failure(() => parseTable('id;x\nA;1,5\nB;1.250\nC;2,5\n', 't.csv'))).toMatchObject({
      code: 'TABLE_BAD_NUMBER',
      detail: 'line 3, column x',
    })
    expect(failure(() => parseTable('id,x\nA,"1,5"\nB,2\nC,3\n', 't.csv')).code).toBe('TABLE_BAD_NUMBER')
    expect(values('id,x\nA,−3\nB,+4.\nC,.5\n', 'x')).toEqual([-3, 4, 0.5])
  })

  it('finds the encoding: UTF-8 with and without mark, UTF-16 both ways, Latin-1 with a note', () => {
    const text = 'specimen;Größe (µm)\nÄ1;1,5\n'
    const wide = (bigEndian: boolean, mark: boolean) => {
      const bytes = Buffer.from((mark ? '\uFEFF' : '') + text, 'utf16le')
      return new Uint8Array(bigEndian ? bytes.swap16() : bytes)
    }
    const sources: [Uint8Array, string][] = [
      [new Uint8Array(Buffer.from(text)), 'utf-8'],
      [new Uint8Array(Buffer.from('\uFEFF' + text)), 'utf-8'],
      [wide(false, true), 'utf-16le'],
      [wide(true, true), 'utf-16be'],
      [wide(false, false), 'utf-16le'],
      [wide(true, false), 'utf-16be'],
      [new Uint8Array(Buffer.from(text, 'latin1')), 'windows-1252'],
    ]
    for (const [bytes, encoding] of sources) {
      const table = parseTable(bytes, 't.csv')
      expect(table.encoding).toBe(encoding)
      expect(table.columns.map(({ name, unit, values: v }) => [name, unit, v[0]])).toEqual([
        ['Größe', 'µm', 1.5],
      ])
      expect(table.rowIds).toEqual(['Ä1'])
      expect(table.notes.map(({ code }) => code)).toEqual(
        encoding === 'windows-1252' ? ['ENCODING_GUESSED'] : [],
      )
    }
  })

  it('names line and column of text in a column of numbers, but not of a real category', () => {
    const error = failure(() => parseTable('specimen,T_C\nA,800\nB,8OO\nC,900\n', 't.csv'))
    expect(error).toMatchObject({ code: 'TABLE_BAD_NUMBER', detail: 'line 3, column T_C' })
    expect(error.message).toContain('"8OO"')
    for (const bad of ['1e999', '<5', '12 MPa', 'inf', '0x10', '1 000', '#VALUE!'])
      expect(failure(() => parseTable(`id,x\nA,1\nB,2\nC,${bad}\n`, 't.csv')).code).toBe('TABLE_BAD_NUMBER')
    const half = parseTable('id,x\nA,1\nB,a\nC,2\nD,b\n', 't.csv').columns[0]!
    expect(half.levels).toEqual(['1', 'a', '2', 'b'])
    const asked = parseTable('id,x\nA,1\nB,2\nC,a\n', 't.csv', { categories: ['x'] }).columns[0]!
    expect(asked.levels).toEqual(['1', '2', 'a'])
    expect(parseTable('id,paper\nA,1\nB,2\nC,a\n', 't.csv').columns[0]!.levels).toEqual(['1', '2', 'a'])
  })

  it('names duplicate and missing ids, and asks for an id column', () => {
    expect(failure(() => parseTable('filename,x\na.png,1\nb.png,2\nA.PNG,3\n', 't.csv'))).toMatchObject({
      code: 'TABLE_DUPLICATE_ID',
      detail: 'A.PNG',
    })
    expect(failure(() => parseTable('x,Sample ID\n1,S1\n2,\n', 't.csv'))).toMatchObject({
      code: 'TABLE_MISSING_ID',
      detail: 'line 3',
    })
    expect(failure(() => parseTable('x,y\n1,2\n', 't.csv')).code).toBe('TABLE_NO_ID')
    const bare = parseTable('x,y\n1,2\n3,4\n', 't.csv', { requireId: false })
    expect([bare.rowIds, bare.idColumn, bare.columns.length]).toEqual([['1', '2'], null, 2])
    expect(parseTable('id,y\n1,2\n1,4\n', 't.csv', { requireId: false }).rowIds).toEqual(['1', '2'])
  })

  it('takes files as rows, specimens and heats from their own columns', () => {
    const table = parseTable('filename,specimen,heat,x\na,S1,H1,1\nb,S1,H1,2\nc,S2,,3\n', 't.csv')
    expect([table.rowIds, table.specimens, table.groupNames, table.groupColumn]).toEqual([
      ['a', 'b', 'c'],
      ['S1', 'S1', 'S2'],
      ['H1', 'H1', 'S2'],
      'heat',
    ])
    expect([...tableOfFile(table).groups]).toEqual([0, 0, 1])
    const asked = parseTable('id,x,block\na,1,2\nb,2,2\n', 't.csv', { groupColumn: 'block' })
    expect(asked.groupNames).toEqual(['2', '2'])
    expect(failure(() => parseTable('id,x\na,1\n', 't.csv', { groupColumn: 'y' })).code).toBe(
      'COLUMN_UNKNOWN',
    )
    const noGroup = parseTable('filename,specimen,x\na,S1,1\nb,S1,2\n', 't.csv')
    expect([...tableOfFile(noGroup).groups]).toEqual([0, 0])
  })

  it('takes the pixel size of the images from the table, in any length, and wants its unit', () => {
    const table = parseTable('filename,pixel size (nm),x\na,25,1\nb,,2\n', 't.csv')
    expect([...table.pixelSizesUm!]).toEqual([0.025, Number.NaN])
    expect(table.columns.map(({ name }) => name)).toEqual(['x'])
    expect(failure(() => parseTable('filename,pixel_size\na,25\n', 't.csv')).code).toBe('TABLE_BAD_UNIT')
    expect(failure(() => parseTable('filename,pixel_size_um\na,0\n', 't.csv')).code).toBe('TABLE_BAD_NUMBER')
  })

  it('keeps two columns apart that differ in their unit only, and takes roles from the person', () => {
    const table = parseTable('id,age (°C),age (h)\nA,800,2\n', 't.csv', { roles: { 'age (h)': 'context' } })
    expect(table.columns.map(({ name, unit, role }) => [name, unit, role])).toEqual([
      ['age (°C)', '°C', 'process'],
      ['age (h)', 'h', 'context'],
    ])
  })

  it('refuses what is no table, with the reason', () => {
    const bytes = (...parts: number[]) => Uint8Array.from(parts)
    expect(failure(() => parseTable('', 't.csv')).code).toBe('FILE_EMPTY')
    for (const [source, reason] of [
      [bytes(0x50, 0x4b, 3, 4, 0, 0), /workbook/],
      [bytes(0xd0, 0xcf, 0x11, 0xe0), /workbook/],
      [bytes(65, 0, 0, 66, 10), /zero bytes/],
      ['id,x\n', /no rows/],
      ['\n\n', /empty/],
      ['id,x\nA,1,2\n', /Line 2 has 3 cells/],
      ['id,x,y\nA,1\n', /Line 2 has 2 cells/],
      ['id,x,x\nA,1,2\n', /Two columns are called "x"/],
      ['id,x\nA,"1\n', /Quote/i],
      [`id,${'x,'.repeat(1000)}y\n`, /limit is 1000/],
    ] as const) {
      const error = failure(() => parseTable(source, 't.csv'))
      expect(error.code).toBe('TABLE_UNREADABLE')
      expect(error.message).toMatch(reason)
    }
    expect(failure(() => parseTable(new Uint8Array(64 * 2 ** 20 + 1).fill(65), 't.csv')).message).toMatch(
      /64 MiB/,
    )
  })

  it('passes over empty lines and trailing empty columns, as spreadsheets leave them', () => {
    const table = parseTable('id,x,,\nA,1,,\n,,,\n\nB,2,,\n', 't.csv')
    expect([table.rowIds, table.headers]).toEqual([['A', 'B'], ['x']])
  })

  it('never throws anything but ContractError, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc
            .string({ unit: fc.constantFrom(...'id,x;\t"\n\r1.5-eNaA '), maxLength: 120 })
            .map((text) => new Uint8Array(Buffer.from(`id,x\n${text}`))),
        ),
        (bytes) => {
          try {
            const table = parseTable(bytes, 't.csv')
            for (const column of table.columns) expect(column.values.length).toBe(table.rowIds.length)
          } catch (error) {
            if (!(error instanceof ContractError)) throw error
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('csvFromRows', () => {
  it('disarms formulas in text and never alters a number', () => {
    const csv = csvFromRows(
      ['=name', 'x'],
      [
        ['=1+1', -5.2],
        ['+a', 0.1],
        ['-b', null],
        ['@c', Number.NaN],
        ['\td', 1e-7],
        ['\re', -0.5],
        ['-5.2', 3],
      ],
    )
    expect(csv).toBe(
      "'=name,x\r\n'=1+1,-5.2\r\n'+a,0.1\r\n'-b,\r\n'@c,\r\n\"'\td\",1e-7\r\n\"'\re\",-0.5\r\n'-5.2,3\r\n",
    )
  })

  it('reads back equal: any text that is no formula, any number', () => {
    const text = fc
      .string({ maxLength: 12 })
      .filter(
        (one) =>
          one.trim() === one &&
          !/^[=+\-@\t\r\n]/.test(one) &&
          !one.includes('\0') &&
          !/^(nan|na|n\/a|null|#n\/a|–|—)?$/i.test(one) &&
          Number.isNaN(Number(one)),
      )
    const number = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(text, number), { minLength: 1, maxLength: 8 }), (rows) => {
        const csv = csvFromRows(
          ['id', 'text', 'x'],
          rows.map(([a, b], k) => [`r${k}`, a, b]),
        )
        const table = parseTable(csv, 't.csv', { categories: ['text'] })
        expect(cellsOf(table.columns[0]!)).toEqual(rows.map(([a]) => a))
        expect(cellsOf(table.columns[1]!)).toEqual(rows.map(([, b]) => (b === 0 ? b + 0 : b)))
      }),
      { numRuns: 500 },
    )
  })
})

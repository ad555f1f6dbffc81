import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { micrographPng } from '../support/lab.ts'
import { sharedLab, type Source } from '../support/shared-lab.ts'

/** Process tables as laboratories export them: what contradicts itself is refused, what is missing stays missing. */
const lab = sharedLab()
const heads = 'specimen,ageing time (h),hardness (HV)'

describe('a process table', () => {
  it.each([
    ['lacks an id', 'TABLE_MISSING_ID', 'line 3', `${heads}\nA,1,200\n,2,210`],
    ['names a specimen twice', 'TABLE_DUPLICATE_ID', 'specimen a', `${heads}\nA,1,200\na,2,210`],
    ['has no id column', 'TABLE_NO_ID', 'process.csv', 'ageing time (h),hardness (HV)\n1,200'],
    ['has text among numbers', 'TABLE_BAD_NUMBER', 'line 3', `${heads}\nA,1,200\nB,2,soft\nC,3,220`],
    ['mixes decimal marks', 'TABLE_BAD_NUMBER', 'ageing time', 'specimen;ageing time (h)\nA;1,5\nB;2.5'],
    ['has a row too long', 'TABLE_UNREADABLE', '3', `${heads}\nA,1,200\nB,2,210,9`],
    ['has a wrong delimiter', 'TABLE_NO_ID', 'process.csv', `${heads}\nA,1,200`.replaceAll(',', '|')],
    ['has only a header', 'TABLE_UNREADABLE', 'process.csv', heads],
    ['is empty', 'FILE_EMPTY', 'process.csv', ''],
    ['is a workbook', 'TABLE_UNREADABLE', 'process.csv', 'PK\u0003\u0004 sheet'],
    ['is a picture', 'TABLE_UNREADABLE', 'process.csv', micrographPng(1)],
    ['has a column twice', 'TABLE_UNREADABLE', 'hardness (HV)', `${heads},hardness (HV)\nA,1,200,201`],
    ['has a pixel size without a unit', 'TABLE_BAD_UNIT', 'pixel size', 'specimen,pixel size\nA,0.1'],
    ['has a pixel size of 0', 'TABLE_BAD_NUMBER', 'line 2', 'specimen,pixel size (µm)\nA,0'],
    ['has a pixel size of 1 km', 'TABLE_BAD_NUMBER', 'pixel size', 'specimen,pixel size (mm)\nA,1e6'],
    ['counts databar rows below 0', 'TABLE_BAD_NUMBER', 'databar rows', 'specimen,databar rows\nA,-4'],
    ['names databar rows', 'TABLE_BAD_NUMBER', 'databar rows', 'specimen,databar rows\nA,none'],
    [
      'gives a specimen two values',
      'TABLE_DUPLICATE_ID',
      '210',
      'filename,specimen,hardness (HV)\nA_1,A,200\nA_2,A,210',
    ],
    [
      'puts a specimen in two heats',
      'TABLE_DUPLICATE_ID',
      'H2',
      'filename,specimen,heat\nA_1,A,H1\nA_2,A,H2',
    ],
  ])('that %s is refused with %s, which names %s', async (_what, code, item, table) => {
    const images = lab.given({ 'A_1.png': lab.fresh(), 'process.csv': table })
    const source = { images, table: join(images, 'process.csv') }
    const error = await lab.expectRefused(source, code, item)
    const preview = await lab.engine.call('image.preview', lab.params(source))
    expect(preview.problems).toEqual([{ code, message: error.message, detail: error.detail }])
    // The pictures are shown all the same: the mistake is in the table.
    expect(preview.items.map(({ fileName, status }) => [fileName, status])).toEqual([['A_1.png', 'taken']])
    await lab.expectSound()
  })

  it('that is gone or a folder is refused', async () => {
    const images = lab.given({ 'a.png': lab.fresh() })
    mkdirSync(join(images, 'folder.csv'))
    for (const name of ['gone.csv', 'folder.csv'])
      await lab.expectRefused({ images, table: join(images, name) }, 'FILE_UNREADABLE', name)
    await lab.expectSound()
  })

  it.each<[string, (text: string) => string | Uint8Array]>([
    ['UTF-8 with a mark', (text) => '\uFEFF' + text],
    ['UTF-16 with a mark', (text) => Buffer.from('\uFEFF' + text, 'utf16le')],
    ['UTF-16 without', (text) => Buffer.from(text, 'utf16le')],
    ['UTF-16, most significant byte first', (text) => Buffer.from('\uFEFF' + text, 'utf16le').swap16()],
    ['Latin-1', (text) => Buffer.from(text.replace('–', '-'), 'latin1')],
    ['semicolons and decimal commas', (text) => text.replaceAll(',', ';').replace('1.5', '1,5')],
    ['tabs', (text) => text.replaceAll(',', '\t')],
    ['sep= and Windows line ends', (text) => `sep=,\r\n${text.replaceAll('\n', '\r\n')}`],
  ])('in %s says the same, and what is missing is missing', async (form, written) => {
    const [a, b, c] = [1, 2, 3].map((k) => `${form.replaceAll(/[^a-z0-9]/gi, '')}-${k}`)
    const text = `specimen,ageing time (h),quench\n${a},"1.5",water\n${b},,öl\n${c},NaN,–\n`
    const images = lab.given({
      [`${a}.png`]: lab.fresh(),
      [`${b}.png`]: lab.fresh(),
      [`${c}_2.png`]: lab.fresh(),
      'process.csv': written(text),
    })
    const source = { images, table: join(images, 'process.csv') }
    const { columns, problems } = await lab.engine.call('image.preview', lab.params(source))
    expect(columns).toEqual([
      { name: 'ageing time', unit: 'h', role: 'process', kind: 'number', filled: 1 },
      { name: 'quench', unit: '', role: 'process', kind: 'category', filled: 2 },
    ])
    const guessed = { code: 'TABLE_UNREADABLE', message: expect.stringContaining('Windows-1252') as unknown }
    expect(problems).toMatchObject(form === 'Latin-1' ? [guessed] : [])
    const items = await lab.imported(source)
    expect(items.map(({ specimenName }) => specimenName)).toEqual([a, b, c])
    const specimens = await lab.engine.call('specimen.list', {})
    const valuesOf = (name: string | undefined) =>
      specimens.find((row) => row.name === name)!.values.map(({ number, text: words }) => number ?? words)
    expect([a, b, c].map(valuesOf)).toEqual([
      [1.5, 'water'],
      [null, 'öl'],
      [null, null],
    ])
  })

  it('whose rows and files do not meet says how many of each, and imports without making values up', async () => {
    const images = lab.given({
      'X1.png': lab.fresh(),
      'Y9.png': lab.fresh(),
      'process.csv': 'specimen,ageing time (h)\nX1,4\nX2,5\nX10,6',
    })
    const source = { images, table: join(images, 'process.csv') }
    const { problems, matchedBy } = await lab.engine.call('image.preview', lab.params(source))
    expect(matchedBy).toBe('specimen')
    expect(problems).toEqual([
      {
        code: 'TABLE_ROW_UNMATCHED',
        message: '2 rows of the table belong to no image of this folder.',
        detail: 'X2, X10',
      },
      {
        code: 'TABLE_FILE_UNMATCHED',
        message: expect.stringMatching(/^1 images have no row in the table/) as unknown,
        detail: 'Y9.png',
      },
    ])
    const items = await lab.imported(source)
    expect(items.map(({ specimenName, reason }) => [specimenName, reason.includes('No row')])).toEqual([
      ['X1', false],
      ['Y9', true],
    ])
    const lost = (await lab.engine.call('specimen.list', {})).find(({ name }) => name === 'Y9')
    expect(lost!.values.filter(({ number, text: words }) => number !== null || words !== null)).toEqual([])
    await lab.expectSound()
  })

  it('may leave out in one row what another row of the specimen states', async () => {
    const table = 'filename,specimen,heat,hardness (HV)\nM_1,M,H7,\nM_2,M,,231\nM_3,M,H7,231'
    const images = lab.given({
      'M_1.png': lab.fresh(),
      'M_2.png': lab.fresh(),
      'M_3.png': lab.fresh(),
      'p.csv': table,
    })
    await lab.imported({ images, table: join(images, 'p.csv') })
    const specimen = (await lab.engine.call('specimen.list', {})).find(({ name }) => name === 'M')
    expect(specimen!.group).toBe('H7')
    expect(specimen!.values.find(({ column }) => column === 'hardness')).toMatchObject({ number: 231 })
  })

  it('that contradicts the project is refused, one that adds to it is taken', async () => {
    const table = (hardness: string, head = heads) => `${head}\nQ,2,${hardness}`
    const from = (csv: string, name: string): Source => {
      const images = lab.given({ [name]: lab.fresh(), 'process.csv': csv })
      return { images, table: join(images, 'process.csv') }
    }
    await lab.imported(from(table(''), 'Q_1.png'))
    await lab.imported(from(table('231'), 'Q_2.png'))
    const specimen = (await lab.engine.call('specimen.list', {})).find(({ name }) => name === 'Q')
    expect(specimen!.values.find(({ column }) => column === 'hardness')).toMatchObject({ number: 231 })
    await lab.expectRefused(from(table('245'), 'Q_3.png'), 'TABLE_DUPLICATE_ID', '245')
    const minutes = heads.replace('(h)', '(min)')
    await lab.expectRefused(from(table('231', minutes), 'Q_4.png'), 'TABLE_BAD_UNIT', 'ageing time')
    await lab.expectRefused(from(table('soft'), 'Q_5.png'), 'TABLE_BAD_NUMBER', 'hardness')
    const preview = await lab.engine.call('image.preview', lab.params(from(table('245'), 'Q_6.png')))
    expect(preview.problems).toMatchObject([{ code: 'TABLE_DUPLICATE_ID', detail: 'Q' }])
    await lab.expectSound()
  })
})

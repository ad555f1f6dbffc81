import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ImportItem } from '../../main/contract/index.ts'
import { refusal, sharedLab } from '../support/shared-lab.ts'
import { greyJpeg, tiff } from '../unit/engine/readers/writers.ts'

/** What a laboratory hands over by mistake: each is refused by name, and nothing half-done stays behind. */
const lab = sharedLab()

describe('a folder', () => {
  it.each([
    ['is empty', 'FOLDER_EMPTY', () => lab.given({})],
    [
      'holds only text',
      'FOLDER_EMPTY',
      () => lab.given({ 'notes.txt': 'see me', 'process.csv': 'specimen\nA' }),
    ],
    [
      'holds only folders, one called like an image',
      'FOLDER_EMPTY',
      () => {
        const path = lab.given({})
        mkdirSync(join(path, 'masks.png'))
        return path
      },
    ],
    ['is not there', 'FOLDER_UNREADABLE', () => join(lab.given({}), 'gone')],
    ['is a file', 'FOLDER_UNREADABLE', () => join(lab.given({ 'a.png': lab.fresh() }), 'a.png')],
  ] as const)('that %s is refused with %s', async (_what, code, make) => {
    const images = make()
    expect(await refusal(lab.engine.call('image.preview', lab.params({ images })))).toMatchObject({
      code,
      detail: basename(images),
    })
    await lab.expectRefused({ images }, code, basename(images))
    await lab.expectSound()
  })

  it('that was never chosen, or not at all, is refused before there is a job', async () => {
    const jobs = (await lab.engine.call('job.list', {})).length
    const unknown = `h_${'f'.repeat(32)}`
    for (const method of ['image.preview', 'image.import'] as const) {
      expect(await refusal(lab.engine.call(method, { images: unknown }))).toMatchObject({
        code: 'HANDLE_UNKNOWN',
        detail: unknown,
      })
      expect(await refusal(lab.engine.call(method, {}))).toMatchObject({ code: 'BAD_REQUEST' })
    }
    expect(await refusal(lab.engine.call('plan.runAll', { fromImport: { images: unknown } }))).toMatchObject({
      code: 'HANDLE_UNKNOWN',
    })
    expect(await lab.engine.call('job.list', {})).toHaveLength(jobs)
    expect(await lab.engine.call('plan.list', {})).toEqual([])
  })
})

describe('files of a folder', () => {
  it('are taken or refused one by one, as the preview said; a bad one does not stop the rest', async () => {
    const whole = lab.fresh()
    const float = { rows: 8, cols: 8, bits: 32, values: new Array<number>(64).fill(1) }
    const long = `Prüfling µ 試片 ${'ä'.repeat(100)}.png`
    const images = lab.given({
      'a good.png': whole,
      'b good again.png': whole,
      'c truncated.png': lab.fresh().subarray(0, 400),
      'd no bytes.png': '',
      'e a jpeg.png': greyJpeg(64, 64, (i, j) => (10 * i + 17 * j) % 256),
      'f float.tif': tiff([{ ...float, tags: { 339: [3] } }]),
      'g text.png': 'not a picture at all',
      'h SUFFIX.PNG': lab.fresh(),
      'i notes.txt': 'see me',
      '.hidden.png': lab.fresh(),
      [long]: lab.fresh(),
    })
    symlinkSync(join(images, 'nowhere.png'), join(images, 'j vanished.png'))
    const brief = ({ fileName, status, code }: ImportItem) => [fileName, status, code]
    const expected = [
      ['a good.png', 'taken', 'UNCALIBRATED'],
      ['b good again.png', 'skipped', 'IMAGE_DUPLICATE'],
      ['c truncated.png', 'refused', 'IMAGE_TRUNCATED'],
      ['d no bytes.png', 'refused', 'FILE_EMPTY'],
      ['e a jpeg.png', 'taken', 'UNCALIBRATED'],
      ['f float.tif', 'refused', 'IMAGE_UNSUPPORTED'],
      ['g text.png', 'refused', 'IMAGE_UNSUPPORTED'],
      ['h SUFFIX.PNG', 'taken', 'UNCALIBRATED'],
      ['i notes.txt', 'skipped', null],
      ['j vanished.png', 'refused', 'FILE_UNREADABLE'],
      [long, 'taken', 'UNCALIBRATED'],
    ].sort()
    const preview = await lab.engine.call('image.preview', lab.params({ images }))
    expect(preview.items.map(brief).sort()).toEqual(expected)
    const items = await lab.imported({ images })
    expect(items).toEqual(preview.items)
    for (const item of items) {
      expect(item.reason).toMatch(/^[A-Z].*\.$/)
      if (item.status === 'refused') expect([item.specimenName, item.shape]).toEqual([null, null])
    }
    const taken = (await lab.engine.call('image.list', {})).filter((row) =>
      items.some((i) => i.sha256 === row.blob),
    )
    expect(taken.map((row) => [row.fileName, row.format]).sort()).toEqual(
      [
        ['a good.png', 'png'],
        ['e a jpeg.png', 'jpeg'],
        ['h SUFFIX.PNG', 'png'],
        [long, 'png'],
      ].sort(),
    )

    // Once more: nothing is taken twice.
    writeFileSync(join(images, 'k more notes.txt'), 'another import')
    const again = await lab.imported({ images })
    expect(again.filter((item) => item.status === 'taken')).toEqual([])
    expect(again.filter((item) => item.code === 'IMAGE_DUPLICATE')).toHaveLength(5)
    await lab.expectSound()
  })

  it('that vanish after the preview are left out, and while importing refused by name', async () => {
    const images = lab.given({ 'a.png': lab.fresh(), 'b.png': lab.fresh(), 'c.png': lab.fresh() })
    const preview = await lab.engine.call('image.preview', lab.params({ images }))
    expect(preview.items.map(({ status }) => status)).toEqual(['taken', 'taken', 'taken'])
    rmSync(join(images, 'a.png'))
    const stop = lab.engine.engine.subscribe((event) => {
      // The job is planned: its files are counted, none is read yet.
      if (event.type === 'job' && event.kind === 'import' && event.total === 2)
        rmSync(join(images, 'c.png'), { force: true })
    })
    const items = await lab.imported({ images })
    stop()
    expect(items.map(({ fileName, status, code }) => [fileName, status, code])).toEqual([
      ['b.png', 'taken', 'UNCALIBRATED'],
      ['c.png', 'refused', 'FILE_UNREADABLE'],
    ])
    await lab.expectSound()
  })

  it('lower than their databar are refused by name, not at segmentation', async () => {
    const images = lab.given({ 'low.png': lab.fresh() })
    const source = { images, databarRows: 96 }
    const [item] = await lab.imported(source)
    expect(item).toMatchObject({ fileName: 'low.png', status: 'refused', code: 'BAD_REQUEST' })
    expect(item!.reason).toContain('96')
    const preview = await lab.engine.call('image.preview', lab.params(source))
    expect(preview.items).toEqual([item])
    await lab.expectSound()
  })
})

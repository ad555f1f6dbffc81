import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProject } from '../../main/engine/index.ts'
import { writeCampaignFiles } from '../support/campaign-files.ts'
import { installedBrowser, openScreen, type Screen } from '../support/screen.ts'
import { tempDir } from '../support/temp.ts'

const browser = installedBrowser()
const reason = browser === null ? ' (skipped: no Chromium, Chrome or Edge is installed)' : ''

describe.skipIf(browser === null)(`bad input on the screen${reason}`, () => {
  let screen: Screen
  let home: string

  beforeAll(async () => {
    home = tempDir.keep()
    const { table } = writeCampaignFiles(home, 3, 2)
    const [header, first, second, third] = readFileSync(table, 'utf8').trim().split('\n') as [
      string,
      string,
      string,
      string,
    ]
    const write = (name: string, ...lines: string[]) => {
      writeFileSync(join(home, name), lines.join('\n'))
    }
    write('duplicate.csv', header, first, first, third)
    write('missing.csv', header, first, second.replace(/^[^,]*/, ''), third)
    write('text.csv', header, first, second, third.replace(/,[^,]*$/, ',unknown scale'))
    createProject(join(home, 'project'), { name: 'three', simulated: false, seed: 1, clock: Date.now })
    screen = await openScreen({ home, project: join(home, 'project') })
    await screen.page.click('[data-testid="toggle-jobs"]')
  })
  afterAll(async () => {
    await screen.close()
    tempDir.removeKept()
  })

  async function choose(...names: string[]) {
    await screen.page.waitForSelector('[data-testid="file-picker"]')
    await screen.page.locator('[data-testid="pick-Home"]').dblclick()
    await screen.page.locator('[data-testid="pick-scans"]').waitFor()
    await screen.pick(...names)
  }

  it.each([
    ['duplicate.csv', 'TABLE_DUPLICATE_ID'],
    ['missing.csv', 'TABLE_MISSING_ID'],
    ['text.csv', 'TABLE_BAD_NUMBER'],
  ])('names what is wrong with %s: %s', async (file, code) => {
    const { page } = screen
    await screen.go('import')
    await page.click('[data-testid="import-choose-folder"]')
    await choose('scans')
    await page.click('[data-testid="import-choose-table"]')
    await choose(file)
    await page.waitForSelector(`text=${code}`)
    await screen.shoot(`bad-${file}`)
    await page.click('[data-testid="import-cancel"]')
  })

  it('refuses to train on three specimens in a plain sentence, and still writes the report', async () => {
    const { page } = screen
    await screen.go('import')
    await page.click('[data-testid="import-choose-folder"]')
    await choose('scans')
    await page.click('[data-testid="import-choose-table"]')
    await choose('process.csv')
    await page.waitForSelector('text=/3 taken/')
    await page.click('[data-testid="import-run"]')
    expect(await screen.jobEnds('import')).toBe('done')
    await screen.go('micrographs')
    await page.click('[data-testid="segment-run"]')
    expect(await screen.jobEnds('segment')).toBe('done')
    await page.click('[data-testid="measure-run"]')
    expect(await screen.jobEnds('measure')).toBe('done')
    await screen.go('dataset')
    await page.click('[data-testid="freeze-run"]')
    expect(await screen.jobEnds('freeze')).toBe('done')
    await screen.go('train')
    await page.click('[data-testid="train-run"]')
    expect(await screen.jobEnds('train')).toBe('failed')
    await page.waitForSelector('text=TOO_FEW_SPECIMENS')
    await screen.shoot('bad-three-specimens')
    await screen.go('report')
    await page.click('[data-testid="report-run"]')
    expect(await screen.jobEnds('report')).toBe('done')
    expect(screen.complaints).toEqual([])
  })
})

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeCampaignFiles } from '../support/campaign-files.ts'
import { installedBrowser, openScreen, type Screen } from '../support/screen.ts'
import { tempDir } from '../support/temp.ts'

const browser = installedBrowser()
const reason = browser === null ? ' (skipped: no Chromium, Chrome or Edge is installed)' : ''

describe.skipIf(browser === null)(`a campaign through the screen${reason}`, () => {
  let screen: Screen
  let home: string

  beforeAll(async () => {
    home = tempDir.keep()
    writeCampaignFiles(home, 16, 11)
    // What instruments and people leave in such a folder: a cut-off copy, an empty file, a note.
    const scans = join(home, 'scans')
    const whole = readFileSync(join(scans, readdirSync(scans)[0]!))
    writeFileSync(join(scans, 'cut.png'), whole.subarray(0, whole.length / 2))
    writeFileSync(join(scans, 'empty.png'), new Uint8Array())
    writeFileSync(join(scans, 'notes.txt'), 'etched 20 s')
    mkdirSync(join(home, 'nothing here'))
    screen = await openScreen({ home })
  })
  afterAll(async () => {
    await screen.close()
    tempDir.removeKept()
  })

  it('creates a project', async () => {
    const { page } = screen
    await page.click('[data-testid="home-create"]')
    await page.fill('[data-testid="project-name-input"]', 'Prüfreihe µ 1')
    await page.click('[data-testid="project-parent"]')
    await page.waitForSelector('[data-testid="file-picker"]')
    await choosePlace(screen)
    await page.click('[data-testid="project-create"]')
    await page.waitForSelector('[data-testid="next-action"]')
    await screen.shoot('01-home')
    await page.click('[data-testid="toggle-jobs"]')
  })

  it('says with a code that a folder holds no image', async () => {
    const { page } = screen
    await screen.go('import')
    await page.click('[data-testid="import-choose-folder"]')
    await choosePlace(screen, 'nothing here')
    await page.waitForSelector('text=FOLDER_EMPTY')
    await screen.shoot('02-import-empty-folder')
    await page.click('[data-testid="import-cancel"]')
  })

  it('previews the folder, says what is refused and why, and imports the rest', async () => {
    const { page } = screen
    await page.click('[data-testid="import-choose-folder"]')
    await choosePlace(screen, 'scans')
    await page.click('[data-testid="import-choose-table"]')
    await choosePlace(screen, 'process.csv')
    await page.waitForSelector('text=IMAGE_TRUNCATED')
    await page.waitForSelector('text=FILE_EMPTY')
    await screen.shoot('03-import-preview')
    await page.click('[data-testid="import-run"]')
    expect(await screen.jobEnds('import')).toBe('done')
    await page.waitForSelector('[data-testid="rail-import"][data-state="ready"]')
    await screen.shoot('04-import-done')
  })

  it('segments, selects an object in the table, accepts and measures', async () => {
    const { page } = screen
    await screen.go('micrographs')
    await page.click('[data-testid="segment-run"]')
    expect(await screen.jobEnds('segment')).toBe('done')
    await page.waitForSelector('[data-testid="micrograph-canvas"][data-objects]')
    await page.click('[data-testid="measure-run"]')
    expect(await screen.jobEnds('measure')).toBe('done')
    const row = page.locator('[data-testid="objects-table"] [role="row"]').nth(2)
    await row.click()
    await screen.shoot('05-micrographs')
    await page.click('[data-testid="accept-next"]')
    await page.waitForSelector('text=/1 of 16 reviewed/')
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('text=/2 of 16 reviewed/')
    await screen.shoot('06-micrographs-reviewed')
    await screen.go('features')
    await screen.shoot('07-features')
  })

  it('freezes a dataset, trains with a live curve, maps causes, proposes candidates', async () => {
    const { page } = screen
    await screen.go('dataset')
    await page.click('[data-testid="freeze-run"]')
    expect(await screen.jobEnds('freeze')).toBe('done')
    await screen.shoot('08-dataset')
    await screen.go('train')
    await page.click('[data-testid="train-run"]')
    await page.waitForSelector('[data-testid="room-job"]')
    await screen.shoot('09-training')
    expect(await screen.jobEnds('train')).toBe('done')
    await page.click('[data-testid="train-view-trust"]')
    await page.waitForSelector('[data-testid="score-table"]')
    await screen.shoot('10-train')
    await screen.go('causal')
    await page.click('[data-testid="causal-run"]')
    expect(await screen.jobEnds('discover')).toBe('done')
    await page.waitForSelector('[data-testid="causal-graph"]')
    await screen.shoot('11-causal')
    await screen.go('optimize')
    await page.click('[data-testid="optimize-run"]')
    expect(await screen.jobEnds('optimize')).toBe('done')
    await screen.shoot('12-optimize')
  })

  it('writes the report, and the report opens', async () => {
    const { page } = screen
    await screen.go('report')
    await page.click('[data-testid="report-run"]')
    expect(await screen.jobEnds('report')).toBe('done')
    await page.waitForSelector('[data-testid="report-sections"]')
    await screen.shoot('13-report')
    const href = await page.getAttribute('[data-testid="report-open"]', 'href')
    const answer = await page.request.get(new URL(href!, page.url()).href)
    expect(answer.status()).toBe(200)
    const html = await answer.text()
    for (const name of [
      'Import',
      'Segmentation',
      'Measures',
      'Dataset',
      'Model',
      'Causal map',
      'Candidates',
      'Manifest',
    ])
      expect(html).toContain(name)
    expect(html).toContain('16 rows are few')
  })

  it('is reached by keyboard in every room, fits the small window, and passes the accessibility rules', async () => {
    const { page } = screen
    const axe = readFileSync(resolve(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8')
    const rooms = [
      'home',
      'import',
      'micrographs',
      'features',
      'dataset',
      'train',
      'causal',
      'optimize',
      'report',
    ]
    for (const [i, room] of rooms.entries()) {
      await page.keyboard.press(`Alt+${i + 1}`)
      await page.waitForSelector(`[data-testid="room-${room}"]`)
      await page.waitForTimeout(400)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow, `${room} is wider than the window`).toBeLessThanOrEqual(0)
      // Through the debugger: the page's own policy lets no foreign script in.
      const session = await page.context().newCDPSession(page)
      await session.send('Runtime.evaluate', { expression: axe })
      const { result } = await session.send('Runtime.evaluate', {
        expression: `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa'] }).then((r) => JSON.stringify(r.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html).join(' '))))`,
        awaitPromise: true,
        returnByValue: true,
      })
      expect(JSON.parse(String(result.value)), room).toEqual([])
    }
  })

  it('broke no content policy and logged no error on the way', () => {
    expect(screen.complaints).toEqual([])
  })
})

/** The picker lists places first; the home folder is where the test's files lie. */
async function choosePlace(screen: Screen, ...names: string[]): Promise<void> {
  const { page } = screen
  await page.waitForSelector('[data-testid="file-picker"]')
  await page.locator('[data-testid="pick-Home"]').dblclick()
  await page.locator('[data-testid="pick-scans"]').waitFor()
  if (names.length === 0) await page.click('[data-testid="pick-choose"]')
  else await screen.pick(...names)
}

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectWithModel } from '../support/model-project.ts'
import { installedBrowser, openScreen, type Screen } from '../support/screen.ts'
import { tempDir } from '../support/temp.ts'

const browser = installedBrowser()
const reason = browser === null ? ' (skipped: no Chromium, Chrome or Edge is installed)' : ''
const views = ['train', 'trust', 'what-if', 'card'] as const

describe.skipIf(browser === null)(`the room of models${reason}`, () => {
  let screen: Screen

  beforeAll(async () => {
    const home = tempDir.keep()
    const project = join(home, 'project')
    const made = await projectWithModel(project)
    expect((await made.job('model.trainGenerator', { steps: 6, sizePx: 64 })).state).toBe('done')
    await made.engine.close()
    screen = await openScreen({ home, project })
    await screen.go('train')
  })
  afterAll(async () => {
    await screen.close()
    tempDir.removeKept()
  })
  const open = async (view: (typeof views)[number]) => {
    await screen.page.click(`[data-testid="train-view-${view}"]`)
    await screen.page.waitForSelector(`[data-testid="train-panel-${view}"]`)
  }

  it('is walked by arrows from view to view', async () => {
    const { page } = screen
    await page.focus('[data-testid="train-view-train"]')
    for (const view of [...views.slice(1), views[0]]) {
      await page.keyboard.press('ArrowRight')
      await page.waitForSelector(`[data-testid="train-panel-${view}"]`)
      expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe(
        `train-view-${view}`,
      )
    }
  })

  it('shows how far the model can be trusted, and marks what was clicked', async () => {
    const { page } = screen
    await open('trust')
    await page.waitForSelector('[data-testid="score-table"]')
    await page.waitForSelector('[data-testid^="figure-trust-parity"]')
    await page.waitForSelector('[data-testid^="figure-pit"]')
    await page.waitForSelector('[data-testid="residuals"] figure')
    const rows = page.locator('[data-testid="score-table"] tbody tr')
    expect(await rows.count()).toBe(2)
    await page.check('[data-testid="trust-all-outputs"]')
    expect(await rows.count()).toBeGreaterThan(2)
    expect(await page.textContent('[data-testid="score-table"] .recommended')).toContain('recommended')
    const group = await page.locator('[data-testid="trust-group"] option').nth(1).getAttribute('value')
    await page.selectOption('[data-testid="trust-group"]', group!)
    await page.click('[data-testid^="figure-trust-parity"] >> text=Data')
    expect(await page.textContent('[data-testid="figure-data"]')).toContain(`group ${group!}`)
    await page.click('[data-testid^="figure-trust-parity"] >> text=Data')
    await screen.shoot('train-trust')
  })

  it('answers what-if with the chance of a window, alone and together, and warns beyond the data', async () => {
    const { page } = screen
    await open('what-if')
    await page.waitForSelector('[data-testid="nearest"] img')
    const low = page.locator('[data-testid^="window-low-"]')
    const chance = page.locator('[data-testid^="probability-"]:not([data-testid="probability-all"])')
    await low.nth(0).fill('1')
    await chance.nth(0).waitFor()
    await low.nth(1).fill('1e9')
    await page.waitForSelector('[data-testid="probability-all"]')
    await page.waitForFunction(() =>
      document.querySelector('[data-testid="probability-all"] strong')?.textContent.startsWith('0 '),
    )
    expect(await chance.nth(0).textContent()).toBe('100 %')
    await low.nth(1).fill('many')
    await page.waitForSelector('text=not a number')
    await low.nth(1).fill('')
    const number = page.locator('[data-testid="what-if-inputs"] input[type="number"]').first()
    await number.fill('120')
    await number.press('Tab')
    await page.waitForSelector('[data-testid="outside-domain"]')
    await page.waitForSelector('[data-testid="impossible"]')
    await screen.shoot('train-what-if')
    // What is set stays while another view is looked at.
    await open('card')
    await open('what-if')
    expect(await number.inputValue()).toBe('120')
  })

  it('generates label images beside real ones, and says that they are and for which inputs', async () => {
    const { page } = screen
    await open('what-if')
    await page.selectOption('[aria-label="Start from specimen"]', { index: 1 })
    await page.click('[data-testid="generate"]')
    await page.waitForSelector('[data-testid="generated-pictures"] img')
    for (const strip of ['generated-pictures', 'generated-real']) {
      const sides = page.locator(`[data-testid="${strip}"] img`).evaluateAll(async (images) => {
        const pictures = images as HTMLImageElement[]
        await Promise.all(pictures.map((image) => image.decode()))
        return pictures.map((image) => image.naturalWidth)
      })
      expect(await sides).toEqual([64, 64, 64, 64])
    }
    expect(await page.textContent('[data-testid="generated-mark"]')).toContain('not measured')
    await page.locator('[data-testid="generated"]').scrollIntoViewIfNeeded()
    await screen.shoot('train-generated')
    await page.selectOption('[aria-label="Start from specimen"]', { index: 2 })
    await page.waitForSelector('text=inputs have moved since')
  })

  it('hands the model card on as a file', async () => {
    const { page } = screen
    await open('card')
    await page.waitForSelector('[data-testid="model-card"]')
    expect(await page.textContent('[data-testid="model-card"]')).toContain('Limits of use')
    const download = page.waitForEvent('download')
    await page.click('[data-testid="export-card"]')
    const file = await download
    expect(file.suggestedFilename()).toMatch(/-card\.md$/)
    expect(readFileSync(await file.path(), 'utf8')).toContain('## Limits of use')
    await page.waitForSelector('[data-testid="exported"]')
    await screen.shoot('train-card')
  })

  it('fits both windows and passes the accessibility rules in every view', async () => {
    const { page } = screen
    const axe = readFileSync(resolve(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8')
    const session = await page.context().newCDPSession(page)
    for (const [width, height] of [
      [1920, 1080],
      [1366, 768],
    ] as const) {
      await page.setViewportSize({ width, height })
      for (const view of views) {
        await open(view)
        await page.waitForTimeout(400)
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect(overflow, `${view} is wider than ${width} px`).toBeLessThanOrEqual(0)
        await session.send('Runtime.evaluate', { expression: axe })
        const { result } = await session.send('Runtime.evaluate', {
          expression: `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa'] }).then((r) => JSON.stringify(r.violations.map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html).join(' '))))`,
          awaitPromise: true,
          returnByValue: true,
        })
        expect(JSON.parse(String(result.value)), `${view} at ${width}`).toEqual([])
      }
    }
  })

  it('trains the kinds that are ticked, live, and can be cancelled', async () => {
    const { page } = screen
    await open('train')
    const ticked = page.locator('[data-testid="train-kinds"] input:checked:not(:disabled)')
    while ((await ticked.count()) > 0) await ticked.first().uncheck()
    await page.waitForSelector('text=Choose at least one kind of model beside the mean.')
    expect(await page.isDisabled('[data-testid="train-run"]')).toBe(true)
    // Enough to do that the click on cancel comes in time: one network alone is trained within a second.
    for (const kind of ['pool', 'bhn-raw', 'boosting', 'gp', 'ensemble', 'dropout'])
      await page.check(`[data-testid="train-kind-${kind}"]`)
    await page.click('[data-testid="train-run"]')
    await page.waitForSelector('[data-testid="room-job"]')
    await page.click('[data-testid="room-job-cancel"]')
    await page.waitForSelector('text=Train ended before it was done')
    await page.click('text=Resume')
    // The list of jobs says «cancelled» until the news of the resumed job arrives.
    await page.waitForSelector('text=Train ended before it was done', { state: 'detached' })
    await page.click('[data-testid="toggle-jobs"]')
    expect(await screen.jobEnds('train')).toBe('done')
    await page.waitForSelector('[data-testid="figure-loss"]')
    await screen.shoot('train-live')
  })

  it('broke no content policy and logged no error on the way', () => {
    expect(screen.complaints).toEqual([])
  })
})

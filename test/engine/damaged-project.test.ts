import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { refusal } from '../support/shared-lab.ts'
import { tempDir } from '../support/temp.ts'

let open: TestEngine | null = null
afterEach(async () => {
  await open?.engine.close()
  open = null
})

describe('a stored result that is not what its kind promises', () => {
  it.each([
    ['cut short', '{"sections": ["Im'],
    ['of another shape', '{"sections": 8}'],
  ])('%s is named when it is read and when the project is checked', async (_, document) => {
    const dataDir = join(tempDir(), 'project')
    open = await openTestEngine(dataDir)
    await open.job('report.write', {})
    const [report] = await open.call('report.list', {})
    await open.engine.close()

    const db = new BetterSqlite3(join(dataDir, 'project.sqlite'))
    db.prepare('UPDATE result SET document = ? WHERE id = ?').run(document, report!.id)
    db.close()

    open = await openTestEngine(dataDir, null)
    expect(await refusal(open.call('report.list', {}))).toMatchObject({
      code: 'PROJECT_DAMAGED',
      message: `The stored report of ${report!.createdAt} cannot be read.`,
      detail: report!.id,
    })
    expect((await open.call('project.info', {})).rooms.find(({ room }) => room === 'report')).toMatchObject({
      count: 'damaged',
    })
    const { result } = await open.job('project.verify', {})
    expect(result).toMatchObject({ findings: [{ code: 'RESULT_DAMAGED', item: report!.id }] })
    expect(open.log).toEqual([])
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { ContractError, type ContractErrorData, type ImportItem } from '../../main/contract/index.ts'
import { openTestEngine, type TestEngine } from './engine.ts'
import { folderOf, micrographPng } from './lab.ts'

/** What an import is given, by paths. */
export interface Source {
  readonly images: string
  readonly table?: string
  readonly databarRows?: number
}

/** One project for all tests of a file, with what a test of bad input asks of it again and again. */
export interface SharedLab {
  readonly engine: TestEngine
  /** A folder of this test file, with these files; answers its path. */
  given(files: Record<string, Uint8Array | string>): string
  /** A picture unlike all others, since one already in the project is not taken again. */
  fresh(): Uint8Array
  params(source: Source): { images: string; table: string | null; databarRows: number }
  /** Imports and answers what became of each file. */
  imported(source: Source): Promise<ImportItem[]>
  /** The import fails with the code, says of which item, and leaves nothing. */
  expectRefused(source: Source, code: string, item: string): Promise<ContractErrorData>
  /** `project.verify` finds nothing, and nothing was logged as a defect. */
  expectSound(): Promise<void>
}

export async function refusal(call: Promise<unknown>): Promise<ContractErrorData> {
  const error: unknown = await call.then(
    () => null,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(ContractError)
  return (error as ContractError).toData()
}

/** Registers the hooks that open and close the project; its parts may be used inside tests only. */
export function sharedLab(): SharedLab {
  let folder = ''
  let engine: TestEngine | null = null
  let made = 0
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'causalloy Prüfling µ '))
    engine = await openTestEngine(join(folder, 'project'))
  })
  afterAll(async () => {
    await engine?.engine.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const stored = async () => ({
    micrographs: (await lab.engine.call('image.list', {})).length,
    items: (await lab.engine.call('image.items', {})).length,
    specimens: (await lab.engine.call('specimen.list', {})).length,
  })
  const lab: SharedLab = {
    get engine() {
      if (engine === null) throw new Error('the project is open inside tests only')
      return engine
    },
    given: (files) => folderOf(join(folder, `given ${++made}`), files),
    fresh: () => micrographPng(1000 + ++made),
    params: ({ images, table, databarRows = 0 }) => ({
      images: lab.engine.handle(images),
      table: table === undefined ? null : lab.engine.handle(table),
      databarRows,
    }),
    async imported(source) {
      const before = await lab.engine.call('image.items', {})
      const job = await lab.engine.job('image.import', lab.params(source))
      expect(job).toMatchObject({ state: 'done', error: null })
      return (await lab.engine.call('image.items', {})).slice(before.length)
    },
    async expectRefused(source, code, item) {
      const before = await stored()
      const job = await lab.engine.job('image.import', lab.params(source))
      expect(job).toMatchObject({ state: 'failed', error: { code } })
      const { message, detail, hint } = job.error!
      expect(`${message} ${detail ?? ''}`).toContain(item)
      expect(message).toMatch(/^[A-Z].*\./)
      expect(hint).not.toBe('')
      expect(await stored()).toEqual(before)
      return job.error!
    },
    async expectSound() {
      const verified = await lab.engine.job('project.verify', {})
      expect(verified.result).toMatchObject({ findings: [] })
      expect(lab.engine.log).toEqual([])
    },
  }
  return lab
}

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { Log } from './log.ts'

const recentFile = z.object({
  version: z.literal(1),
  projects: z.array(z.object({ name: z.string(), path: z.string(), openedAt: z.iso.datetime() })),
})
export type RecentProject = z.infer<typeof recentFile>['projects'][number]

const most = 20

/** Projects opened before on this machine, newest first; one small file in the user's folder. */
export class RecentProjects {
  readonly #file: string
  readonly #folder: string
  readonly #log: Log

  constructor(folder: string, log: Log) {
    this.#folder = folder
    this.#file = join(folder, 'recent.json')
    this.#log = log
  }

  async list(): Promise<RecentProject[]> {
    const text = await readFile(this.#file, 'utf8').catch(() => null)
    if (text === null) return []
    try {
      return recentFile.parse(JSON.parse(text)).projects
    } catch {
      // Kept beside, so that a person can look; a list of names is no reason to refuse to start.
      await rename(this.#file, this.#file + '.damaged').catch(() => undefined)
      this.#log({ level: 'warn', message: 'The list of recent projects was damaged and begins anew.' })
      return []
    }
  }

  async add(project: RecentProject): Promise<void> {
    const others = (await this.list()).filter(({ path }) => path !== project.path)
    const text = JSON.stringify({ version: 1, projects: [project, ...others].slice(0, most) }, null, 2)
    try {
      await mkdir(this.#folder, { recursive: true })
      const temporary = `${this.#file}.${process.pid}.tmp`
      await writeFile(temporary, text)
      await rename(temporary, this.#file)
    } catch (cause) {
      this.#log({
        level: 'warn',
        message: 'The list of recent projects could not be written.',
        detail: String(cause),
      })
    }
  }
}

import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ContractError, type FileEntry } from '../../../main/contract/index.ts'
import { replyTo } from '../../../main/host/dispatch.ts'
import type { LogLine } from '../../../main/host/log.ts'
import { Session } from '../../../main/host/session.ts'

let folder: string
let lines: LogLine[]
let session: Session
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causalloy-session-'))
  lines = []
  session = newSession()
})
afterEach(async () => {
  await session.closeProject()
  rmSync(folder, { recursive: true })
})

function newSession(): Session {
  return new Session({
    host: 'server',
    configFolder: join(folder, 'config'),
    clock: Date.now,
    log: (line) => lines.push(line),
    programVersion: '0',
    seed: 1,
  })
}
const plain = { name: 'p', simulated: false, seed: 1 }

describe('files', () => {
  it('shows folders, tables and images, marks projects, and hides the rest', async () => {
    await session.createProject(join(folder, 'data', 'lab'), plain)
    await session.closeProject()
    const data = join(folder, 'data')
    mkdirSync(join(data, 'images 10'))
    mkdirSync(join(data, 'images 9'))
    mkdirSync(join(data, '.hidden'))
    for (const name of ['b.csv', 'a.TIF', '.c.png', 'd.exe', 'notes']) writeFileSync(join(data, name), 'x')
    symlinkSync(join(folder, 'nowhere'), join(data, 'broken.png'))
    const { name, parent, entries } = await session.call('files.browse', {
      folder: session.handles.mint(data),
    })
    expect(name).toBe('data')
    expect(session.handles.resolve(parent!)).toBe(folder)
    const shown = entries.map((entry: FileEntry) => [
      entry.name,
      entry.kind,
      entry.isProject,
      entry.byteLength,
    ])
    expect(shown).toEqual([
      ['images 9', 'folder', false, 0],
      ['images 10', 'folder', false, 0],
      ['lab', 'folder', true, 0],
      ['a.TIF', 'file', false, 1],
      ['b.csv', 'file', false, 1],
    ])
    expect(JSON.stringify(entries)).not.toContain(folder)
  })

  it('begins at places that are there, and has no parent at the root', async () => {
    const roots = await session.call('files.roots', {})
    expect(roots.length).toBeGreaterThan(0)
    expect(new Set(roots.map(({ handle }) => handle)).size).toBe(roots.length)
    const top = await session.call('files.browse', { folder: session.handles.mint('/') })
    expect(top.parent).toBeNull()
  })

  it.each(['nowhere', 'file.csv'])('says FOLDER_UNREADABLE for %s, by name and not by path', async (name) => {
    writeFileSync(join(folder, 'file.csv'), 'x')
    const error: unknown = await session
      .call('files.browse', { folder: session.handles.mint(join(folder, name)) })
      .catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(ContractError)
    expect(error).toMatchObject({ code: 'FOLDER_UNREADABLE' })
    expect((error as ContractError).detail).toContain(name)
    expect((error as ContractError).detail).not.toContain(folder)
  })

  it.skipIf(process.getuid?.() === 0)(
    'says FOLDER_UNREADABLE for a closed folder (skipped for root)',
    async () => {
      mkdirSync(join(folder, 'closed'))
      chmodSync(join(folder, 'closed'), 0)
      await expect(
        session.call('files.browse', { folder: session.handles.mint(join(folder, 'closed')) }),
      ).rejects.toMatchObject({ code: 'FOLDER_UNREADABLE' })
    },
  )
})

describe('projects', () => {
  it('holds one at a time, opened and closed in order whatever arrives at once', async () => {
    await session.createProject(join(folder, 'a'), { ...plain, name: 'a' })
    await session.createProject(join(folder, 'b'), { ...plain, name: 'b' })
    const opened = await Promise.all([
      session.openProject(join(folder, 'a')),
      session.openProject(join(folder, 'b')),
      session.openProject(join(folder, 'a')),
    ])
    expect(opened.map(({ name }) => name)).toEqual(['a', 'b', 'a'])
    expect(await session.call('project.info', {})).toMatchObject({ name: 'a' })
  })

  it('keeps the open project when another cannot be opened', async () => {
    await session.createProject(join(folder, 'a'), plain)
    await expect(session.openProject(folder)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(session.createProject(join(folder, 'a'), plain)).rejects.toMatchObject({
      code: 'PROJECT_EXISTS',
    })
    mkdirSync(join(folder, 'damaged'))
    writeFileSync(
      join(folder, 'damaged', 'project.sqlite'),
      'this is no database, whatever its name says'.repeat(200),
    )
    await expect(session.openProject(join(folder, 'damaged'))).rejects.toBeInstanceOf(ContractError)
    expect(await session.call('project.info', {})).toMatchObject({ name: 'p' })
  })

  it('keeps a name inside the chosen folder, whatever it says', async () => {
    const parent = session.handles.mint(folder)
    for (const name of ['../../escape', '/etc/x', 'C:\\x', '..', 'CON'])
      await session.call('project.create', { parent, name })
    expect(readdirSync(folder).sort()).toEqual(['C__x', '_.._escape', '_CON', '_etc_x', 'config', 'project'])
  })

  it('lists recent projects newest first, says which are gone, and keeps a damaged list', async () => {
    for (const name of ['a', 'b', 'a']) {
      const at = join(folder, name)
      await (readdirSync(folder).includes(name)
        ? session.openProject(at)
        : session.createProject(at, { ...plain, name }))
    }
    await session.closeProject()
    rmSync(join(folder, 'b'), { recursive: true })
    expect(await session.call('project.recent', {})).toEqual([
      { name: 'a', available: true },
      { name: 'b', available: false },
    ])
    writeFileSync(join(folder, 'config', 'recent.json'), '{"version":1,"projects":[{')
    expect(await newSession().call('project.recent', {})).toEqual([])
    expect(readdirSync(join(folder, 'config'))).toContain('recent.json.damaged')
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn' }))
  })
})

describe('defects', () => {
  it('cross as INTERNAL with a log id, their stack only in the log', async () => {
    const log = (line: LogLine): void => void lines.push(line)
    const failing = (): Promise<never> => Promise.reject(new TypeError('secret detail of /home/ada'))
    const reply = await replyTo({ id: 5, method: 'host.info', params: {} }, failing, log)
    expect(reply).toMatchObject({ id: 5, error: { code: 'INTERNAL' } })
    expect(JSON.stringify(reply)).not.toMatch(/secret|ada|dispatch/)
    const id = /log ([0-9a-f]{8})/.exec(JSON.stringify(reply))?.[1] ?? 'none'
    expect(lines[0]?.message).toContain(id)
    expect(lines[0]?.detail).toContain('secret detail')
  })

  it('an answer against the contract is a defect, not an answer', async () => {
    const reply = await replyTo(
      { id: 1, method: 'project.recent', params: {} },
      () => Promise.resolve([{ name: 1 }]),
      () => undefined,
    )
    expect(reply).toHaveProperty('error.code', 'INTERNAL')
  })
})

import { existsSync, readdirSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { ContractError, type FileEntry, type FileHandle } from '../contract/index.ts'
import type { HandleTable } from './handles.ts'
import { isChoosable, isHiddenName, nameOf, parentOf, rootsOf, type PathStyle } from './places.ts'

export interface BrowseContext {
  readonly handles: HandleTable
  readonly style: PathStyle
  readonly platform: string
  readonly isProject: (folder: string) => boolean
}

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** What a folder holds, folders first: subfolders, tables and images; nothing hidden, no path. */
export async function browse(
  context: BrowseContext,
  handle: FileHandle,
): Promise<{ name: string; parent: FileHandle | null; entries: FileEntry[] }> {
  const { handles, style } = context
  const folder = handles.resolve(handle)
  const listed = await readdir(folder).catch((cause: unknown) => {
    throw new ContractError('FOLDER_UNREADABLE', 'The folder cannot be read.', reasonOf(folder, style, cause))
  })
  const entries: FileEntry[] = []
  for (const name of listed) {
    if (isHiddenName(name)) continue
    const entry = await entryOf(context, name, style.join(folder, name))
    if (entry !== null) entries.push(entry)
  }
  entries.sort(
    (a, b) => Number(a.kind === 'file') - Number(b.kind === 'file') || byName.compare(a.name, b.name),
  )
  const parent = parentOf(folder, style)
  return {
    name: nameOf(folder, style),
    parent: parent === null ? null : handles.mint(parent),
    entries,
  }
}

/** Where choosing may begin on this machine. */
export async function roots(context: BrowseContext): Promise<FileEntry[]> {
  const found = rootsOf({
    platform: context.platform,
    home: homedir(),
    cwd: process.cwd(),
    user: userInfo().username,
    list: (folder) => {
      try {
        return readdirSync(folder)
      } catch {
        return []
      }
    },
    exists: existsSync,
  })
  const entries: FileEntry[] = []
  for (const { name, path } of found) {
    const entry = await entryOf(context, name, path)
    if (entry?.kind === 'folder') entries.push(entry)
  }
  return entries
}

/** Null for what cannot be chosen: other files, devices, links that lead nowhere. */
async function entryOf(context: BrowseContext, name: string, path: string): Promise<FileEntry | null> {
  const info = await stat(path).catch(() => null)
  if (info === null) return null
  if (info.isDirectory())
    return {
      name,
      handle: context.handles.mint(path),
      kind: 'folder',
      byteLength: 0,
      isProject: context.isProject(path),
    }
  if (!info.isFile() || !isChoosable(name, context.style)) return null
  return {
    name,
    handle: context.handles.mint(path),
    kind: 'file',
    byteLength: info.size,
    isProject: false,
  }
}

/** Name and operating system code, without the path. */
export function reasonOf(path: string, style: PathStyle, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
  return `${nameOf(path, style)} (${code})`
}

import { posix, win32 } from 'node:path'

export type PathStyle = typeof posix | typeof win32

export const styleOf = (platform: string): PathStyle => (platform === 'win32' ? win32 : posix)

/** Files a person may choose: tables and images. */
const chosen = new Set(['.csv', '.txt', '.png', '.jpg', '.jpeg', '.tif', '.tiff'])

export const isChoosable = (name: string, style: PathStyle): boolean =>
  chosen.has(style.extname(name).toLowerCase())

const systemFolders = new Set(['$recycle.bin', 'system volume information', '$windows.~bt', '$windows.~ws'])

/** Whether a folder listing leaves the name out. */
export const isHiddenName = (name: string): boolean =>
  name.startsWith('.') || systemFolders.has(name.toLowerCase())

/** The folder above, or null at a root ('/', 'C:\', '\\server\share\'). */
export function parentOf(path: string, style: PathStyle): string | null {
  const parent = style.dirname(path)
  return parent === path ? null : parent
}

/** The last part of a path as a person reads it; a root is named by itself. */
export function nameOf(path: string, style: PathStyle): string {
  const name = style.basename(path)
  return name === '' ? path : name
}

/** One absolute, normalised form per place, so that a place has one handle. */
export function canonicalPath(path: string, style: PathStyle): string {
  const whole = style.resolve(path)
  const { root } = style.parse(whole)
  return whole.length > root.length && whole.endsWith(style.sep) ? whole.slice(0, -1) : whole
}

export interface Root {
  readonly name: string
  readonly path: string
}

/**
 * Where choosing a file may begin: the home folder, the working folder, drives and mounted volumes.
 * `list` names what is in a folder ([] where it cannot be read), `exists` tells whether a place is there.
 */
export function rootsOf(places: {
  readonly platform: string
  readonly home: string
  readonly cwd: string
  readonly user: string
  readonly list: (folder: string) => readonly string[]
  readonly exists: (path: string) => boolean
}): Root[] {
  const style = styleOf(places.platform)
  const roots: Root[] = [
    { name: 'Home', path: places.home },
    { name: `Working folder (${nameOf(places.cwd, style)})`, path: places.cwd },
  ]
  if (places.platform === 'win32') {
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
      const drive = `${letter}:\\`
      if (places.exists(drive)) roots.push({ name: `Drive ${letter}:`, path: drive })
    }
  } else {
    const mounts =
      places.platform === 'darwin'
        ? ['/Volumes']
        : [`/media/${places.user}`, `/run/media/${places.user}`, '/mnt']
    for (const mount of mounts) {
      for (const name of places.list(mount)) {
        if (!isHiddenName(name)) roots.push({ name, path: style.join(mount, name) })
      }
    }
    roots.push({ name: 'File system', path: '/' })
  }
  const seen = new Set<string>()
  return roots
    .map((root) => ({ ...root, path: canonicalPath(root.path, style) }))
    .filter(({ path }) => !seen.has(path) && seen.add(path))
}

import { posix, win32 } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configFolder } from '../../../main/host/config.ts'
import { HandleTable } from '../../../main/host/handles.ts'
import {
  canonicalPath,
  isChoosable,
  isHiddenName,
  nameOf,
  parentOf,
  rootsOf,
} from '../../../main/host/places.ts'

describe('places of both path styles', () => {
  it('finds the folder above, and none above a root', () => {
    expect(parentOf('/a/b', posix)).toBe('/a')
    expect(parentOf('/', posix)).toBeNull()
    expect(parentOf('C:\\a', win32)).toBe('C:\\')
    expect(parentOf('C:\\', win32)).toBeNull()
    expect(parentOf('\\\\server\\share\\', win32)).toBeNull()
  })

  it('names a place by its last part, a root by itself', () => {
    expect(nameOf('/a/b', posix)).toBe('b')
    expect(nameOf('/', posix)).toBe('/')
    expect(nameOf('D:\\', win32)).toBe('D:\\')
  })

  it('has one form per place', () => {
    expect(canonicalPath('/a/../b//c/', posix)).toBe('/b/c')
    expect(canonicalPath('/', posix)).toBe('/')
    expect(canonicalPath('C:/a/./b/', win32)).toBe('C:\\a\\b')
    expect(canonicalPath('C:\\', win32)).toBe('C:\\')
  })

  it('offers tables and images only, and hides what systems hide', () => {
    for (const name of ['a.csv', 'a.TXT', 'a.png', 'a.JPG', 'a.jpeg', 'a.tif', 'a.TIFF'])
      expect(isChoosable(name, posix)).toBe(true)
    for (const name of ['a.exe', 'a', 'a.csv.exe', 'csv', '.png'])
      expect(isChoosable(name, posix)).toBe(false)
    for (const name of ['.git', '$RECYCLE.BIN', 'System Volume Information'])
      expect(isHiddenName(name)).toBe(true)
    expect(isHiddenName('images')).toBe(false)
  })

  it('begins at home, working folder, drives and mounts, each once', () => {
    const linux = rootsOf({
      platform: 'linux',
      home: '/home/ada',
      cwd: '/home/ada/',
      user: 'ada',
      list: (folder) => (folder === '/media/ada' ? ['STICK', '.hidden'] : []),
      exists: () => true,
    })
    expect(linux).toEqual([
      { name: 'Home', path: '/home/ada' },
      { name: 'STICK', path: '/media/ada/STICK' },
      { name: 'File system', path: '/' },
    ])
    const windows = rootsOf({
      platform: 'win32',
      home: 'C:\\Users\\ada',
      cwd: 'D:\\lab',
      user: 'ada',
      list: () => [],
      exists: (path) => path === 'C:\\' || path === 'D:\\',
    })
    expect(windows.map(({ path }) => path)).toEqual(['C:\\Users\\ada', 'D:\\lab', 'C:\\', 'D:\\'])
  })
})

describe('configFolder', () => {
  it('follows the platform and ignores relative values', () => {
    const at = (platform: string, home: string, env: Record<string, string>): string =>
      configFolder({ platform, home, env })
    expect(at('linux', '/home/ada', {})).toBe('/home/ada/.config/causalloy')
    expect(at('linux', '/home/ada', { XDG_CONFIG_HOME: '/cfg' })).toBe('/cfg/causalloy')
    expect(at('linux', '/home/ada', { XDG_CONFIG_HOME: 'cfg' })).toBe('/home/ada/.config/causalloy')
    expect(at('win32', 'C:\\Users\\ada', {})).toBe('C:\\Users\\ada\\AppData\\Roaming\\Causalloy')
    expect(at('win32', 'C:\\Users\\ada', { APPDATA: 'D:\\r' })).toBe('D:\\r\\Causalloy')
    expect(at('darwin', '/Users/ada', {})).toBe('/Users/ada/Library/Application Support/Causalloy')
  })
})

describe('HandleTable', () => {
  it('gives one unguessable handle per place and knows no other', () => {
    const table = new HandleTable(posix)
    const handle = table.mint('/a/b')
    expect(handle).toMatch(/^h_[0-9a-f]{32}$/)
    expect(table.mint('/a/./b/')).toBe(handle)
    expect(table.mint('/a/c')).not.toBe(handle)
    expect(table.resolve(handle)).toBe('/a/b')
    const foreign = new HandleTable(posix).mint('/a/b')
    expect(foreign).not.toBe(handle)
    expect(() => table.resolve(foreign)).toThrow(expect.objectContaining({ code: 'HANDLE_UNKNOWN' }))
  })
})

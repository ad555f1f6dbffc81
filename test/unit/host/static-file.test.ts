import { posix, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blobOfPath, isInside, staticFile } from '../../../main/host/shared/files.ts'

describe('staticFile', () => {
  it('names files below the root with their media type', () => {
    expect(staticFile('/', '/srv/app')).toEqual({
      path: '/srv/app/index.html',
      mediaType: 'text/html; charset=utf-8',
    })
    expect(staticFile('/assets/main-1a.js', '/srv/app')?.path).toBe('/srv/app/assets/main-1a.js')
    expect(staticFile('/assets/a%20b.css', '/srv/app')?.path).toBe('/srv/app/assets/a b.css')
    expect(staticFile('/assets/main.js', 'C:\\app', win32 as typeof posix)?.path).toBe(
      'C:\\app\\assets\\main.js',
    )
  })

  it('answers nothing for kinds that the renderer has not', () => {
    for (const path of ['/package', '/a.exe', '/a.ts', '/a.sqlite', '/assets/', '/assets'])
      expect(staticFile(path, '/srv/app')).toBeNull()
  })

  it('never leaves the root, whatever the path (both styles)', () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '%2e',
      '%2e%2e',
      '%2f',
      '%5c',
      '\\',
      '/',
      'C:',
      '%00',
      'a',
      '.js',
      '~',
      '%25',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom(posix, win32), (pieces, style) => {
        const root = style === posix ? '/srv/app' : 'C:\\srv\\app'
        const file = staticFile('/' + pieces.join(''), root, style as typeof posix)
        if (file !== null) expect(isInside(file.path, root, style)).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })
})

describe('isInside', () => {
  it('compares with the separator', () => {
    expect(isInside('/data/x', '/data')).toBe(true)
    expect(isInside('/data-secret/x', '/data')).toBe(false)
    expect(isInside('/data', '/data')).toBe(false)
    expect(isInside('/data/..x', '/data')).toBe(true)
    expect(isInside('C:\\data\\x', 'C:\\data', win32)).toBe(true)
    expect(isInside('D:\\data\\x', 'C:\\data', win32)).toBe(false)
  })
})

describe('blobOfPath', () => {
  it('takes a lower-case SHA-256 and nothing else', () => {
    const sha = 'a'.repeat(64)
    expect(blobOfPath(`/blob/${sha}`)).toBe(sha)
    for (const path of [
      `/blob/${sha}0`,
      `/blob/${'A'.repeat(64)}`,
      `/blob/${sha}/`,
      `/blob/../${sha}`,
      `//blob/${sha}`,
    ])
      expect(blobOfPath(path)).toBeNull()
  })
})

import { mkdtempSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { browserArguments, browserPlaces, electronPlace } from '../../../main/host/start/browsers.ts'
import { newestMs } from '../../../main/host/start/builds.ts'

describe('browsers', () => {
  it('looks for Chromium before Chrome before Edge', () => {
    expect(browserPlaces('linux', { PATH: '/usr/bin:rel:/opt/bin' }).slice(0, 2)).toEqual([
      '/usr/bin/chromium',
      '/opt/bin/chromium',
    ])
    const windows = browserPlaces('win32', { PROGRAMFILES: 'C:\\Program Files' })
    expect(windows).toContain('C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe')
    expect(browserPlaces('darwin', {})[0]).toBe('/Applications/Chromium.app/Contents/MacOS/Chromium')
  })

  it('drops the sandbox for root only', () => {
    const url = 'http://127.0.0.1:1/?token=t'
    expect(browserArguments(url, '/p', false)).not.toContain('--no-sandbox')
    expect(browserArguments(url, '/p', true)).toContain('--no-sandbox')
    expect(browserArguments(url, '/p', false)).toContain(`--app=${url}`)
  })

  it('finds the Electron runtime where the platform puts it, or where a facility says', () => {
    expect(electronPlace('linux', '/e', {})).toBe('/e/dist/electron')
    expect(electronPlace('win32', 'C:\\e', {})).toBe('C:\\e\\dist\\electron.exe')
    expect(electronPlace('linux', '/e', { ELECTRON_OVERRIDE_DIST_PATH: '/own' })).toBe('/own/electron')
  })
})

describe('newestMs', () => {
  it('looks into folders and gives 0 for what is not there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'causalloy-newest-'))
    mkdirSync(join(folder, 'a'))
    writeFileSync(join(folder, 'a', 'x'), '')
    writeFileSync(join(folder, 'y'), '')
    utimesSync(join(folder, 'a', 'x'), 2000, 2000)
    utimesSync(join(folder, 'y'), 1000, 1000)
    expect(newestMs([folder])).toBe(2_000_000)
    expect(newestMs([join(folder, 'none')])).toBe(0)
    rmSync(folder, { recursive: true })
  })
})

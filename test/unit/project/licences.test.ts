import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface Locked {
  version?: string
  license?: string
  dev?: boolean
  resolved?: string
}
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>

const permissive = new Set([
  'MIT',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'ISC',
  'MPL-2.0',
  '0BSD',
  'Zlib',
])
/** Tools of the build only; nothing of them is shipped. */
const buildOnly = new Set(['BlueOak-1.0.0', 'Python-2.0', 'WTFPL', 'CC0-1.0', 'CC-BY-4.0', 'Unlicense'])

/** 'MIT OR CC0-1.0' is fine when one side is; 'MIT AND Zlib' when both are. */
function allowed(expression: string, set: ReadonlySet<string>): boolean {
  const bare = expression.replaceAll(/[()]/g, '')
  return bare.includes(' OR ')
    ? bare.split(' OR ').some((part) => allowed(part, set))
    : bare.split(' AND ').every((part) => set.has(part.trim()))
}

describe('packages', () => {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '')

  it('have licences we may ship, or are tools of the build', () => {
    const refused = packages.filter(([, entry]) => {
      const licence = entry.license ?? 'none'
      return (
        !allowed(licence, permissive) &&
        !(entry.dev === true && allowed(licence, new Set([...permissive, ...buildOnly])))
      )
    })
    expect(refused.map(([path, entry]) => `${path}: ${entry.license ?? 'none'}`)).toEqual([])
  })

  it('are pinned to exact versions', () => {
    const all = Object.entries({
      ...manifest['dependencies'],
      ...manifest['devDependencies'],
      ...manifest['optionalDependencies'],
    })
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })

  it('come from the registry alone, named by no mirror', () => {
    expect(
      packages
        .filter(
          ([, entry]) =>
            entry.resolved !== undefined && !entry.resolved.startsWith('https://registry.npmjs.org/'),
        )
        .map(([path]) => path),
    ).toEqual([])
  })
})

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { whyNoNative } from '../../../../main/engine/compute/native/index.ts'
import { repositoryRoot } from '../../../support/layers.js'

const build = (env: NodeJS.ProcessEnv, ...args: string[]): { status: number | null; stdout: string } => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(repositoryRoot, 'native/build.ts'), ...args],
    { encoding: 'utf8', env },
  )
  return { status, stdout: stdout + stderr }
}

describe('native/build.ts', () => {
  it('says in one sentence that there is no compiler, and ends well', () => {
    const { PATH: _path, Path: _windows, CXX: _compiler, ...bare } = process.env
    for (const args of [[], ['--optional']]) {
      const { status, stdout } = build({ ...bare, PATH: '' }, ...args)
      expect(status).toBe(0)
      expect(stdout).toMatch(/^No C\+\+ compiler was found\. [^\n]+\n$/)
    }
  })

  it.skipIf(whyNoNative() !== null)('does nothing when what is built is up to date', () => {
    const first = build(process.env)
    expect(first.status).toBe(0)
    expect(build(process.env)).toEqual({ status: 0, stdout: '' })
  })
})

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { repositoryRoot } from '../../../../support/layers.js'
import { softwareGpu } from '../../../../support/software-gpu.ts'

/** A choice, since every session compiles its shaders anew; all cases pass (`node test/support/conformance-child.ts`). */
const chosen = [
  'values and gradients of silu',
  'values and gradients of many-channel',
  'gradients of a hypernetwork on a table, without moving it',
  'gradients of a decoder of images, without moving it',
]

describe.skipIf(softwareGpu === null)('onnxruntime on WebGPU, software adapter', () => {
  it('gives losses and gradients within 1e-4 of the reference', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(repositoryRoot, 'test/support/conformance-child.ts'), '1e-4', ...chosen],
      { env: { ...process.env, ...softwareGpu } },
    )
    const results = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; wrong: string[] })
    expect(results).toEqual(chosen.map((name) => ({ name, wrong: [] })))
  }, 300_000)
})

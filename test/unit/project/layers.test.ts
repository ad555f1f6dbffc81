import { readdirSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { layerViolation, rooms } from '../../support/layers.js'

describe('layer rules', () => {
  it.each([
    ['main/contract/errors.ts', '../engine/index.ts'],
    ['main/engine/causal/discover.ts', '../store/index.ts'],
    ['main/engine/causal/discover.ts', 'node:fs'],
    ['main/engine/models/fit.ts', '../causal/index.ts'],
    ['main/engine/jobs/runner.ts', '../steps/index.ts'],
    ['main/engine/create.ts', '../host/session.ts'],
    ['main/engine/create.ts', 'electron'],
    ['main/host/server.ts', 'electron'],
    ['renderer/rooms/home/HomeRoom.vue', '../../../main/engine/index.ts'],
    ['renderer/client/index.ts', 'node:fs'],
    ['preload/preload.ts', 'node:fs'],
    ['main/app/main.ts', '../engine/index.ts'],
  ])('refuse %s importing %s', (from, source) => {
    expect(layerViolation(from, source)).not.toBeNull()
  })

  it.each([
    ['main/engine/steps/train.ts', '../models/index.ts'],
    ['main/engine/causal/discover.ts', '../math/index.ts'],
    ['main/engine/report/compose.ts', '../../figures/index.ts'],
    ['main/host/cli.ts', '../engine/index.ts'],
    ['renderer/client/index.ts', '../../main/contract/index.ts'],
  ])('allow %s importing %s', (from, source) => {
    expect(layerViolation(from, source)).toBeNull()
  })

  it('name only rooms that exist', () => {
    for (const room of Object.keys(rooms)) expect(readdirSync(room).length, room).toBeGreaterThan(0)
  })
})

describe('engine', () => {
  it('loads in plain Node without Electron', () => {
    // Electron's package would try the network on its first import from plain Node.
    const script = `
      import { registerHooks } from 'node:module'
      registerHooks({ resolve(name, context, next) { if (name === 'electron') throw new Error('electron imported'); return next(name, context) } })
      const engine = await import('./main/engine/index.ts')
      console.log(typeof engine.createEngine)`
    expect(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).trim(),
    ).toBe('function')
  })
})

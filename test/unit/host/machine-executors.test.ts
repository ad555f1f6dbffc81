import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ContractError } from '../../../main/contract/index.ts'
import { sameProcess, type Spawn } from '../../../main/engine/compute/index.ts'
import { asExecutor, referenceExecutor } from '../../../main/engine/graph/index.ts'
import { MachineExecutors } from '../../../main/host/machine-executors.ts'
import { tempDir } from '../../support/temp.ts'

/** In place of processes: within this one, and only the reference is there. */
const onlyReference = (opened: string[]): Spawn =>
  sameProcess(({ name }) => {
    opened.push(name)
    if (name === 'reference') return Promise.resolve(asExecutor(referenceExecutor))
    return Promise.reject(new ContractError('EXECUTOR_FAILED', 'Not on this machine.', name))
  })

const machine = (folder: string, programVersion = '1.0.0', opened: string[] = [], warnings: string[] = []) =>
  new MachineExecutors({
    configFolder: join(folder, 'config'),
    programVersion,
    clock: () => Date.UTC(2026, 0, 2),
    log: ({ level, message }) => void (level === 'warn' && warnings.push(message)),
    spawnExecutor: onlyReference(opened),
  })

describe('what a machine computes with', () => {
  it('is measured once, kept, and read by the next session of the same version alone', async () => {
    const folder = tempDir()
    const opened: string[] = []
    const executors = machine(folder, '1.0.0', opened)
    expect(await executors.report()).toBeNull()
    const measured = await executors.measure({ allowGpu: false, optIn: [] })
    expect(opened).toContain('reference')
    expect(opened).not.toContain('onnx-cuda')
    expect(measured).toMatchObject({
      allowGpu: false,
      programVersion: '1.0.0',
      measuredAt: '2026-01-02T00:00:00.000Z',
    })
    expect(measured.choices.map(({ executor }) => executor)).toEqual(['reference', 'reference'])
    expect(await machine(folder).report()).toEqual(measured)
    expect(await machine(folder, '1.0.1').report()).toBeNull()
    expect(readdirSync(join(folder, 'config'))).toEqual(['executors.json'])

    const signal = new AbortController().signal
    opened.length = 0
    const { name, executor } = await executors.open('image', signal)
    expect([name, opened]).toEqual(['reference', ['reference']])
    await executor.close()

    const file = join(folder, 'config', 'executors.json')
    const kept = readFileSync(file, 'utf8')
    writeFileSync(file, kept.replace(measured.machine, 'another machine'))
    expect(await machine(folder).report()).toBeNull()
    const warnings: string[] = []
    writeFileSync(file, kept.slice(0, 100))
    expect(await machine(folder, '1.0.0', [], warnings).report()).toBeNull()
    expect(warnings).toHaveLength(1)
  })

  it('refuses the name of an executor that there is not', async () => {
    await expect(machine(tempDir()).measure({ allowGpu: true, optIn: ['cuda'] })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      detail: 'cuda',
    })
  })
})

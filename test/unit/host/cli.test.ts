import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../../main/host/cli/run.ts'

const cli = fileURLToPath(new URL('../../../main/host/cli.ts', import.meta.url))
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'causalloy-cli-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function run(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, XDG_CONFIG_HOME: join(folder, 'config'), APPDATA: join(folder, 'config') },
  })
  return { code: status, stdout, stderr }
}
/** The same in this process, for what needs no files: starting a process takes longer than the answer. */
async function runHere(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = ''
  let stderr = ''
  const code = await runCli(args, {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    isTty: false,
    columns: 80,
    onInterrupt: () => () => undefined,
  })
  return { code, stdout, stderr }
}
const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>

describe('wrong usage', () => {
  it.each([
    [[]],
    [['nothing']],
    [['image', 'inspect']],
    [['image', 'inspect', 'a', 'b']],
    [['image', 'inspect', 'a.png', '--bogus']],
    [['segment', 'run', '--bogus']],
    [['segment', 'run']],
    [['causal', 'discover', '--csv']],
    [['causal', 'effects', '--csv', 'a.csv', '--treatment', 'x', '--outcome', 'y']],
    [['call', 'no.method']],
    [['call', 'host.info', '--params', '{']],
    [['call', 'host.info', '--params', '[1]']],
    [['model', 'evaluate', '--csv', 'a.csv', '--inputs', 'x', '--outputs', 'y', '--kind', 'magic']],
    [['demo', '--specimens', '2']],
  ])('%j ends with 2, the usage on stderr and nothing on stdout', async (args) => {
    const { code, stdout, stderr } = await runHere(...args)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain('causalloy ')
  })

  it('with --json still gives one JSON document', () => {
    const { code, stdout } = run('segment', 'run', '--bogus', '--json')
    expect(code).toBe(2)
    expect(json(stdout)).toHaveProperty('error.code', 'BAD_REQUEST')
  })
})

describe('help', () => {
  it('lists the verbs, and the flags of each', () => {
    const all = run('--help')
    expect(all.code).toBe(0)
    expect(all.stdout).toContain('image inspect')
    const one = run('image', 'import', '--help')
    expect(one.code).toBe(0)
    expect(one.stdout).toContain('--pixel-size-um X')
    expect(one.stdout).toContain('--project DIR')
  })
})

describe('bare files', () => {
  it('inspects an image', () => {
    const data = Uint16Array.from([0, 1, 256, 65535, 7, 8])
    writeFileSync(join(folder, 'a.png'), encode({ width: 3, height: 2, data, channels: 1, depth: 16 }))
    const { code, stdout, stderr } = run('image', 'inspect', 'a.png', '--json')
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(json(stdout)).toMatchObject({
      format: 'png',
      images: [
        {
          shape: [2, 3],
          dtype: 'uint16',
          min: 0,
          max: 65535,
          mean: (256 + 65535 + 1 + 7 + 8) / 6,
          // printf '\0\0\1\0\0\1\377\377\7\0\10\0' | sha256sum
          sha256: 'feddc012ca13e24bedad9b7e4202e867f701703d21518e683ff15b907fe4cbb3',
          pixelSizeUm: null,
        },
      ],
    })
  })

  it('fails with a code, the reason on stderr and JSON on stdout', () => {
    writeFileSync(join(folder, 'empty.png'), '')
    writeFileSync(join(folder, 'text.png'), 'hello')
    for (const [file, error] of [
      ['none.png', 'FILE_UNREADABLE'],
      ['empty.png', 'FILE_EMPTY'],
      ['text.png', 'IMAGE_UNSUPPORTED'],
    ] as const) {
      const { code, stdout, stderr } = run('image', 'inspect', file, '--json')
      expect(code).toBe(1)
      expect(json(stdout)).toHaveProperty('error.code', error)
      expect(json(stdout)).toHaveProperty('error.detail', file)
      expect(stderr).toContain(error)
      expect(stderr).not.toContain('    at ')
    }
  })

  it('measures the objects of a label image and of a mask', () => {
    const label = new Uint8Array(20 * 30)
    for (let row = 2; row < 12; row++) for (let col = 3; col < 13; col++) label[row * 30 + col] = 1
    for (let row = 5; row < 10; row++) for (let col = 20; col < 30; col++) label[row * 30 + col] = 2
    writeFileSync(
      join(folder, 'label.png'),
      encode({ width: 30, height: 20, data: label, channels: 1, depth: 8 }),
    )
    const mask = label.map((value) => (value === 0 ? 0 : 255))
    writeFileSync(
      join(folder, 'mask.png'),
      encode({ width: 30, height: 20, data: mask, channels: 1, depth: 8 }),
    )
    const whole = json(
      run('measure', 'objects', '--mask', 'label.png', '--pixel-size-um', '0.5', '--json').stdout,
    )
    expect(whole).toMatchObject({
      lengthUnit: 'µm',
      connected: false,
      objects: [
        { label: 1, area: 25, touchesEdge: false },
        { label: 2, area: 12.5, touchesEdge: true },
      ],
    })
    const clear = json(run('measure', 'objects', '--mask', 'mask.png', '--edge', 'exclude', '--json').stdout)
    expect(clear).toMatchObject({ lengthUnit: 'px', connected: true, objects: [{ area: 100 }] })
  })

  it('closes knowledge on a graph', () => {
    const cases = [
      {
        id: 1,
        nodes: ['a', 'b', 'c'],
        cpdag: [
          ['a', '--', 'b'],
          ['b', '--', 'c'],
        ],
        knowledge: { required: [['a', 'b']] },
      },
      {
        id: 'x',
        nodes: ['a', 'b'],
        cpdag: [['a', '--', 'b']],
        knowledge: { required: [['a', 'b']], forbidden: [['a', 'b']] },
      },
    ]
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases))
    const { stdout } = run('causal', 'meek', '--cases', 'cases.json', '--json')
    const [first, second] = JSON.parse(stdout) as { id: unknown; result: unknown }[]
    expect(first?.id).toBe(1)
    expect(first?.result).toEqual(
      expect.arrayContaining([
        ['a', '-->', 'b'],
        ['b', '-->', 'c'],
      ]),
    )
    expect(second).toEqual({ id: 'x', result: 'contradiction' })
  })
})

describe('projects', () => {
  it('creates, asks, refuses a second one, and says what a folder is not', () => {
    const made = run('project', 'create', 'lab', '--name', 'Lab 7', '--seed', '5', '--json')
    expect(made.stderr).toBe('')
    expect(made.code).toBe(0)
    expect(json(made.stdout)).toMatchObject({ name: 'Lab 7', seed: 5, simulated: false })

    expect(json(run('project', 'info', '--project', 'lab', '--json').stdout)).toMatchObject({ name: 'Lab 7' })
    const again = run('project', 'create', 'lab', '--json')
    expect([again.code, json(again.stdout)]).toMatchObject([1, { error: { code: 'PROJECT_EXISTS' } }])
    const none = run('project', 'info', '--project', 'nowhere', '--json')
    expect([none.code, json(none.stdout)]).toMatchObject([1, { error: { code: 'NOT_FOUND' } }])
    const empty = run('segment', 'run', '--project', 'lab', '--json')
    expect([empty.code, json(empty.stdout)]).toMatchObject([1, { error: { code: 'NO_IMAGES' } }])
  })

  it('calls any method, with paths as handles, and checks flags against the contract', () => {
    const info = json(run('call', 'host.info', '--json').stdout)
    expect(info).toMatchObject({ host: 'cli', projectOpen: false })
    const browsed = run(
      'call',
      'files.browse',
      '--params',
      JSON.stringify({ folder: `path:${folder}` }),
      '--json',
    )
    expect(browsed.code).toBe(0)
    expect(json(browsed.stdout)['entries']).toContainEqual(
      expect.objectContaining({ name: 'lab', isProject: true }),
    )
    const wrong = run('segment', 'run', '--project', 'lab', '--min-area-px', '0')
    expect(wrong.code).toBe(2)
    expect(run('segment', 'run', '--project', 'lab', '--method', 'magic').code).toBe(2)
  })

  it('verifies as a job and answers its id', () => {
    const { code, stdout } = run('verify', '--project', 'lab', '--json')
    expect(code).toBe(0)
    expect(json(stdout)).toMatchObject({
      kind: 'verify',
      state: 'done',
      jobId: expect.any(String) as unknown,
    })
  })
})

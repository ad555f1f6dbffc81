import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ContractErrorData } from '../../main/contract/index.ts'
import { cliJson, runCli } from '../support/cli.ts'
import { openTestEngine } from '../support/engine.ts'
import { folderOf, micrographs, processCsv } from '../support/lab.ts'

/** The same mistakes at the command line: an exit code, one JSON document, the reason on stderr, no stack. */
const cli = resolve(import.meta.dirname, '../../main/host/cli.ts')
let home: string
let project: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'causalloy Prüfling '))
  project = join(home, 'lab')
  expect((await cliJson(['project', 'create', project], { home })).code).toBe(0)
})
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

const readText = (path: string): string => readFileSync(path, 'utf8')
let made = 0
const given = (files: Record<string, Uint8Array | string>): string =>
  folderOf(join(home, `given ${++made}`), files)
const onProject = (...args: string[]) =>
  cliJson<Record<string, unknown>>([...args, '--project', project], { home })

function expectError(
  { code, value, stderr }: { code: number | null; value: unknown; stderr: string },
  error: string,
  item: string,
): void {
  expect([code, value]).toMatchObject([1, { error: { code: error } }])
  const data = (value as { error: ContractErrorData }).error
  expect(`${data.message} ${data.detail ?? ''}`).toContain(item)
  expect(data.hint).toMatch(/\.$/)
  expect(stderr).toContain(`${error}: ${data.message}`)
  expect(stderr).toContain(data.hint)
  expect(stderr).not.toMatch(/^\s+at /m)
}

describe('the command line', () => {
  it.each([
    [['segment', 'run', '--bogus']],
    [['segment', 'run', '--min-area-px', 'many']],
    [['segment', 'run', '--method', 'magic']],
    [['image', 'get']],
    [['image', 'get', '--id', 'S1.png']],
    [['causal', 'effect', '--treatment', 'x']],
    [['optimize', 'run', '--bounds', '[{]']],
    [['report', 'write']],
    [['call', 'image.vanish']],
  ])('%j is wrong usage: 2, the usage on stderr, one JSON document', async (args) => {
    const { code, value, stderr } = await onProject(...args)
    expect([code, value]).toMatchObject([2, { error: { code: 'BAD_REQUEST' } }])
    expect(stderr).toContain('causalloy ')
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it('without --json says nothing on stdout when it fails', async () => {
    const failed = await runCli(['model', 'train', '--project', project], { home })
    expect([failed.code, failed.stdout]).toEqual([1, ''])
    expect(failed.stderr).toContain('NO_DATASET: ')
    const wrong = await runCli(['model', 'train'], { home })
    expect([wrong.code, wrong.stdout]).toEqual([2, ''])
  })

  it('refuses projects that are not there, and those that are', async () => {
    const nowhere = join(home, 'nowhere')
    expectError(await cliJson(['project', 'info', '--project', nowhere], { home }), 'NOT_FOUND', 'nowhere')
    expect(existsSync(nowhere)).toBe(false)
    expectError(await cliJson(['project', 'create', project], { home }), 'PROJECT_EXISTS', 'lab')
    const inFile = join(given({ 'a file': 'text' }), 'a file', 'lab')
    expectError(await cliJson(['project', 'create', inFile], { home }), 'FOLDER_UNREADABLE', 'ENOTDIR')
  })

  it('refuses folders and tables by name, and takes the good files of a mixed folder', async () => {
    const images = given({ 'notes.txt': 'see me' })
    expectError(await onProject('image', 'import', '--images', images), 'FOLDER_EMPTY', `given ${made}`)
    const doubled = given({ ...micrographs(1), 'process.csv': 'specimen,hardness (HV)\nS1,200\nS1,210' })
    const table = join(doubled, 'process.csv')
    expectError(
      await onProject('image', 'import', '--images', doubled, '--table', table),
      'TABLE_DUPLICATE_ID',
      'S1',
    )
    const preview = await onProject('image', 'preview', '--images', doubled, '--table', table)
    expect(preview).toMatchObject({ code: 0, value: { problems: [{ code: 'TABLE_DUPLICATE_ID' }] } })

    const whole = micrographs(3)
    const mixed = given({ ...whole, 'S2.png': whole['S2.png']!.subarray(0, 100), 'S4.png': '' })
    const imported = await onProject('image', 'import', '--images', mixed)
    expect(imported).toMatchObject({ code: 0, value: { result: { taken: 2, refused: 2, skipped: 0 } } })
    const items = (await onProject('image', 'items')).value as unknown as Record<string, unknown>[]
    expect(items.map(({ fileName, code }) => [fileName, code])).toEqual([
      ['S1.png', 'UNCALIBRATED'],
      ['S2.png', 'IMAGE_TRUNCATED'],
      ['S3.png', 'UNCALIBRATED'],
      ['S4.png', 'FILE_EMPTY'],
    ])
    expect((await onProject('verify')).value).toMatchObject({ result: { findings: [] } })
  })

  it('runs the whole way on a campaign that is too small, and exits 0 with a report that says so', async () => {
    const small = join(home, 'small')
    await cliJson(['project', 'create', small], { home })
    const images = given({ ...micrographs(3), 'process.csv': processCsv(3) })
    const fromImport = JSON.stringify({
      images: `path:${images}`,
      table: `path:${join(images, 'process.csv')}`,
    })
    const way = await cliJson(['plan', 'run-all', '--project', small, '--from-import', fromImport], { home })
    expect(way).toMatchObject({ code: 0, value: { state: 'done' } })
    const jobs = await cliJson<{ kind: string; error: ContractErrorData | null }[]>(
      ['job', 'list', '--project', small],
      { home },
    )
    const codes = jobs.value
      .filter(({ error }) => error !== null)
      .map(({ kind, error }) => [kind, error!.code])
    expect(codes.reverse()).toEqual([
      ['train', 'TOO_FEW_SPECIMENS'],
      ['discover', 'TOO_FEW_SPECIMENS'],
      ['optimize', 'NO_MODEL'],
    ])
    expectError(
      await cliJson(['model', 'train', '--project', small], { home }),
      'TOO_FEW_SPECIMENS',
      'at least 8',
    )
  })

  it('tells a second process that the project is in use, and opens it once it is free', async () => {
    const holder = await openTestEngine(project, null)
    try {
      expectError(await onProject('project', 'info'), 'PROJECT_IN_USE', project)
    } finally {
      await holder.engine.close()
    }
    expect((await onProject('project', 'info')).code).toBe(0)
  })
})

const nobody = 65_534
const isRoot = process.getuid?.() === 0
/** A root that may not become somebody without rights cannot be refused anything. */
const canBeRefused =
  process.platform !== 'win32' &&
  (!isRoot ||
    spawnSync(process.execPath, ['-e', `require('fs').accessSync(${JSON.stringify(cli)})`], { uid: nobody })
      .status === 0)

describe.skipIf(!canBeRefused)(
  `without rights${canBeRefused ? '' : ' (skipped: the tests run as root and cannot start a process as nobody here)'}`,
  () => {
    /** The command line as a person whom the file system refuses things; root is asked as nobody. */
    function refused(...args: string[]) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args, '--json'], {
        ...(isRoot ? { uid: nobody, gid: nobody } : {}),
        encoding: 'utf8',
        env: { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, 'config'), NODE_NO_WARNINGS: '1' },
      })
      return { code: status, value: JSON.parse(stdout) as Record<string, unknown>, stderr }
    }

    it('files, folders and projects are refused by name, and what may be read is taken', () => {
      const own = join(home, 'own')
      mkdirSync(own)
      mkdirSync(join(home, 'config'), { recursive: true })
      chmodSync(home, 0o755)
      if (isRoot) for (const path of [own, join(home, 'config')]) chownSync(path, nobody, nobody)
      const mine = join(own, 'lab')
      expect(refused('project', 'create', mine).code).toBe(0)

      const images = given({ ...micrographs(3), 'process.csv': processCsv(3) })
      const table = join(images, 'process.csv')
      chmodSync(join(images, 'S2.png'), 0)
      expect(refused('image', 'import', '--project', mine, '--images', images)).toMatchObject({
        code: 0,
        value: { result: { taken: 2, refused: 1 } },
      })
      chmodSync(table, 0)
      const withTable = ['image', 'import', '--project', mine, '--images', images, '--table', table]
      expectError(refused(...withTable), 'FILE_UNREADABLE', 'process.csv')
      chmodSync(images, 0)
      expectError(
        refused('image', 'import', '--project', mine, '--images', images),
        'FOLDER_UNREADABLE',
        'EACCES',
      )
      chmodSync(images, 0o755)

      const locked = join(home, 'locked')
      mkdirSync(locked, { mode: 0o555 })
      expectError(refused('project', 'create', join(locked, 'lab')), 'FOLDER_UNREADABLE', 'EACCES')
      const out = ['report', 'write', '--project', mine, '--out', join(locked, 'report.html')]
      expectError(refused(...out), 'FILE_UNREADABLE', 'report.html')

      chmodSync(join(mine, 'blobs'), 0o555)
      expectError(refused('project', 'info', '--project', mine), 'FOLDER_UNREADABLE', 'cannot be written')
      chmodSync(join(mine, 'blobs'), 0o755)
      chmodSync(join(mine, 'project.sqlite'), 0o444)
      chmodSync(mine, 0o555)
      expectError(refused('project', 'info', '--project', mine), 'FOLDER_UNREADABLE', 'cannot be written')
      chmodSync(mine, 0o755)
      chmodSync(join(mine, 'project.sqlite'), 0o644)
      expect(refused('verify', '--project', mine)).toMatchObject({
        code: 0,
        value: { result: { findings: [] } },
      })
    })
  },
)

const small = 'mount -t tmpfs -o size=1700k tmpfs'
const canMount = spawnSync('unshare', ['-Urm', 'sh', '-c', `${small} /tmp`]).status === 0

describe.skipIf(!canMount)(
  `on a full disk${canMount ? '' : ' (skipped: no small file system of its own can be mounted here)'}`,
  () => {
    it('a job fails with DISK_FULL, keeps what it did, and goes on once there is room', () => {
      const disk = given({})
      const images = given({ ...micrographs(120), 'process.csv': processCsv(120) })
      const script = join(home, 'full.sh')
      writeFileSync(
        script,
        `${small} "$DISK"
cli() { "$NODE" "$CLI" "$@" --json 2>"$OUT/$STEP.err" >"$OUT/$STEP.json"; echo $? >"$OUT/$STEP.code"; }
STEP=create cli project create "$DISK/lab"
STEP=import cli image import --project "$DISK/lab" --images "$IMAGES" --table "$IMAGES/process.csv"
STEP=another cli project create "$DISK/another"
ls "$DISK" >"$OUT/listing"
mount -o remount,size=64m "$DISK"
STEP=jobs cli job list --project "$DISK/lab"
STEP=resume cli job resume --project "$DISK/lab" --id "$(grep -o '"id":"[^"]*","kind":"import"' "$OUT/jobs.json" | cut -d'"' -f4)"
STEP=verify cli verify --project "$DISK/lab"
`,
      )
      const out = given({})
      const env = {
        ...process.env,
        DISK: disk,
        IMAGES: images,
        OUT: out,
        NODE: process.execPath,
        CLI: cli,
        HOME: home,
        XDG_CONFIG_HOME: home,
        NODE_NO_WARNINGS: '1',
      }
      expect(spawnSync('unshare', ['-Urm', 'sh', script], { env, encoding: 'utf8' }).stderr).toBe('')
      const read = (step: string) => ({
        code: Number(readText(join(out, `${step}.code`))),
        value: JSON.parse(readText(join(out, `${step}.json`))) as Record<string, unknown>,
        stderr: readText(join(out, `${step}.err`)),
      })
      expect(read('create').code).toBe(0)
      expectError(read('import'), 'DISK_FULL', 'lab')
      // A project that cannot be made is not left behind half made.
      expectError(read('another'), 'DISK_FULL', 'another')
      expect(readText(join(out, 'listing')).trim().split('\n')).toEqual(['lab'])
      const [job] = read('jobs').value as unknown as { state: string; done: number; total: number }[]
      expect(job).toMatchObject({ state: 'failed', total: 120 })
      expect(job!.done).toBeGreaterThan(0)
      expect(job!.done).toBeLessThan(120)
      expect(read('resume')).toMatchObject({ code: 0, value: { result: { taken: 120, refused: 0 } } })
      expect(read('verify')).toMatchObject({ code: 0, value: { result: { findings: [] } } })
      // The file system lived in the script's own name space: nothing of it is here.
      expect(readdirSync(disk)).toEqual([])
    })
  },
)

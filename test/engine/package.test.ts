import { extractAll, listPackage } from '@electron/asar'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { MessageChannel, Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildProgram } from '../../main/app/build.ts'
import { portClient } from '../contract/hosts.ts'

/**
 * Packages the program for Linux x64 around a stand-in for the Electron runtime, which is not on the registry.
 * What goes into the archive, which binaries leave it, the fuses and that the packaged engine starts are real;
 * that Electron's own binary takes it is not shown here.
 */
const root = fileURLToPath(new URL('../../', import.meta.url))
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const electronVersion = (
  JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')) as { version: string }
).version

/** The configuration as it is, but for where the built files lie: other tests may be building in dist/. */
function configuration(built: string): string {
  const path = join(folder, 'electron-builder.yml')
  const text = readFileSync(join(root, 'electron-builder.yml'), 'utf8')
  const own = text.replace(/( {2}- dist\/\w+\/\*\*\n)+/, `  - { from: '${built}', to: dist }\n`)
  if (own === text) throw new Error('electron-builder.yml no longer lists the folders of dist')
  writeFileSync(path, own)
  return path
}

/** Without a compiler there are none to be packed. */
const hasKernels = existsSync(join(root, 'native/build/linux-x64/causalloy.node'))

let folder: string
let config: string
let unpacked: string
let archive: string
let files: string[]
let extracted: string

/** Fuses as Electron ships them: run-as-node, options, inspect on; nine of them. */
function standIn(at: string, fuses: string): void {
  for (const sub of ['locales', 'resources']) mkdirSync(join(at, sub), { recursive: true })
  const wire = Buffer.concat([Buffer.from(sentinel), Buffer.from([1, fuses.length]), Buffer.from(fuses)])
  writeFileSync(join(at, 'electron'), Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]), {
    mode: 0o755,
  })
  writeFileSync(join(at, 'version'), electronVersion)
  writeFileSync(join(at, 'LICENSE'), 'stand-in')
  writeFileSync(join(at, 'LICENSES.chromium.html'), 'stand-in')
  for (const language of ['en-US', 'en-GB', 'de']) writeFileSync(join(at, 'locales', `${language}.pak`), '')
}

function buildRenderer(to: string): void {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const args = [
    'build',
    '-c',
    'renderer/vite.config.ts',
    '--outDir',
    to,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ]
  const { status, stdout, stderr } = spawnSync(process.execPath, [vite, ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stdout + stderr)
}

function pack(electronDist: string, output: string): { status: number | null; text: string } {
  const builder = join(root, 'node_modules/electron-builder/cli.js')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      builder,
      ...['--linux', 'dir', '--x64', '--config', config],
      `-c.electronDist=${electronDist}`,
      `-c.directories.output=${output}`,
    ],
    // electron-builder keeps silent under Vitest, also about why it fails.
    { cwd: root, encoding: 'utf8', env: { ...process.env, VITEST: '' } },
  )
  return { status, text: stdout + stderr }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'causalloy-package-'))
  const built = join(folder, 'dist')
  config = configuration(built)
  await buildProgram(built)
  buildRenderer(join(built, 'renderer'))
  standIn(join(folder, 'electron'), '101101001')
  const { status, text } = pack(join(folder, 'electron'), join(folder, 'out'))
  if (status !== 0) throw new Error(text)
  unpacked = join(folder, 'out/linux-unpacked')
  archive = join(unpacked, 'resources/app.asar')
  files = listPackage(archive, { isPack: false }).map((name) => name.replaceAll('\\', '/'))
  extracted = join(folder, 'extracted')
  extractAll(archive, extracted)
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const below = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe('the archive', () => {
  it('holds what runs and nothing else: no sources, no tests, no maps, no other packages', () => {
    const plain = files.filter((name) => statSync(join(extracted, name)).isFile())
    for (const name of plain)
      expect(name).toMatch(
        /^\/(LICENSE|package\.json|dist\/(app|preload|host|renderer)\/.+|node_modules\/better-sqlite3\/(LICENSE|package\.json|lib\/.+|prebuilds\/linux-x64\.node)|node_modules\/onnxruntime-node\/(package\.json|dist\/\w+\.js|bin\/napi-v6\/linux\/x64\/.+)|node_modules\/onnxruntime-common\/(package\.json|dist\/cjs\/.+)|native\/build\/linux-x64\/causalloy\.node)$/,
      )
    expect(plain.filter((name) => /\.(ts|vue|map)$/.test(name))).toEqual([])
    for (const needed of [
      '/dist/app/main.cjs',
      '/dist/preload/preload.cjs',
      '/dist/host/utility.mjs',
      '/dist/host/cli.mjs',
      '/dist/host/worker.mjs',
      '/dist/renderer/index.html',
    ])
      expect(plain).toContain(needed)
  })

  it('stays small: below 25 MiB unpacked, without the runtimes of Electron and onnxruntime', () => {
    const own = below(extracted).filter((path) => !path.includes('onnxruntime-node'))
    const bytes = own.reduce((sum, path) => sum + statSync(path).size, 0)
    expect(bytes).toBeLessThan(25 * 1024 * 1024)
    expect(bytes).toBeGreaterThan(1024 * 1024)
  })

  it('lets only this platform’s binaries out', () => {
    const natives = below(unpacked).filter((path) => path.endsWith('.node'))
    const inside = '/resources/app.asar.unpacked'
    const runtime = `${inside}/node_modules/onnxruntime-node/bin/napi-v6/linux/x64`
    expect(natives.map((path) => path.slice(unpacked.length)).sort()).toEqual([
      ...(hasKernels ? [`${inside}/native/build/linux-x64/causalloy.node`] : []),
      `${inside}/node_modules/better-sqlite3/prebuilds/linux-x64.node`,
      `${runtime}/onnxruntime_binding.node`,
    ])
    const others = below(`${archive}.unpacked`).map((path) => path.slice(unpacked.length))
    expect(others.filter((path) => !path.endsWith('.node'))).toEqual([`${runtime}/libonnxruntime.so.1`])
  })

  it('has a manifest without scripts and development packages', () => {
    const manifest = JSON.parse(readFileSync(join(extracted, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >
    expect(manifest['main']).toBe('dist/app/main.cjs')
    expect(manifest).not.toHaveProperty('scripts')
    expect(manifest).not.toHaveProperty('devDependencies')
  })
})

describe('the bundles', () => {
  const loaded = (file: string): string[] =>
    [...readFileSync(join(extracted, file), 'utf8').matchAll(/\brequire\(["']([^"']+)["']\)/g)].map(
      ([, name]) => name!,
    )

  it('the preload is one file that loads electron and nothing else', () => {
    expect(loaded('dist/preload/preload.cjs')).toEqual(['electron'])
    expect(readdirSync(join(extracted, 'dist/preload'))).toEqual(['preload.cjs'])
  })

  it('the shell loads electron and Node only: no database, no engine', () => {
    const names = [...new Set(loaded('dist/app/main.cjs'))]
    expect(names.filter((name) => name !== 'electron' && !name.startsWith('node:'))).toEqual([])
    expect(names).not.toContain('node:http')
    expect(names).not.toContain('node:net')
    expect(readFileSync(join(extracted, 'dist/app/main.cjs'), 'utf8')).not.toContain('better-sqlite3')
  })

  it('nothing outside the shell and the preload loads electron', () => {
    for (const path of below(join(extracted, 'dist/host')))
      expect(readFileSync(path, 'utf8')).not.toMatch(/(from|require\(|import\()\s*["']electron["']/)
  })
})

describe('the runtime', () => {
  it('has every fuse set as decided, and all nine of them', () => {
    const binary = readFileSync(join(unpacked, 'causalloy'))
    const wire = binary.indexOf(sentinel) + sentinel.length
    expect([...binary.subarray(wire, wire + 2)]).toEqual([1, 9])
    const [
      runAsNode,
      cookies,
      nodeOptions,
      inspect,
      asarIntegrity,
      onlyAsar,
      snapshot,
      filePrivileges,
      wasmTraps,
    ] = binary.toString('latin1', wire + 2, wire + 11)
    expect({ runAsNode, nodeOptions, inspect, snapshot, filePrivileges }).toEqual({
      runAsNode: '0',
      nodeOptions: '0',
      inspect: '0',
      snapshot: '0',
      filePrivileges: '0',
    })
    expect({ cookies, asarIntegrity, onlyAsar, wasmTraps }).toEqual({
      cookies: '1',
      asarIntegrity: '1',
      onlyAsar: '1',
      wasmTraps: '1',
    })
  })

  it('is refused when it has a fuse nobody decided on', () => {
    standIn(join(folder, 'newer'), '1011010011')
    const { status, text } = pack(join(folder, 'newer'), join(folder, 'refused'))
    expect(status).not.toBe(0)
    expect(text).toContain('Decide on each new one')
  })

  it('carries English only, and no launcher gives up the sandbox', () => {
    expect(readdirSync(join(unpacked, 'locales')).sort()).toEqual(['en-GB.pak', 'en-US.pak'])
    for (const path of below(unpacked))
      if (/\.(sh|desktop)$/.test(path)) expect(readFileSync(path, 'utf8')).not.toContain('--no-sandbox')
    expect(existsSync(join(unpacked, 'resources/app-update.yml'))).toBe(false)
  })
})

describe('the packaged engine', () => {
  it('finds its database binary inside the package', () => {
    const found = createRequire(join(extracted, 'dist/host/utility.mjs')).resolve('better-sqlite3')
    expect(found.startsWith(extracted)).toBe(true)
  })

  it('finds the runtimes of its executors beside it', () => {
    const inside = createRequire(join(extracted, 'dist/host/utility.mjs'))
    if (hasKernels) {
      const addon = inside('../../native/build/linux-x64/causalloy.node') as { levels(): string[] }
      expect(addon.levels()).toContain('baseline')
    }
    const found = inside.resolve('onnxruntime-node')
    expect(found.startsWith(extracted)).toBe(true)
    expect(inside('onnxruntime-node')).toHaveProperty('InferenceSession')
  })

  it('starts, creates a project, answers for it and runs a job in its worker', async () => {
    const worker = new Worker(pathToFileURL(join(extracted, 'dist/host/utility.mjs')), {
      argv: [`--config-folder=${join(folder, 'config')}`],
    })
    const answers: Record<string, unknown>[] = []
    worker.on('message', (message: Record<string, unknown>) => answers.push(message))
    const { port1, port2 } = new MessageChannel()
    worker.postMessage({ message: { type: 'port' }, ports: [port1] }, [port1])
    worker.postMessage({ message: { type: 'mint', id: 1, path: folder }, ports: [] })
    const minted = (): Record<string, unknown> | undefined => answers.find((one) => one['type'] === 'answer')
    await expect.poll(minted, { timeout: 20_000 }).toBeDefined()

    const page = portClient(port2)
    const call = (method: string, params: object): Promise<unknown> => page.send({ id: 1, method, params })
    const parent = minted()!['value']
    expect(await call('project.createDemo', { parent, specimens: 3 })).toHaveProperty('value.planId')
    expect(await call('project.info', {})).toHaveProperty('value.programVersion', '0.1.0')
    const simulated = (): unknown =>
      page.events.find((one) => {
        const { event } = one as { event: { kind?: string; state?: string } }
        return event.kind === 'simulate' && event.state === 'done'
      })
    await expect.poll(simulated, { timeout: 60_000 }).toBeDefined()
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage({ message: { type: 'close', id: 2 }, ports: [] })
    expect(await ended).toBe(0)
    port2.close()
  })

  it('answers as a command line', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        join(extracted, 'dist/host/cli.mjs'),
        'project',
        'info',
        '--project',
        join(folder, 'causalloy-demo'),
        '--json',
      ],
      { encoding: 'utf8', env: { ...process.env, XDG_CONFIG_HOME: join(folder, 'config') } },
    )
    expect(stdout).not.toContain('error')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ name: 'Simulated campaign', simulated: true })
  })
})

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * `npm run native:build`: compiles native/src into native/build/<platform>-<arch>/causalloy.node, each instruction set with
 * its own flags; does nothing when the sources are those that were built. Where there is no compiler it says so in one
 * sentence and ends well: the TypeScript reference runs then. `--optional` (after an installation) ends well in any case.
 */
const here = fileURLToPath(new URL('.', import.meta.url))
const sources = join(here, 'src')
const folder = join(here, 'build', `${process.platform}-${process.arch}`)
const addon = join(folder, 'causalloy.node')
const stamp = join(folder, 'causalloy.hash')
const fallback = 'The compiled kernels are left out; the slower TypeScript ones are used.'

interface Compiler {
  readonly command: string
  /** cl.exe, whose options are written in another way. */
  readonly microsoft: boolean
  readonly version: string
}

const runs = (command: string, args: readonly string[]): string | null => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? stdout + stderr : null
}

/** $CXX, or the first compiler on the path; on Windows cl.exe, which is there in a developer prompt. */
function findCompiler(): Compiler | null {
  if (process.platform === 'win32') {
    const version = runs('cl', ['/?'])
    return version === null ? null : { command: 'cl', microsoft: true, version: version.split('\n')[0] ?? '' }
  }
  for (const command of [process.env['CXX'] ?? '', 'c++', 'g++', 'clang++']) {
    const version = command === '' ? null : runs(command, ['--version'])
    if (version !== null) return { command, microsoft: false, version: version.split('\n')[0] ?? '' }
  }
  return null
}

/** Options of the one file of an instruction set; none on processors that do not have it. */
function levelFlags(file: string, microsoft: boolean): string[] {
  if (process.arch !== 'x64') return []
  switch (basename(file)) {
    case 'avx2.cpp':
      return microsoft ? ['/arch:AVX2'] : ['-mavx2', '-mfma']
    case 'avx512.cpp':
      return microsoft
        ? ['/arch:AVX512']
        : [
            ...['f', 'dq', 'vl', 'bw'].map((part) => `-mavx512${part}`),
            '-mavx2',
            '-mfma',
            '-mprefer-vector-width=512',
          ]
    default:
      return []
  }
}

// No contraction of a·b + c behind our back: what is fused is written so, and rounding is the same with every compiler.
const commonFlags = (microsoft: boolean): string[] =>
  microsoft
    ? ['/nologo', '/std:c++17', '/O2', '/EHsc', '/MT', '/utf-8', '/fp:precise']
    : ['-std=c++17', '-O3', '-fPIC', '-fvisibility=hidden', '-ffp-contract=off', '-fno-math-errno']

function linkArguments(
  microsoft: boolean,
  objects: readonly string[],
  out: string,
  isStatic: boolean,
): string[] {
  if (microsoft) return ['/nologo', '/LD', ...objects, `/Fe:${out}`, '/link', '/NOIMPLIB', '/NOEXP']
  if (process.platform === 'darwin')
    return ['-dynamiclib', '-undefined', 'dynamic_lookup', ...objects, '-o', out]
  return ['-shared', ...(isStatic ? ['-static-libstdc++', '-static-libgcc'] : []), ...objects, '-o', out]
}

const filesBelow = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

function hashOf(compiler: Compiler): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([compiler.command, compiler.version, process.platform, process.arch]))
  for (const file of [...filesBelow(sources), fileURLToPath(import.meta.url)])
    hash.update(`${relative(here, file).split(sep).join('/')}\n`).update(readFileSync(file))
  return hash.digest('hex')
}

function run(command: string, args: readonly string[]): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args)
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += data.toString()))
    child.stderr.on('data', (data: Buffer) => (output += data.toString()))
    child.on('error', (error) => {
      resolve({ ok: false, output: error.message })
    })
    child.on('close', (code) => {
      resolve({ ok: code === 0, output })
    })
  })
}

/** null when it went well, else what the compiler said. */
async function compileAll(compiler: Compiler, headers: string, work: string): Promise<string | null> {
  const { command, microsoft } = compiler
  const units = filesBelow(sources).filter((file) => file.endsWith('.cpp'))
  const objects = units.map((file) =>
    join(
      work,
      relative(sources, file)
        .split(sep)
        .join('-')
        .replace(/cpp$/, microsoft ? 'obj' : 'o'),
    ),
  )
  const failed: string[] = []
  const waiting = units.map((file, i) => ({ file, object: objects[i]! }))
  const next = async (): Promise<void> => {
    for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift()) {
      const flags = [...commonFlags(microsoft), ...levelFlags(unit.file, microsoft)]
      const include = microsoft
        ? [`/I${headers}`, '/c', unit.file, `/Fo${unit.object}`]
        : ['-I', headers, '-c', unit.file, '-o', unit.object]
      const { ok, output } = await run(command, [...flags, ...include])
      if (!ok) failed.push(output)
    }
  }
  await Promise.all([next(), next()])
  if (failed.length > 0) return failed.join('\n')
  const out = join(work, 'causalloy.node')
  // The C++ library inside, where it is there to be linked so: a package runs on systems with an older one.
  const first = await run(command, linkArguments(microsoft, objects, out, true))
  const linked =
    first.ok || microsoft ? first : await run(command, linkArguments(microsoft, objects, out, false))
  return linked.ok ? null : linked.output
}

async function build(): Promise<{ ok: boolean; message: string | null }> {
  const compiler = findCompiler()
  if (compiler === null) return { ok: true, message: `No C++ compiler was found. ${fallback}` }
  const hash = hashOf(compiler)
  if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash)
    return { ok: true, message: null }
  let headers: string
  try {
    const require = createRequire(import.meta.url)
    headers = (require('node-api-headers') as { include_dir: string }).include_dir
  } catch {
    return { ok: true, message: `The package node-api-headers is not installed. ${fallback}` }
  }
  // A folder of its own: two builds at once do not disturb each other, and what runs keeps its file.
  const work = join(folder, `work-${process.pid}`)
  mkdirSync(work, { recursive: true })
  try {
    const wrong = await compileAll(compiler, headers, work)
    if (wrong !== null)
      return { ok: false, message: `${compiler.command} could not compile the kernels.\n${wrong}` }
    rmSync(stamp, { force: true })
    try {
      renameSync(join(work, 'causalloy.node'), addon)
    } catch {
      // Windows keeps a library in place while a program has it open.
      return { ok: false, message: `${addon} is in use: close the program and build again.` }
    }
    writeFileSync(stamp, hash)
    return { ok: true, message: `native/build/${basename(folder)}/causalloy.node is built.` }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const { ok, message } = await build()
const isOptional = process.argv.includes('--optional')
if (message !== null) process.stdout.write(`${ok || !isOptional ? message : fallback}\n`)
process.exitCode = ok || isOptional ? 0 : 1

import { rmSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions } from 'esbuild'

const root = new URL('../../', import.meta.url)
const at = (path: string): string => fileURLToPath(new URL(path, root))

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  // Stack traces in logs name functions, and errors are told apart by the names of their classes.
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  absWorkingDir: at('.'),
}

/**
 * Bundles what an installed program starts: the shell, its preload (one CommonJS file that loads nothing but
 * electron), and the engine's entries. better-sqlite3 and onnxruntime stay packages, since their binaries cannot be bundled.
 */
export async function buildProgram(outFolder = at('dist')): Promise<void> {
  for (const part of ['app', 'preload', 'host'])
    rmSync(`${outFolder}/${part}`, { recursive: true, force: true })
  await build({
    ...common,
    entryPoints: [at('main/app/main.ts')],
    outfile: `${outFolder}/app/main.cjs`,
    format: 'cjs',
    external: ['electron'],
  })
  await build({
    ...common,
    entryPoints: [at('preload/preload.ts')],
    outfile: `${outFolder}/preload/preload.cjs`,
    format: 'cjs',
    external: ['electron'],
  })
  await build({
    ...common,
    entryPoints: {
      utility: at('main/host/utility.ts'),
      cli: at('main/host/cli.ts'),
      worker: at('main/engine/steps/worker.ts'),
      'executor-child': at('main/engine/compute/process/child.ts'),
    },
    outdir: `${outFolder}/host`,
    outExtension: { '.js': '.mjs' },
    // Flat, since files beside the program are found from the place of the running file.
    chunkNames: '[name]-[hash]',
    format: 'esm',
    splitting: true,
    external: ['better-sqlite3', 'onnxruntime-node'],
    // Packages in CommonJS call require; ES modules have none of their own.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildProgram()
  for (const file of [
    'app/main.cjs',
    'preload/preload.cjs',
    'host/utility.mjs',
    'host/cli.mjs',
    'host/worker.mjs',
    'host/executor-child.mjs',
  ])
    process.stdout.write(`dist/${file}  ${statSync(at(`dist/${file}`)).size} bytes\n`)
}

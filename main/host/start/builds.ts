import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { programRoot } from '../version.ts'

const at = (path: string): string => fileURLToPath(new URL(path, programRoot))

/** Time of the newest file below the given files and folders, ms; 0 when there is none. */
export function newestMs(paths: readonly string[]): number {
  let newest = 0
  for (const path of paths) {
    if (!existsSync(path)) continue
    const info = statSync(path)
    const below = info.isDirectory()
      ? newestMs(readdirSync(path).map((name) => join(path, name)))
      : info.mtimeMs
    newest = Math.max(newest, below)
  }
  return newest
}

/**
 * Builds the renderer when it is missing or older than what it is made of. Two programs may start at the same
 * time: each builds aside, and the first to finish puts its pages in place, so that no running program ever
 * serves half a build. @throws Error when the build fails
 */
export function ensureRenderer(say: (text: string) => void, place = at('dist/renderer')): void {
  const sources = ['renderer', 'main/contract', 'main/figures', 'package-lock.json'].map(at)
  const isCurrent = (): boolean => newestMs([join(place, 'index.html')]) >= newestMs(sources)
  if (isCurrent()) return
  say('Building the pages (once after each change)…')
  const aside = `${place}-${process.pid}`
  mkdirSync(dirname(place), { recursive: true })
  try {
    run([
      at('node_modules/vite/bin/vite.js'),
      'build',
      '-c',
      at('renderer/vite.config.ts'),
      '--outDir',
      aside,
      '--logLevel',
      'warn',
    ])
    if (isCurrent()) return
    const old = `${aside}-old`
    if (existsSync(place)) renameSync(place, old)
    renameSync(aside, place)
    rmSync(old, { recursive: true, force: true })
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

/** Builds the desktop shell and the engine's bundles when missing or older than their sources. */
export function ensureShell(say: (text: string) => void): void {
  if (newestMs([at('dist/app/main.cjs')]) >= newestMs(['main', 'preload', 'package-lock.json'].map(at)))
    return
  say('Building the desktop shell (once after each change)…')
  run([at('main/app/build.ts')])
}

function run(args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { cwd: at('.'), stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('The build failed; its output stands above.')
}

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { installPlan } from './runtime-source.ts'

/**
 * `npm run desktop:install`: fetches the Electron runtime that the desktop window needs. Nothing else of the
 * program goes to the network, so this says in words what it fetches and from where before it does.
 */
const package_ = new URL('../../node_modules/electron/', import.meta.url)
if (!existsSync(new URL('install.js', package_))) {
  process.stderr.write('The package "electron" is not installed; run "npm ci" first.\n')
  process.exit(1)
}
const { version } = JSON.parse(readFileSync(new URL('package.json', package_), 'utf8')) as { version: string }
const plan = installPlan({ version, platform: process.platform, arch: process.arch, env: process.env })
process.stdout.write(plan.text + '\n')
if (!plan.fetches) process.exit(existsSync(plan.from) ? 0 : 1)

const { status } = spawnSync(process.execPath, [fileURLToPath(new URL('install.js', package_))], {
  stdio: 'inherit',
})
process.stdout.write(
  status === 0
    ? 'The Electron runtime is there; "npm start" opens the desktop window.\n'
    : 'The Electron runtime could not be fetched. "npm start" still works: it serves the same program to an installed browser.\n',
)
process.exit(status ?? 1)

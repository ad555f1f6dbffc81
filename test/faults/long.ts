import { spawnSync } from 'node:child_process'

/** The long form of the kill test: 20 SIGKILLs of the whole demo. Takes about ten minutes. */
const env = { CAUSALLOY_KILLS: '20', CAUSALLOY_KILL_SPECIMENS: '72', ...process.env }
const run = spawnSync('npx', ['vitest', 'run', '--project', 'faults', '--testTimeout', '3600000'], {
  stdio: 'inherit',
  env,
  shell: process.platform === 'win32',
})
process.exit(run.status ?? 1)

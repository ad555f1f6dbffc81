import { spawnSync } from 'node:child_process'

/** The unit tests with other cases for every property: `npm run properties -- 20` goes through seeds 2 … 21. */
const rounds = Number(process.argv[2] ?? 20)
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error('How many rounds? npm run properties -- 20')
  process.exit(2)
}
let failed = 0
for (let seed = 2; seed < 2 + rounds; seed++) {
  const run = spawnSync('npx', ['vitest', 'run', '--project', 'unit', '--reporter=dot'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
    env: { ...process.env, PROPERTY_SEED: String(seed) },
  })
  const red = run.status !== 0
  if (red) {
    failed++
    console.log(run.stdout.slice(-6000))
  }
  console.log(`${red ? 'FAIL' : 'ok  '} seed ${seed}`)
}
console.log(`${rounds - failed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)

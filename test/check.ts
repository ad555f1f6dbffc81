import { spawn } from 'node:child_process'

/** What must hold at every commit: types, lint with layers, format, unit and contract tests. */
const steps: { name: string; command: string; args: string[] }[] = [
  { name: 'types', command: 'npx', args: ['vue-tsc', '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'lint', command: 'npx', args: ['eslint', '.', '--max-warnings', '0'] },
  { name: 'format', command: 'npx', args: ['prettier', '--check', '--log-level', 'warn', '.'] },
  {
    name: 'tests',
    command: 'npx',
    args: ['vitest', 'run', '--project', 'unit', '--project', 'contract', '--reporter=dot'],
  },
]

function run(step: (typeof steps)[number]): Promise<{ ok: boolean; output: string; seconds: number }> {
  const start = performance.now()
  return new Promise((resolve) => {
    const child = spawn(step.command, step.args, { shell: process.platform === 'win32' })
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += data.toString()))
    child.stderr.on('data', (data: Buffer) => (output += data.toString()))
    child.on('close', (code) => {
      resolve({ ok: code === 0, output, seconds: (performance.now() - start) / 1000 })
    })
  })
}

let failed = 0
// Two at a time: a laboratory workstation and the build machine both have at least two cores.
for (const pair of [steps.slice(0, 2), steps.slice(2)]) {
  const outcomes = await Promise.all(pair.map(async (step) => ({ step, ...(await run(step)) })))
  for (const { step, ok, output, seconds } of outcomes) {
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${step.name} (${seconds.toFixed(1)} s)`)
    if (!ok) console.log(output)
    if (!ok) failed++
  }
}
process.exit(failed === 0 ? 0 : 1)

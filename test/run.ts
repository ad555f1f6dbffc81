import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'

/**
 * Runs every test project and closes with one line over all of them. Arguments go to vitest:
 * `npm test -- --project unit`. On CI a missing browser is a failure, elsewhere those tests are skipped with the reason.
 */
const results = 'test/artifacts/results.json'
mkdirSync('test/artifacts', { recursive: true })
rmSync(results, { force: true })

const run = spawnSync(
  'npx',
  [
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', shell: process.platform === 'win32' },
)
if (!existsSync(results)) {
  console.error('The test runner ended without a result file.')
  process.exit(run.status ?? 1)
}
interface Results {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { status: string; assertionResults: unknown[]; name: string; message: string }[]
}
const report = JSON.parse(readFileSync(results, 'utf8')) as Results
// A file that failed before its first test counts as one failure.
const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
).length
const failed = report.numFailedTests + brokenFiles
console.log(
  `${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests + report.numTodoTests} skipped`,
)
process.exit(run.status ?? (failed > 0 ? 1 : 0))

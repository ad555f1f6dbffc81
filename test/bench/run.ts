import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Bench, Figure } from './bench.ts'

/** `npm run bench -- NAME [--json FILE]`: prints and writes figures; a figure is a ratio or CPU seconds wherever time is meant. */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  campaign: async () => (await import('./campaign.ts')).campaignBench,
  micrographs: async () => (await import('./micrographs.ts')).micrographBench,
  images: async () => (await import('./images.ts')).imagesBench,
  posterior: async () => (await import('./posterior.ts')).posteriorBench,
  tables: async () => (await import('./tables.ts')).tablesBench,
  training: async () => (await import('./training.ts')).trainingBench,
}

const [name = '', ...rest] = process.argv.slice(2)
const load = benches[name]
if (load === undefined) {
  console.error(
    `usage: npm run bench -- NAME [--json FILE]\nNAME is one of: ${Object.keys(benches).join(', ')}`,
  )
  process.exit(2)
}
const bench = await load()
const figures: Figure[] = await bench((line) => {
  console.error(line)
})
for (const figure of figures) {
  const verdict = figure.holds === null ? '' : figure.holds ? 'holds' : 'MISSED'
  console.log(
    `${figure.id.padEnd(60)} ${figure.value.toPrecision(4).padStart(10)} ${figure.unit.padEnd(8)} ${(figure.goal ?? '').padEnd(12)} ${verdict}`,
  )
}
const at = rest.indexOf('--json')
if (at >= 0) {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
  const result = {
    bench: name,
    date: new Date().toISOString(),
    commit,
    cpu: cpus()[0]?.model ?? 'unknown',
    figures,
  }
  writeFileSync(rest[at + 1] ?? `${name}.json`, JSON.stringify(result, null, 2))
}

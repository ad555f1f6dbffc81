import type { ReportSection } from '../../../contract/index.ts'
import { formatFixed } from '../../../figures/index.ts'
import type { ReportInput } from '../input.ts'
import { instantText, sectionOf, tableOf } from '../parts.ts'

export function manifestSection(input: ReportInput): ReportSection {
  const { project, manifest, writtenAt } = input
  const own = [
    { key: 'program version', value: project.programVersion, kind: 'version' },
    { key: 'schema of the project', value: String(project.schemaVersion), kind: 'version' },
    { key: 'project seed', value: String(project.seed), kind: 'seed' },
    { key: 'project revision', value: formatFixed(project.revision, 0), kind: 'revision' },
    { key: 'report written', value: writtenAt, kind: 'time' },
  ]
  const known = new Set(manifest.map((entry) => entry.key))
  return sectionOf(input, 'Manifest', {
    paragraphs: [
      `Written ${instantText(writtenAt)} from the results named here. The same program version, seeds and inputs give the same numbers; ` +
        'a hash that differs means another input.',
      ...(manifest.length === 0
        ? ['No hash is listed, since no result with an input to name is in the project yet.']
        : []),
    ],
    tables: [
      tableOf(
        'Hashes, versions and seeds',
        [...own.filter((entry) => !known.has(entry.key)), ...manifest],
        [
          { name: 'what', of: (entry) => entry.key },
          { name: 'kind', of: (entry) => entry.kind },
          { name: 'value', of: (entry) => entry.value },
        ],
        2000,
      ),
    ],
  })
}

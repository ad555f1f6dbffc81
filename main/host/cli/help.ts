import type { Flag, Form, Verb } from './verb.ts'

const everywhere: readonly Flag[] = [
  { name: 'json', value: null, help: 'Print one JSON document on stdout.' },
  { name: 'help', value: null, help: 'Print this text.' },
]

const written = ({ name, value }: Flag): string => (value === null ? `--${name}` : `--${name} ${value}`)

function usageOf(name: string, form: Form): string {
  const needed = form.flags.filter((flag) => flag.required === true).map(written)
  const free = form.flags.filter((flag) => flag.required !== true).map((flag) => `[${written(flag)}]`)
  return ['causalloy', name, ...form.positionals, ...needed, ...free].join(' ')
}

function flagLines(flags: readonly Flag[]): string[] {
  const width = Math.max(...flags.map((flag) => written(flag).length))
  return flags.map((flag) => `  ${written(flag).padEnd(width)}  ${flag.help}`)
}

/** Usage and flags of one verb, each form of it. */
export function verbHelp(verb: Verb): string {
  const lines: string[] = []
  for (const form of [verb.project, verb.bare]) {
    if (form === undefined) continue
    lines.push(form.summary, '', `  ${usageOf(verb.name, form)}`, '')
    if (form.flags.length > 0) lines.push(...flagLines(form.flags), '')
  }
  lines.push(...flagLines(everywhere))
  return lines.join('\n') + '\n'
}

/** All verbs, one line each. */
export function overview(verbs: readonly Verb[]): string {
  const width = Math.max(...verbs.map(({ name }) => name.length))
  const lines = verbs.map((verb) => {
    const summaries = [verb.project?.summary, verb.bare?.summary].filter((text) => text !== undefined)
    return `  ${verb.name.padEnd(width)}  ${summaries.join(' / ')}`
  })
  return [
    'causalloy VERB [FLAGS]     with --project DIR on a project, with file flags on bare files',
    '',
    ...lines,
    '',
    ...flagLines(everywhere),
    '',
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled.',
    '',
  ].join('\n')
}

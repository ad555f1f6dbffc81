import { homedir } from 'node:os'
import { ContractError } from '../../contract/index.ts'
import { configFolder } from '../config.ts'
import { errorData } from '../dispatch.ts'
import { quietLog } from '../log.ts'
import type { Session } from '../session.ts'
import { programVersion } from '../version.ts'
import { readArguments } from './flags.ts'
import { overview, verbHelp } from './help.ts'
import { plainText } from './output.ts'
import { ProgressView } from './progress.ts'
import { UsageError, type CliContext, type Form, type Terminal, type Verb } from './verb.ts'
import { verbs } from './verbs.ts'

/**
 * Runs one command and answers its exit code: 0 done, 1 failed with a coded error, 2 wrong usage, 130 cancelled.
 * With --json stdout gets exactly one JSON document, also when the command fails.
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const json = args.includes('--json')
  const words = args.filter((word) => word !== '--json' && word !== '--help' && word !== '-h')
  const verb = findVerb(words)
  if (args.length !== words.length + Number(json)) {
    terminal.stdout(verb === null ? overview(verbs) : verbHelp(verb))
    return 0
  }
  if (verb === null) {
    const said =
      words.length === 0 ? 'No verb is given.' : `There is no verb “${words.slice(0, 2).join(' ')}”.`
    return wrongUsage(terminal, json, said, overview(verbs))
  }
  let session: Session | null = null
  // Worker threads do not keep a process alive; an answer that is awaited must.
  const alive = setInterval(() => undefined, 60_000)
  const view = new ProgressView(terminal, () => performance.now())
  const context: CliContext = {
    terminal,
    progress: view.asProgress(),
    session: async () => {
      session ??= await newSession()
      return session
    },
  }
  try {
    const rest = words.slice(verb.name.split(' ').length)
    const form = formFor(verb, rest)
    const outcome = await form.run(context, readArguments(form, rest)).finally(() => view.clear())
    terminal.stdout(json ? JSON.stringify(outcome.value) + '\n' : (outcome.text ?? plainText(outcome.value)))
    return outcome.exitCode ?? 0
  } catch (cause) {
    if (cause instanceof UsageError) return wrongUsage(terminal, json, cause.message, verbHelp(verb))
    return failed(terminal, json, cause, verb.name)
  } finally {
    clearInterval(alive)
    // Type narrowing does not see the assignment inside the closure.
    await (session as Session | null)?.closeProject()
  }
}

function findVerb(words: readonly string[]): Verb | null {
  const two = words.slice(0, 2).join(' ')
  return verbs.find(({ name }) => name === two) ?? verbs.find(({ name }) => name === words[0]) ?? null
}

function formFor(verb: Verb, rest: readonly string[]): Form {
  const onProject = rest.some((word) => word === '--project' || word.startsWith('--project='))
  const form = (onProject ? verb.project : verb.bare) ?? verb.project ?? verb.bare
  if (form === undefined) throw new Error(`${verb.name} has no form`)
  return form
}

function wrongUsage(terminal: Terminal, json: boolean, message: string, usage: string): number {
  terminal.stderr(`${message}\n\n${usage}`)
  if (json)
    terminal.stdout(JSON.stringify({ error: new ContractError('BAD_REQUEST', message).toData() }) + '\n')
  return 2
}

function failed(terminal: Terminal, json: boolean, cause: unknown, doing: string): number {
  const error = errorData(cause, doing, quietLog)
  const detail = error.detail === null ? '' : ` (${error.detail})`
  terminal.stderr(`${error.code}: ${error.message}${detail}\n${error.hint}\n`)
  if (json) terminal.stdout(JSON.stringify({ error }) + '\n')
  return error.code === 'CANCELLED' ? 130 : 1
}

/** Loaded at first use: verbs on bare files need neither the store nor its native part. */
async function newSession(): Promise<Session> {
  const { Session } = await import('../session.ts')
  return new Session({
    host: 'cli',
    configFolder: configFolder({ platform: process.platform, home: homedir(), env: process.env }),
    clock: Date.now,
    log: quietLog,
    programVersion,
    seed: 1,
  })
}

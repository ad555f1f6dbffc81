import type { Progress } from '../../engine/dataset/table.ts'
import type { Session } from '../session.ts'

export interface Flag {
  /** Without the dashes: 'pixel-size-um'. */
  readonly name: string
  /** What stands after it in the usage, e.g. 'FILE'; null for a switch. */
  readonly value: string | null
  readonly help: string
  readonly required?: boolean
}

/** What a person wrote after the verb, already checked against the form. */
export interface Arguments {
  readonly positionals: readonly string[]
  readonly flags: ReadonlyMap<string, string>
}

/** Where text goes and what the terminal can do; a test hands in its own. */
export interface Terminal {
  stdout(text: string): void
  stderr(text: string): void
  readonly isTty: boolean
  readonly columns: number
  /** Calls back at Ctrl+C until the returned function is called. */
  onInterrupt(listener: () => void): () => void
}

export interface CliContext {
  readonly terminal: Terminal
  readonly progress: Progress
  /** The workspace of this command; made at first use, closed by the runner. */
  session(): Promise<Session>
}

/** The answer of a verb: `value` is the JSON document; `text` replaces the plain rendering of it. */
export interface Outcome {
  readonly value: unknown
  readonly text?: string
  readonly exitCode?: 0 | 1 | 130
}

/** One way to use a verb: on a project or on bare files. */
export interface Form {
  readonly summary: string
  readonly positionals: readonly string[]
  readonly flags: readonly Flag[]
  run(context: CliContext, given: Arguments): Promise<Outcome>
}

export interface Verb {
  readonly name: string
  /** Taken when --project is given. */
  readonly project?: Form
  /** Taken otherwise. */
  readonly bare?: Form
}

/** The command was written wrongly: exit code 2, with the usage. */
export class UsageError extends Error {}

export const projectFlag: Flag = {
  name: 'project',
  value: 'DIR',
  help: 'The folder of the project.',
  required: true,
}

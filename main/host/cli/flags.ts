import { parseArgs } from 'node:util'
import { UsageError, type Arguments, type Form } from './verb.ts'

/** Checks what was written against a form. @throws UsageError for anything the form does not know or lacks. */
export function readArguments(form: Form, args: readonly string[]): Arguments {
  const options = Object.fromEntries(
    form.flags.map((flag) => [
      flag.name,
      { type: flag.value === null ? ('boolean' as const) : ('string' as const), multiple: true },
    ]),
  )
  const { values, positionals } = parsed(args, options)
  const flags = new Map<string, string>()
  for (const { name } of form.flags) {
    const given = values[name]
    if (given === undefined) continue
    if (given.length > 1) throw new UsageError(`--${name} is given ${given.length} times.`)
    flags.set(name, String(given[0]))
  }
  for (const { name, required } of form.flags) {
    if (required === true && !flags.has(name)) throw new UsageError(`--${name} is missing.`)
  }
  if (positionals.length !== form.positionals.length) {
    const missing = form.positionals[positionals.length]
    throw new UsageError(
      missing === undefined
        ? `“${positionals[form.positionals.length] ?? ''}” is one word too many.`
        : `${missing} is missing.`,
    )
  }
  return { positionals, flags }
}

function parsed(
  args: readonly string[],
  options: Record<string, { type: 'boolean' | 'string'; multiple: boolean }>,
): { values: Record<string, (string | boolean)[] | undefined>; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: joinNegatives(args, options),
      options,
      allowPositionals: true,
      strict: true,
    })
    return { values: values as Record<string, (string | boolean)[] | undefined>, positionals }
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? (cause.message.split('. ')[0] ?? '') + '.' : String(cause))
  }
}

/** «--at -1,1»: a value that begins with a minus and a digit is a number, not a flag. */
function joinNegatives(
  args: readonly string[],
  options: Record<string, { type: 'boolean' | 'string' }>,
): string[] {
  const out: string[] = []
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    const next = args[i + 1]
    const takesValue = word.startsWith('--') && options[word.slice(2)]?.type === 'string'
    if (takesValue && next !== undefined && /^-\.?\d/.test(next)) {
      out.push(`${word}=${next}`)
      i++
    } else out.push(word)
  }
  return out
}

/** A number from a flag, or undefined when it is not given. @throws UsageError when it is no finite number */
export function numberFlag(given: Arguments, name: string): number | undefined {
  const text = given.flags.get(name)
  if (text === undefined) return undefined
  return parseNumber(text, `--${name}`)
}

export function parseNumber(text: string, what: string): number {
  const value = text.trim() === '' ? NaN : Number(text)
  if (!Number.isFinite(value)) throw new UsageError(`${what} takes a number, not “${text}”.`)
  return value
}

export function integerFlag(given: Arguments, name: string, least: number): number | undefined {
  const value = numberFlag(given, name)
  if (value !== undefined && (!Number.isSafeInteger(value) || value < least))
    throw new UsageError(`--${name} takes a whole number of at least ${least}.`)
  return value
}

export function choiceFlag<T extends string>(
  given: Arguments,
  name: string,
  choices: readonly T[],
): T | undefined {
  const text = given.flags.get(name)
  if (text === undefined) return undefined
  const choice = choices.find((one) => one === text)
  if (choice === undefined) throw new UsageError(`--${name} takes ${choices.join(' or ')}, not “${text}”.`)
  return choice
}

/** A list «a,b,c»; empty items are refused. */
export function listFlag(given: Arguments, name: string): string[] | undefined {
  const text = given.flags.get(name)
  if (text === undefined) return undefined
  const items = text.split(',').map((item) => item.trim())
  if (items.includes('')) throw new UsageError(`--${name} holds an empty item.`)
  return items
}

/** A flag that the form marks as required. */
export function neededFlag(given: Arguments, name: string): string {
  const text = given.flags.get(name)
  if (text === undefined) throw new UsageError(`--${name} is missing.`)
  return text
}

import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { methods, type MethodName } from '../../contract/index.ts'
import type { HandleTable } from '../handles.ts'
import { listFlag, parseNumber } from './flags.ts'
import { UsageError, type Arguments, type Flag } from './verb.ts'

type Kind = 'number' | 'boolean' | 'text' | 'handle' | 'list' | 'json'

interface Parameter {
  readonly property: string
  readonly kind: Kind
  readonly flag: Flag
}

/** The part of JSON Schema that the contract's inputs use. */
interface Shape {
  readonly type?: string
  readonly pattern?: string
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly anyOf?: readonly Shape[]
  readonly items?: Shape
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
}

/** The flags of a method, made from its input schema in the contract: camelCase becomes --kebab-case. */
export function parametersOf(method: MethodName): Parameter[] {
  const schema: z.ZodType = methods[method].input
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape
  return Object.entries(shape.properties ?? {}).map(([property, part]) => {
    const kind = kindOf(part)
    return {
      property,
      kind,
      flag: {
        name: property.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase()),
        value: kind === 'boolean' ? null : valueName(part, kind),
        help: helpOf(part),
        required: shape.required?.includes(property) ?? false,
      },
    }
  })
}

const inner = (part: Shape): Shape => part.anyOf?.find(({ type }) => type !== 'null') ?? part

function kindOf(part: Shape): Kind {
  const shape = inner(part)
  if (shape.type === 'number' || shape.type === 'integer') return 'number'
  if (shape.type === 'boolean') return 'boolean'
  if (shape.type === 'string') return shape.pattern?.startsWith('^h_') === true ? 'handle' : 'text'
  if (shape.type === 'array' && shape.items?.type === 'string') return 'list'
  return 'json'
}

function valueName(part: Shape, kind: Kind): string {
  const choices = inner(part).enum
  if (choices !== undefined) return choices.map(String).join('|')
  return { number: 'X', boolean: '', text: 'TEXT', handle: 'PATH', list: 'a,b', json: 'JSON|FILE' }[kind]
}

function helpOf(part: Shape): string {
  const among = inner(part).items?.enum
  const choices = among === undefined ? '' : `Among ${among.map(String).join(', ')}. `
  if (part.default === undefined || part.default === null) return choices.trim()
  return `${choices}Default: ${JSON.stringify(part.default)}.`
}

/** Params of a call from flags. Paths become handles of this process. @throws UsageError */
export function paramsFrom(
  method: MethodName,
  given: Arguments,
  handles: HandleTable,
): Record<string, unknown> {
  const params: Record<string, unknown> = {}
  for (const { property, kind, flag } of parametersOf(method)) {
    const text = given.flags.get(flag.name)
    if (text !== undefined) params[property] = valueFrom(kind, text, flag.name, given, handles)
  }
  return params
}

function valueFrom(kind: Kind, text: string, name: string, given: Arguments, handles: HandleTable): unknown {
  switch (kind) {
    case 'number':
      return parseNumber(text, `--${name}`)
    case 'boolean':
      return true
    case 'text':
      return text
    case 'handle':
      return handles.mint(text)
    case 'list':
      return listFlag(given, name)
    case 'json':
      return withHandles(readJson(text, `--${name}`), handles)
  }
}

/** JSON as written, or the JSON file of that name. @throws UsageError */
export function readJson(text: string, what: string): unknown {
  const written = /^\s*[[{"]|^\s*(null|true|false|-?\d)/.test(text)
  try {
    return JSON.parse(written ? text : readFileSync(text, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'is not valid JSON' : 'cannot be read'
    throw new UsageError(`${what}: ${written ? 'the text' : text} ${reason}.`)
  }
}

/** In JSON a path is written "path:/data/images" and becomes a handle, since the contract takes no paths. */
export function withHandles(value: unknown, handles: HandleTable): unknown {
  if (typeof value === 'string') return value.startsWith('path:') ? handles.mint(value.slice(5)) : value
  if (Array.isArray(value)) return value.map((item) => withHandles(item, handles))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withHandles(item, handles)]))
  return value
}

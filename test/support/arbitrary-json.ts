import fc from 'fast-check'
import * as z from 'zod'

/** The part of JSON Schema that the contract's inputs use. */
interface Shape {
  readonly type?: string
  readonly format?: string
  readonly pattern?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly items?: Shape
  readonly prefixItems?: readonly Shape[]
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly propertyNames?: Shape
  readonly additionalProperties?: Shape | boolean
}

/** Words that mean something to the project asked, so that made-up parameters reach beyond the first check. */
export interface Vocabulary {
  /** By what they are of: `dataset`, `model` … */
  readonly ids: Readonly<Record<string, string>>
  readonly handles: readonly string[]
  readonly names: readonly string[]
}

const extremes = [0, -0, 1, -1, 0.5, 1e-300, -1e300, 1e300, 2 ** 31, 2 ** 53, Number.MIN_VALUE]

/** `kind`: what an id here is most likely of. */
function ofShape(shape: Shape, words: Vocabulary, kind: string): fc.Arbitrary<unknown> {
  const again = (part: Shape) => ofShape(part, words, kind)
  const either = shape.anyOf ?? shape.oneOf
  if (either !== undefined) return fc.oneof(...either.map(again))
  if (shape.enum !== undefined) return fc.constantFrom(...shape.enum)
  if (shape.const !== undefined) return fc.constant(shape.const)
  switch (shape.type) {
    case 'integer':
    case 'number': {
      const low = Math.max(-1e6, shape.minimum ?? -1e6)
      const high = Math.min(1e6, shape.maximum ?? 1e6)
      const inside = fc.double({ min: low, max: high, noNaN: true })
      return fc.oneof(
        { weight: 4, arbitrary: shape.type === 'integer' ? inside.map(Math.round) : inside },
        { weight: 1, arbitrary: fc.constantFrom(...extremes, low, high) },
      )
    }
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      if (shape.format === 'uuid')
        return fc.oneof(
          { weight: 4, arbitrary: fc.constant(words.ids[kind] ?? Object.values(words.ids)[0]) },
          { weight: 1, arbitrary: fc.constantFrom(...Object.values(words.ids)) },
          { weight: 1, arbitrary: fc.uuid() },
        )
      if (shape.pattern?.startsWith('^h_') === true) return fc.constantFrom(...words.handles)
      return fc.oneof(fc.constantFrom(...words.names), fc.string())
    case 'array':
      return shape.prefixItems === undefined
        ? fc.array(again(shape.items ?? {}), { maxLength: 4 })
        : fc.tuple(...shape.prefixItems.map(again))
    case 'object':
      return shape.properties === undefined && typeof shape.additionalProperties === 'object'
        ? fc.dictionary(
            fc.oneof(fc.constantFrom(...words.names), fc.string()),
            again(shape.additionalProperties),
            {
              maxKeys: 4,
            },
          )
        : fc.record(
            Object.fromEntries(
              Object.entries(shape.properties ?? {}).map(([key, part]) => [
                key,
                ofShape(part, words, key.endsWith('Id') ? key.slice(0, -2) : kind),
              ]),
            ),
            { requiredKeys: [...(shape.required ?? [])] },
          )
    default:
      return fc.jsonValue()
  }
}

/** How many parameters a method takes: what a fuzz weighs methods by. */
export function parameterCount(schema: z.ZodType): number {
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape
  return Object.keys(shape.properties ?? {}).length
}

/**
 * Parameters for a method's input schema: mostly of the right shape with odd values, else with one part replaced by
 * any JSON, else any JSON whatever. `kind` says what an `id` is of.
 */
export function arbitraryInput(schema: z.ZodType, words: Vocabulary, kind: string): fc.Arbitrary<unknown> {
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape
  const fitting = ofShape(shape, words, kind)
  const keys = Object.keys(shape.properties ?? {})
  const broken =
    keys.length === 0
      ? fc.jsonValue()
      : fc
          .tuple(fitting, fc.constantFrom(...keys), fc.jsonValue())
          .map(([params, key, value]) => ({ ...(params as object), [key]: value }))
  return fc.oneof(
    { weight: 6, arbitrary: fitting },
    { weight: 3, arbitrary: broken },
    { weight: 1, arbitrary: fc.jsonValue() },
  )
}

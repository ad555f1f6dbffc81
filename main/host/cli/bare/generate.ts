import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ContractError, type Note } from '../../../contract/index.ts'
import type { GeneratorState } from '../../../engine/models/generate/index.ts'
import type { FeatureRow, PhaseFeatures } from '../../../engine/steps/tasks/phase-features.ts'
import { choiceFlag, integerFlag, listFlag, neededFlag, parseNumber } from '../flags.ts'
import { UsageError, type Arguments, type Form, type Outcome } from '../verb.ts'
import { writeWhole } from './files.ts'
import { readPictures, type ConditionedPicture } from './pictures.ts'

const mostPhases = 16
/** Longest distance of the correlation functions, as a part of the smallest side. */
const lagPart = 1 / 4
/** Real pictures that are measured beside the generated, at least. */
const leastNearest = 4

/**
 * «model generate --images DIR --conditions CSV --inputs a,b --at a=1,b=2 --out DIR»: learns to make pictures like
 * those of the folder and makes some of a condition, measured beside the nearest real ones.
 */
export const generateForm: Form = {
  summary: 'Learn from images how a microstructure follows from its conditions, and generate it for others.',
  positionals: [],
  flags: [
    { name: 'images', value: 'DIR', help: 'Folder of PNG images of one size.', required: true },
    {
      name: 'conditions',
      value: 'CSV',
      help: 'Table whose column "image", or else first column, names the images.',
      required: true,
    },
    { name: 'inputs', value: 'a,b', help: 'Columns of numbers that describe a condition.', required: true },
    {
      name: 'kind',
      value: 'label|grey',
      help: 'label: each value is a phase, the lowest the matrix. grey: micrographs. Default: label.',
    },
    { name: 'at', value: 'a=1,b=2', help: 'The condition to generate at.', required: true },
    { name: 'count', value: 'N', help: 'Images to generate. Default: 4.' },
    { name: 'size', value: 'PX', help: 'Their side. Default: 128.' },
    { name: 'steps', value: 'N', help: 'Steps of training. Default: what the generator takes by itself.' },
    { name: 'seed', value: 'N', help: 'Default: 1.' },
    {
      name: 'out',
      value: 'DIR',
      help: 'Where the images and generated.json are written; made if it is not there.',
      required: true,
    },
  ],
  run: async (context, given) => {
    const { fitGenerator, generate, insideDomain } = await import('../../../engine/models/generate/index.ts')
    const { localExecutor } = await import('../../../engine/compute/index.ts')
    const { asExecutor } = await import('../../../engine/graph/index.ts')
    const { nearestConditions } = await import('../../../engine/steps/tasks/nearest-conditions.ts')
    const { encodeGreyPng } = await import('../../../engine/readers/index.ts')
    const { commonThreshold, featureSummary, phaseFeatures } =
      await import('../../../engine/steps/tasks/phase-features.ts')
    const inputs = listFlag(given, 'inputs') ?? []
    const condition = conditionOf(given, inputs)
    const kind = choiceFlag(given, 'kind', ['label', 'grey']) ?? 'label'
    const [count, size] = [integerFlag(given, 'count', 1) ?? 4, integerFlag(given, 'size', 8) ?? 128]
    const seed = integerFlag(given, 'seed', 0) ?? 1
    const steps = integerFlag(given, 'steps', 1)
    const out = neededFlag(given, 'out')

    const { pictures, notes } = readPictures(
      neededFlag(given, 'images'),
      neededFlag(given, 'conditions'),
      inputs,
      kind,
    )
    const levels = kind === 'label' ? phaseLevels(pictures) : null
    const pixels = pictures.map(({ values }) =>
      levels === null ? values : Uint8Array.from(values, (v) => levels.indexOf(v)),
    )
    const state = await fitGenerator(
      pictures.map((picture, i) => ({ ...picture, pixels: pixels[i]! })),
      {
        kind: levels === null ? 'grey' : 'phases',
        inputs,
        seed,
        settings: steps === undefined ? {} : { steps },
      },
      asExecutor(localExecutor()),
      context.progress,
    )
    const made = generate(state, condition, { height: size, width: size, count, seed })

    const threshold = levels === null ? (commonThreshold(pixels) ?? 0) : null
    const first = pictures[0]!
    const lagPx = Math.floor(Math.min(size, first.height, first.width) * lagPart)
    const measured = (values: ArrayLike<number>, height: number, width: number): PhaseFeatures[] =>
      phaseFeatures(
        {
          pixels: threshold === null ? values : Uint8Array.from(values, (v) => (v > threshold ? 1 : 0)),
          height,
          width,
        },
        levels?.length ?? 2,
        lagPx,
      )
    makeFolder(out)
    const digits = String(count).length
    const generated = made.map((image, i) => {
      const file = `generated-${String(i + 1).padStart(digits, '0')}.png`
      const values = levels === null ? image.pixels : greyOf(image.pixels, levels)
      writeWhole(join(out, file), encodeGreyPng(values, image.height, image.width))
      return { file, features: measured(image.pixels, image.height, image.width) }
    })
    const nearest = nearestConditions(
      state,
      pictures.map((picture) => picture.condition),
      condition,
    )
      .slice(0, Math.max(leastNearest, count))
      .map(({ index, distance }) => {
        const { file, height, width, condition: own } = pictures[index]!
        return {
          file,
          distance,
          condition: named(inputs, own),
          features: measured(pixels[index]!, height, width),
        }
      })
    const inside = insideDomain(state, condition)
    const value = {
      generated,
      nearest,
      summary: featureSummary(generated, nearest, levels?.length ?? 2),
      kind,
      lengthUnit: 'px',
      phaseValues: levels,
      greyThreshold: threshold,
      condition: named(inputs, condition),
      insideDomain: inside,
      training: {
        images: state.images,
        conditions: state.conditions,
        steps: state.settings.steps,
        lastLoss: state.losses.at(-1) ?? null,
        executor: state.executor,
        seed,
      },
      warnings: inside ? notes : [...notes, outsideNote(state, condition)],
    }
    writeWhole(join(out, 'generated.json'), JSON.stringify(value, null, 2) + '\n')
    return { value, text: textOf(value, out) }
  },
}

/** «a=1,b=2» with each input once. */
function conditionOf(given: Arguments, inputs: readonly string[]): number[] {
  const pairs = new Map<string, number>()
  for (const item of listFlag(given, 'at') ?? []) {
    const at = item.lastIndexOf('=')
    const name = item.slice(0, Math.max(0, at)).trim()
    if (!inputs.includes(name))
      throw new UsageError(`--at names “${item}”, which is not INPUT=NUMBER of --inputs.`)
    if (pairs.has(name)) throw new UsageError(`--at gives ${name} twice.`)
    pairs.set(name, parseNumber(item.slice(at + 1), `--at ${name}`))
  }
  return inputs.map((name) => {
    const value = pairs.get(name)
    if (value === undefined) throw new UsageError(`--at lacks ${name}.`)
    return value
  })
}

/** The values of the phases, ascending; the first is the matrix. */
function phaseLevels(pictures: readonly ConditionedPicture[]): number[] {
  const levels = new Set<number>()
  for (const { file, values } of pictures) {
    for (const value of values) levels.add(value)
    if (levels.size > mostPhases)
      throw new ContractError(
        'BAD_REQUEST',
        `Label images hold at most ${mostPhases} phases, one value each; these hold more. For micrographs take --kind grey.`,
        file,
      )
  }
  return [...levels].sort((a, b) => a - b)
}

/** Phases as the values that the images of the folder have for them. */
function greyOf(phases: Uint8Array, levels: readonly number[]): Uint8Array | Uint16Array {
  return levels.at(-1)! > 255
    ? Uint16Array.from(phases, (phase) => levels[phase]!)
    : Uint8Array.from(phases, (phase) => levels[phase]!)
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new ContractError('FOLDER_UNREADABLE', `The folder cannot be made${code}.`, basename(path))
  }
}

const named = (inputs: readonly string[], values: readonly number[]): Record<string, number> =>
  Object.fromEntries(inputs.map((name, i) => [name, values[i]!]))

function outsideNote(state: GeneratorState, condition: readonly number[]): Note {
  const out = state.inputs.filter(({ low, high }, i) => !(condition[i]! >= low && condition[i]! <= high))
  return {
    code: 'OUTSIDE_DOMAIN',
    message: `The condition lies outside the images in ${out.map(({ name, low, high }) => `${name} (${low} to ${high})`).join(', ')}: what is generated there is not to be relied on.`,
  }
}

function textOf(
  value: {
    readonly summary: readonly FeatureRow[]
    readonly nearest: readonly { readonly file: string }[]
    readonly generated: readonly unknown[]
    readonly warnings: readonly Note[]
  },
  out: string,
): NonNullable<Outcome['text']> {
  const said = ({ mean, sd }: { mean: number | null; sd: number | null }): string =>
    mean === null ? '–' : `${mean.toPrecision(4)}${sd === null ? '' : ` ± ${sd.toPrecision(2)}`}`
  return (
    [
      `${value.generated.length} generated images in ${out} (mean ± sd; real: ${value.nearest.map(({ file }) => file).join(', ')})`,
      ...value.summary.map(
        (row) =>
          `phase ${row.phase}  ${row.feature}  generated ${said(row.generated)}  real ${said(row.real)}`,
      ),
      ...value.warnings.map(({ message }) => message),
    ].join('\n') + '\n'
  )
}

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../../../main/engine/dataset/index.ts'
import { decodeLabelPng, encodeGreyPng } from '../../../main/engine/readers/index.ts'
import {
  compositionGrey,
  phaseLabels,
  simulatePhaseField,
  type Alloy,
} from '../../../main/engine/simulate/phase-field/index.ts'
import { runCli } from '../../../main/host/cli/run.ts'

/** Phase-field pictures in files: area fraction follows the composition, size the time. */
let folder: string
let labels: string
let greys: string
let csv: string
const side = 64
const alloy: Alloy = { alpha: 0, beta: 1, barrier: 1, gradientEnergy: 1, mobility: 1 }
const names: string[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'causalloy-generate-'))
  labels = join(folder, 'labels')
  greys = join(folder, 'greys')
  csv = join(folder, 'conditions.csv')
  mkdirSync(labels)
  mkdirSync(greys)
  const lines = ['image,c,t']
  for (const [k, c] of [0.3, 0.4, 0.5].entries()) {
    const spec = {
      ...{ alloy, meanComposition: c, rows: side, cols: side },
      ...{ times: [60, 150], noise: 0.02, tolerance: 0.02 },
    }
    simulatePhaseField(spec, 2, 3 + k, silentProgress).forEach(({ snapshots }, repeat) => {
      for (const { time, composition } of snapshots) {
        const name = `c${c}-t${time}-${repeat}.png`
        const mask = phaseLabels(alloy, composition).map((phase) => 255 * phase)
        writeFileSync(join(labels, name), encodeGreyPng(mask, side, side))
        writeFileSync(join(greys, name), encodeGreyPng(compositionGrey(alloy, composition), side, side))
        lines.push(`${name},${c},${time}`)
        names.push(name)
      }
    })
  }
  writeFileSync(csv, lines.join('\n') + '\n')
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

async function run(...args: string[]): Promise<{ code: number; value: Record<string, unknown> }> {
  let stdout = ''
  const code = await runCli(['model', 'generate', ...args, '--json'], {
    stdout: (text) => (stdout += text),
    stderr: () => undefined,
    isTty: false,
    columns: 80,
    onInterrupt: () => () => undefined,
  })
  return { code, value: JSON.parse(stdout) as Record<string, unknown> }
}
interface Told {
  phase: number
  areaFraction: number
  meanChordPx: number
  twoPoint: number[]
  linealPath: number[]
}
interface Picture {
  file: string
  condition: { c: number; t: number }
  distance: number
  features: Told[]
}
const few = ['--inputs', 'c,t', '--count', '3', '--size', '48', '--steps', '6', '--seed', '4']
const average = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length

describe('model generate', () => {
  it('writes phases of the asked condition as the values of the given images, with features of both', async () => {
    const fractionAt = async (c: number): Promise<number> => {
      const out = join(folder, `out-${c}`)
      const { code, value } = await run(
        ...['--images', labels, '--conditions', csv, '--at', `c=${c},t=150`, '--out', out, ...few],
      )
      expect(code).toBe(0)
      const generated = value['generated'] as Picture[]
      expect(readdirSync(out).sort()).toEqual([...generated.map(({ file }) => file), 'generated.json'])
      expect(JSON.parse(readFileSync(join(out, 'generated.json'), 'utf8'))).toEqual(value)
      expect(value).toMatchObject({ phaseValues: [0, 255], insideDomain: true, lengthUnit: 'px' })
      for (const { file, features } of generated) {
        const { labels: pixels, rows, cols } = decodeLabelPng(readFileSync(join(out, file)))
        expect([rows, cols]).toEqual([48, 48])
        expect(new Set(pixels)).toEqual(new Set([0, 255]))
        const { areaFraction, twoPoint, linealPath } = features[0]!
        expect(areaFraction).toBeCloseTo(pixels.filter((v) => v === 255).length / pixels.length, 12)
        expect(twoPoint).toHaveLength(13)
        expect(linealPath).toHaveLength(13)
      }
      const nearest = value['nearest'] as Picture[]
      expect(nearest.map(({ distance }) => distance)).toEqual(
        nearest.map(({ distance }) => distance).sort((a, b) => a - b),
      )
      expect(nearest[0]).toMatchObject({ condition: { c, t: 150 }, distance: 0 })
      return average(generated.map(({ features }) => features[0]!.areaFraction))
    }
    expect((await fractionAt(0.5)) - (await fractionAt(0.3))).toBeGreaterThan(0.1)
  }, 120_000)

  it('gives the same bytes again, and says when the condition lies outside', async () => {
    const bytes: Buffer[] = []
    for (const out of [join(folder, 'a'), join(folder, 'b')]) {
      const { code, value } = await run(
        ...['--images', greys, '--conditions', csv, '--at', 'c=0.4,t=400', '--kind', 'grey', '--out', out],
        ...few,
      )
      expect(code).toBe(0)
      expect(value['insideDomain']).toBe(false)
      expect(value['warnings']).toMatchObject([{ code: 'OUTSIDE_DOMAIN' }])
      bytes.push(readFileSync(join(out, 'generated-1.png')))
      expect(new Set(decodeLabelPng(bytes.at(-1)!).labels).size).toBeGreaterThan(10)
    }
    expect(bytes[0]!.equals(bytes[1]!)).toBe(true)
  }, 120_000)
})

describe('what model generate refuses', () => {
  const at = ['--at', 'c=0.4,t=100', '--out']
  const folderOf = (name: string, files: readonly string[], size = side): string => {
    const path = join(folder, name)
    mkdirSync(path, { recursive: true })
    for (const [i, file] of files.entries())
      writeFileSync(
        join(path, file),
        i === 0 ? encodeGreyPng(new Uint8Array(size ** 2), size, size) : readFileSync(join(labels, file)),
      )
    return path
  }
  const refusal = async (images: string, table = csv): Promise<{ code: string; message: string }> => {
    const { code, value } = await run(
      '--images',
      images,
      '--conditions',
      table,
      ...at,
      join(folder, 'no'),
      ...few,
    )
    expect(code).toBe(1)
    return value['error'] as { code: string; message: string }
  }
  const written = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }

  it('names what is missing or does not fit', async () => {
    expect((await refusal(folderOf('empty', []))).code).toBe('FOLDER_EMPTY')
    expect((await refusal(join(folder, 'nowhere'))).code).toBe('FOLDER_UNREADABLE')
    expect(await refusal(folderOf('stray', ['stray.png', names[0]!]))).toMatchObject({
      code: 'TABLE_FILE_UNMATCHED',
      detail: 'stray.png',
    })
    expect((await refusal(folderOf('sizes', [names[0]!, names[1]!], 48))).message).toMatch(/differ in size/)
    const one = written('one.csv', ['image,c,t', ...names.map((name) => `${name},0.4,60`)].join('\n'))
    expect(await refusal(labels, one)).toMatchObject({
      code: 'TOO_FEW_SPECIMENS',
      message: expect.stringMatching(/at least 3 different conditions .* there are 1/) as string,
    })
    const gap = written(
      'gap.csv',
      ['image,c,t', ...names.map((name, i) => `${name},0.4,${i || ''}`)].join('\n'),
    )
    expect(await refusal(labels, gap)).toMatchObject({ code: 'TABLE_BAD_NUMBER', detail: names[0] })
    const other = written('other.csv', ['image,c', ...names.map((name) => `${name},0.4`)].join('\n'))
    expect(await refusal(labels, other)).toMatchObject({ code: 'COLUMN_UNKNOWN', detail: 't' })
    expect((await refusal(greys)).message).toMatch(/--kind grey/)
  })

  it.each(['c=0.4', 'c=0.4,t=100,x=1', 'c=0.4,c=0.5,t=1', 'c=0.4,t=warm', 't,c'])(
    'takes no --at %s',
    async (text) => {
      const { code } = await run(
        ...['--images', labels, '--conditions', csv, '--out', join(folder, 'no'), '--at', text],
        ...few,
      )
      expect(code).toBe(2)
    },
  )
})

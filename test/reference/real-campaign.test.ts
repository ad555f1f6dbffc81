import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  reportSectionName,
  type ContractErrorData,
  type DatasetSummary,
  type FeatureRow,
  type ImportItem,
  type ImportPreview,
  type ModelSummary,
  type Segmentation,
  type SpecimenFeature,
} from '../../main/contract/index.ts'
import { cliJson } from '../support/cli.ts'
import { sharedData } from '../support/shared-data.ts'

const dir = sharedData('micrographs/crnial_dtsegnet')
const why = dir === null ? ' (skipped: the reference data are not beside the repository)' : ''

/**
 * Fifteen real micrographs of Cr–Ni–Al–Fe alloys without a pixel size, with a process table full of holes: what a
 * laboratory has before it plans a campaign. Everything through the command line, step by step.
 */
describe.skipIf(dir === null)(`a real campaign of 15 micrographs${why}`, () => {
  let home: string
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'causalloy-real-'))
  })
  afterAll(() => {
    rmSync(home, { recursive: true, force: true })
  })

  type Answer<T> = Promise<{ code: number | null; value: T }>
  const on = <T = { result: Record<string, unknown> }>(...args: string[]): Answer<T> =>
    cliJson<T>([...args, '--project', join(home, 'lab')], { home })
  async function get<T>(...args: string[]): Promise<T> {
    const { code, value } = await on<T>(...args)
    expect(code).toBe(0)
    return value
  }
  /** So small a set may be refused, but only with a code and a plain sentence. */
  async function ranOrRefused(...args: string[]): Promise<boolean> {
    const { code, value } = await on<{ error?: ContractErrorData }>(...args)
    if (code === 0) return true
    expect(code).toBe(1)
    expect(value.error!.code).not.toBe('INTERNAL')
    expect(value.error!.message).toMatch(/^[A-Z"].*\.$/)
    return false
  }
  const table = join(dir ?? '', 'process.csv')
  const images = (split: string) => join(dir ?? '', split)

  it('inspects a micrograph to the last pixel', async () => {
    const file = join(images('test'), '1.png')
    const { code, value } = await cliJson<{ format: string; images: Record<string, unknown>[] }>(
      ['image', 'inspect', file],
      { home },
    )
    const { width, height, channels, data: pixels } = decode(readFileSync(file))
    const data = Uint8Array.from(pixels)
    expect([code, value.format, value.images.length]).toEqual([0, 'png', 1])
    expect(value.images[0]).toMatchObject({
      shape: [height, width, channels],
      dtype: 'uint8',
      min: data.reduce((a, b) => Math.min(a, b)),
      max: data.reduce((a, b) => Math.max(a, b)),
      mean: expect.closeTo(data.reduce((a, b) => a + b, 0) / data.length, 9) as unknown,
      sha256: createHash('sha256').update(data).digest('hex'),
      pixelSizeUm: null,
      databarRows: 0,
    })
  })

  it('imports both folders: 15 taken, uncalibrated, and the rows of the other folder named', async () => {
    expect((await cliJson(['project', 'create', join(home, 'lab')], { home })).code).toBe(0)
    const preview = await get<ImportPreview>(
      'image',
      'preview',
      '--images',
      images('train'),
      '--table',
      table,
    )
    expect(preview.matchedBy).toBe('filename')
    expect(preview.items.map(({ status, code }) => [status, code])).toEqual(
      Array.from({ length: 10 }, () => ['taken', 'UNCALIBRATED']),
    )
    expect(preview.problems).toMatchObject([{ code: 'TABLE_ROW_UNMATCHED', detail: '1, 5, 9, 14, 20' }])
    const filled = Object.fromEntries(preview.columns.map((column) => [column.name, column.filled]))
    expect(filled).toMatchObject({ homogenise_C: 6, age_C: 11, age_h: 13, magnification: 10 })
    for (const [split, taken] of [
      ['train', 10],
      ['test', 5],
    ] as const) {
      const { result } = await get<{ result: object }>(
        'image',
        'import',
        '--images',
        images(split),
        '--table',
        table,
      )
      expect(result).toEqual({ taken, refused: 0, skipped: 0 })
    }
    const items = await get<ImportItem[]>('image', 'items')
    expect(items.filter(({ status }) => status === 'taken')).toHaveLength(15)
    expect(items.map(({ pixelSizeUm }) => pixelSizeUm)).toEqual(items.map(() => null))
  })

  it('segments and measures in pixels and fractions, nowhere in micrometres', async () => {
    expect((await get<{ result: object }>('segment', 'run', '--method', 'watershed')).result).toEqual({
      segmented: 15,
    })
    const segmentations = await get<Segmentation[]>('segment', 'list')
    for (const { objectCount, areaFraction } of segmentations) {
      expect(objectCount).toBeGreaterThan(10)
      expect(areaFraction).toBeGreaterThan(0.01)
      expect(areaFraction).toBeLessThan(0.6)
    }
    expect((await get<{ result: object }>('measure', 'run')).result).toEqual({ fields: 15, specimens: 15 })
    const features = [
      ...(await get<FeatureRow[]>('measure', 'fields')),
      ...(await get<SpecimenFeature[]>('measure', 'specimens')),
    ]
    expect(new Set(features.map(({ unit }) => unit))).toEqual(new Set(['1', 'px', '1/px²']))
    for (const { value, low, high, measure } of features) {
      if (value === null || low === null || high === null) continue
      expect(low).toBeLessThanOrEqual(value)
      expect(high).toBeGreaterThanOrEqual(value)
      if (measure === 'areaFraction') expect(high).toBeLessThanOrEqual(1)
    }
  })

  it('freezes 11 groups, and leaves out lengths in pixels with a note', async () => {
    await get('dataset', 'freeze')
    const [dataset] = await get<DatasetSummary[]>('dataset', 'list')
    expect(dataset).toMatchObject({ rowCount: 15, groupCount: 11, foldCount: 5 })
    const roles = Object.fromEntries(dataset!.columns.map(({ name, role }) => [name, role]))
    expect(roles).toMatchObject({
      age_C: 'process',
      age_h: 'process',
      // One value throughout, else unknown: it cannot explain anything.
      homogenise_C: 'ignored',
      areaFraction: 'microstructure',
      equivalentCircleDiameterMean: 'ignored',
      magnification: 'context',
    })
    expect(dataset!.notes).toContainEqual(
      expect.objectContaining({ code: 'UNCALIBRATED', item: 'equivalentCircleDiameterMean' }),
    )
    expect(dataset!.columns.filter(({ unit }) => unit.includes('µm'))).toEqual([])
  })

  it('trains, maps and proposes, or refuses in a plain sentence', async () => {
    const trained = await ranOrRefused('model', 'train')
    if (trained) {
      const [model] = await get<ModelSummary[]>('model', 'list')
      for (const { output, coverage90, n } of model!.scores) {
        expect(['areaFraction', 'aspectRatioMean']).toContain(output)
        expect(n).toBe(15)
        expect(coverage90).toBeGreaterThan(0.6)
      }
    }
    await ranOrRefused('causal', 'discover')
    expect(await ranOrRefused('optimize', 'run')).toBe(trained)
  })

  it('reports in eight sections what so small a set can support, and is whole', async () => {
    const out = join(home, 'report.html')
    await get('report', 'write', '--out', out)
    const html = readFileSync(out, 'utf8')
    const heads = [...html.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map(([, head]) => head!.replace(/<.*>/, ''))
    expect(heads.slice(-8)).toEqual(reportSectionName.options)
    const text = html
      .replaceAll(/<style.*?<\/style>|<svg.*?<\/svg>/gs, ' ')
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/&nbsp;|\s+/g, ' ')
    expect(text.match(/NaN|undefined|\[object|https?:\/\//g)).toBeNull()
    expect(text).toMatch(/15 rows in 11 groups/)
    expect(text).toMatch(/It cannot rank parameters of similar strength/)
    expect(text).toContain('15 micrographs of 15 have no pixel size')
    // The heading of the pixel sizes names their unit; no number has it.
    expect(text.match(/[^ ]* ?\(?µm/g)).toEqual(['size (µm'])
    const { result } = await get<{ result: object }>('verify')
    expect(result).toMatchObject({ findings: [] })
  })
})

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ContractError, segmentParams } from '../../main/contract/index.ts'
import { matchRows, parseTable, silentProgress } from '../../main/engine/dataset/index.ts'
import { randomStream } from '../../main/engine/math/index.ts'
import { measureField, measureObjects } from '../../main/engine/measure/index.ts'
import { objectRows } from '../../main/engine/measure/objects.ts'
import { gatherRegions } from '../../main/engine/measure/regions.ts'
import { tileFractions } from '../../main/engine/measure/tiles.ts'
import {
  decodeLabelPng,
  encodeLabelPng,
  readImage,
  toDisplayPng,
  toGrey,
  toThumbnailPng,
} from '../../main/engine/readers/index.ts'
import { labelMask, segmentImage } from '../../main/engine/segment/index.ts'
import { splitTouching } from '../../main/engine/segment/watershed.ts'
import { sharedData } from '../support/shared-data.ts'

const dir = sharedData('micrographs')
const title = 'real micrographs (skipped where ../shared/data/micrographs is absent)'
const at = (...parts: string[]) => join(dir ?? '', ...parts)
const bytesOf = (...parts: string[]) => new Uint8Array(readFileSync(at(...parts)))
const json = <T>(...parts: string[]) => JSON.parse(readFileSync(at(...parts), 'utf8')) as T

/** Files of a zip archive whose entries are stored or deflated. */
function unzip(archive: Uint8Array): Map<string, Uint8Array> {
  const buffer = Buffer.from(archive)
  const files = new Map<string, Uint8Array>()
  const end = buffer.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  let entry = buffer.readUInt32LE(end + 16)
  for (let k = 0; k < buffer.readUInt16LE(end + 10); k++) {
    const nameLength = buffer.readUInt16LE(entry + 28)
    const name = buffer.toString('utf8', entry + 46, entry + 46 + nameLength)
    const local = buffer.readUInt32LE(entry + 42)
    const start = local + 30 + buffer.readUInt16LE(local + 26) + buffer.readUInt16LE(local + 28)
    const packed = buffer.subarray(start, start + buffer.readUInt32LE(entry + 20))
    files.set(name, new Uint8Array(buffer.readUInt16LE(entry + 10) === 8 ? inflateRawSync(packed) : packed))
    entry += 46 + nameLength + buffer.readUInt16LE(entry + 30) + buffer.readUInt16LE(entry + 32)
  }
  return files
}

function csv(name: string): Record<string, number>[] {
  const [head, ...rows] = readFileSync(at('reference', name), 'utf8').trim().split(/\r?\n/)
  const keys = head!.split(',').map((key) => key.trim())
  return rows.map((row) => Object.fromEntries(row.split(',').map((cell, k) => [keys[k]!, Number(cell)])))
}

function mask(number: string, value = 0) {
  const image = readImage(bytesOf('crnial_dtsegnet', 'masks', `${number}.png`), number).images[0]!
  const binary = Uint8Array.from(image.pixels, (pixel) =>
    value === 0 ? (pixel > 0 ? 1 : 0) : pixel === value ? 1 : 0,
  )
  return { ...labelMask(binary, image.rows, image.cols), rows: image.rows, cols: image.cols, binary }
}

describe.skipIf(dir === null)(title, () => {
  it('measures the hand-drawn masks as scikit-image and ImageJ do', () => {
    for (const [number, count, area, perimeterSum] of [
      ['9', 41, 124854, 7866.3],
      ['20', 83, 122161, 10883.8],
    ] as const) {
      const { labels, count: found, rows, cols } = mask(number)
      expect(found).toBe(count)
      const { perimeters } = objectRows(gatherRegions(labels, rows, cols), { row: 1, col: 1, unit: 'px' })
      const total = perimeters.reduce((sum, one) => sum + one, 0)
      expect(Math.abs(total / perimeterSum - 1)).toBeLessThan(0.0005)
      const { objects } = measureObjects(labels, rows, cols, null, 0)
      expect(objects.reduce((sum, object) => sum + object.area, 0)).toBe(area)
      const skimage = csv(`particles_crnial_${number}.csv`)
      const imagej = csv(`imagej_crnial_${number}.csv`)
      expect([skimage.length, imagej.length]).toEqual([count, count])
      for (const object of objects) {
        const a = skimage.find(
          ({ cx, cy }) => Math.hypot(cx! - object.centroidColPx, cy! - object.centroidRowPx) < 0.01,
        )!
        const b = imagej.find(
          ({ X, Y }) => Math.hypot(X! - 0.5 - object.centroidColPx, Y! - 0.5 - object.centroidRowPx) < 0.01,
        )!
        expect([a.area_px, b.Area]).toEqual([object.area, object.area])
        expect(object.touchesEdge).toBe(a.touches_border === 1)
        expect(object.equivalentCircleDiameter).toBeCloseTo(a.equiv_diam!, 2)
        if (object.circularity !== null) expect(object.circularity).toBeCloseTo(a.circularity_crofton!, 4)
        expect(object.feretMax).toBeCloseTo(b.Feret!, 4)
        expect(object.aspectRatio).toBeCloseTo(b.AR!, 4)
      }
    }
  })

  it('gives the field measures of the reference: fraction, neighbours, chords, tiles', () => {
    interface Summary {
      phase_fraction: number
      nn_mean: number
      ecd_mean: number
      P_L_h_per_px: number
      P_L_v_per_px: number
      tiles_4x5: { mean: number; sd: number; ci95: number }
    }
    const summary = json<Record<string, Summary>>('reference', 'particles_summary.json')
    for (const number of ['9', '20']) {
      const expected = summary[`crnial_${number}`]!
      const { labels, rows, cols } = mask(number)
      const options = {
        pixelSizeUm: null,
        databarRows: 0,
        measures: [],
        edge: 'include' as const,
        level: 0.95,
      }
      const field = new Map(measureField(labels, rows, cols, options).map((one) => [one.measure, one]))
      expect(field.get('areaFraction')!.value).toBeCloseTo(expected.phase_fraction, 10)
      expect(field.get('nearestNeighbourDistanceMean')!.value).toBeCloseTo(expected.nn_mean, 6)
      expect(field.get('equivalentCircleDiameterMean')!.value).toBeCloseTo(expected.ecd_mean, 6)
      // ℓ = 2·V_V / P_L with P_L the boundary hits per length, mean of both directions.
      const hits = (expected.P_L_h_per_px + expected.P_L_v_per_px) / 2
      const intercept = field.get('meanLinealIntercept')!.value!
      expect(Math.abs(intercept / ((2 * expected.phase_fraction) / hits) - 1)).toBeLessThan(0.005)
      const tiles = tileFractions(labels, rows, cols, { down: 4, across: 5 })
      const mean = tiles.reduce((sum, one) => sum + one, 0) / 20
      const sd = Math.sqrt(tiles.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 19)
      expect(mean).toBeCloseTo(expected.tiles_4x5.mean, 3)
      expect(sd).toBeCloseTo(expected.tiles_4x5.sd, 3)
      const { low, high } = field.get('areaFraction')!
      expect(Math.abs((high! - low!) / 2 / expected.tiles_4x5.ci95 - 1)).toBeLessThan(0.15)
    }
  })

  it('splits touching objects about as scikit-image and ImageJ do', () => {
    const split = (labels: Int32Array, rows: number, cols: number, depth: number) =>
      splitTouching(labels.slice(), rows, cols, depth, silentProgress)
    const twenty = mask('20')
    for (const depth of [0.5, 1, 2]) expect(split(twenty.labels, twenty.rows, twenty.cols, depth)).toBe(83)
    const nine = mask('9')
    expect(Math.abs(split(nine.labels, nine.rows, nine.cols, 1) - 44)).toBeLessThanOrEqual(2)
    const image = readImage(bytesOf('nisuper_nasa', 'masks', 'spot2_0d_0.png'), 'm').images[0]!
    const secondary = labelMask(
      Uint8Array.from(image.pixels, (pixel) => (pixel === 1 ? 1 : 0)),
      image.rows,
      image.cols,
    )
    expect(secondary.count).toBe(33)
    // scikit-image 57, 54, 48; ImageJ 52.
    for (const [depth, peer] of [
      [0.5, 57],
      [1, 54],
      [2, 48],
    ] as const)
      expect(Math.abs(split(secondary.labels, image.rows, image.cols, depth) / peer - 1)).toBeLessThan(0.1)
  })

  it('imports every micrograph, with display, thumbnail and label image of the right shape', () => {
    const folders = ['train', 'test'].map((folder) =>
      readdirSync(at('crnial_dtsegnet', folder)).map((file) => [folder, file]),
    )
    const files = folders.flat() as [string, string][]
    expect(files.filter(([folder]) => folder === 'train')).toHaveLength(10)
    for (const [folder, file] of files) {
      const image = readImage(bytesOf('crnial_dtsegnet', folder, file), file).images[0]!
      expect([image.dtype, image.pixelSizeUm, image.databarRows]).toEqual(['uint8', null, 0])
      const shown = readImage(toDisplayPng(image), file).images[0]!
      expect([shown.rows, shown.cols, shown.channels]).toEqual([image.rows, image.cols, 1])
      const small = readImage(toThumbnailPng(image), file).images[0]!
      expect(Math.max(small.rows, small.cols)).toBe(256)
      const result = segmentImage(
        toGrey(image),
        image.rows,
        image.cols,
        segmentParams.parse({}),
        0,
        silentProgress,
      )
      const back = decodeLabelPng(encodeLabelPng(result.labels, image.rows, image.cols))
      expect(back.labels).toEqual(result.labels)
    }
    const table = parseTable(bytesOf('crnial_dtsegnet', 'process.csv'), 'process.csv')
    const names = files.map(([, file]) => file)
    const match = matchRows(table, names)
    expect([match.matchedBy, match.unmatchedFiles, match.unmatchedRows]).toEqual(['filename', [], []])
    names.forEach((file, k) => expect(`${table.rowIds[match.rowOfFile[k]!]}.png`).toBe(file))
    const roles = Object.fromEntries(table.columns.map(({ name, role, unit }) => [name, [role, unit]]))
    expect(roles).toMatchObject({
      homogenise_C: ['process', '°C'],
      homogenise_h: ['process', 'h'],
      age_C: ['process', '°C'],
      age_h: ['process', 'h'],
      homogenised: ['process', ''],
      magnification: ['context', ''],
      split: ['context', ''],
    })
  }, 300_000)

  it('segments the five test images at least as well as the reference Otsu, with one setting for all', () => {
    const baseline = json<{
      crnial_rf_10train_5test: { per_image: Record<string, { otsu_best_polarity_iou: number }> }
    }>('reference', 'segmentation_baselines.json').crnial_rf_10train_5test.per_image
    for (const number of ['1', '5', '9', '14', '20']) {
      const image = readImage(bytesOf('crnial_dtsegnet', 'test', `${number}.png`), number).images[0]!
      const grey = toGrey(image)
      const { binary } = mask(number)
      const iou = (['bright', 'dark'] as const).map((polarity) => {
        const params = segmentParams.parse({ polarity, backgroundSigmaPx: 50 })
        const { labels } = segmentImage(grey, image.rows, image.cols, params, 0, silentProgress)
        let [both, either] = [0, 0]
        labels.forEach((label, i) => {
          if (label > 0 && binary[i] === 1) both++
          if (label > 0 || binary[i] === 1) either++
        })
        return both / either
      })
      expect(Math.max(...iou), `image ${number}`).toBeGreaterThanOrEqual(
        baseline[number]!.otsu_best_polarity_iou,
      )
    }
  })

  it('takes less than 0.4 CPU seconds for Otsu and 1.5 for watershed on 1.2 Mpx', () => {
    const image = readImage(bytesOf('crnial_dtsegnet', 'test', '20.png'), '20').images[0]!
    const grey = toGrey(image)
    for (const [method, limitS] of [
      ['otsu', 0.4],
      ['watershed', 1.5],
    ] as const) {
      const params = segmentParams.parse({ method })
      const run = () => segmentImage(grey, image.rows, image.cols, params, 0, silentProgress)
      run()
      const before = process.cpuUsage()
      run()
      const { user, system } = process.cpuUsage(before)
      expect((user + system) / 1e6, method).toBeLessThan(limitS)
    }
  })
})

interface ExpectedSignal {
  shape: number[]
  dtype: string
  min?: number
  max?: number
  sha256_c_order_little_endian?: string
}

describe.skipIf(dir === null)('instrument files (skipped where ../shared/data/micrographs is absent)', () => {
  const cases = (): { name: string; bytes: Uint8Array; signals: ExpectedSignal[] }[] => {
    const expected = json<{ files: { file: string; signals?: ExpectedSignal[] }[] }>(
      'reference',
      'formats_expected.json',
    )
    return expected.files.map(({ file, signals = [] }) => {
      const [path, member] = file.split(':') as [string, string | undefined]
      let bytes: Uint8Array = bytesOf('formats', path)
      if (member !== undefined) {
        const found = [...unzip(bytes)].find(([name]) => name === member || name.endsWith(`/${member}`))
        if (found === undefined) throw new Error(`${member} is not in ${path}`)
        bytes = found[1]
      } else if (path.endsWith('.gz')) bytes = new Uint8Array(gunzipSync(bytes))
      return { name: (member ?? path).replace(/\.gz$/, ''), bytes, signals }
    })
  }

  it('reads every 8 and 16-bit picture to the byte and refuses the others with a code', () => {
    let read = 0
    let refused = 0
    for (const { name, bytes, signals } of cases()) {
      const isReadable =
        /\.(tiff?|png|jpe?g)$/i.test(name) && signals.every(({ dtype }) => /^uint(8|16)$/.test(dtype))
      if (!isReadable) {
        expect(() => readImage(bytes, name), name).toThrow(ContractError)
        refused++
        continue
      }
      const { images } = readImage(bytes, name)
      expect(images, name).toHaveLength(signals.length)
      signals.forEach((signal, k) => {
        const image = images[k]!
        const shape =
          image.channels === 1 ? [image.rows, image.cols] : [image.rows, image.cols, image.channels]
        expect([shape, image.dtype], name).toEqual([signal.shape, signal.dtype])
        expect(image.pixelSizeUm).toBeNull()
        if (signal.min === undefined) return
        let [least, most] = [Infinity, -Infinity]
        for (const pixel of image.pixels) {
          if (pixel < least) least = pixel
          if (pixel > most) most = pixel
        }
        expect([least, most], name).toEqual([signal.min, signal.max])
        const raw = Buffer.from(image.pixels.buffer, image.pixels.byteOffset, image.pixels.byteLength)
        expect(createHash('sha256').update(raw).digest('hex'), name).toBe(signal.sha256_c_order_little_endian)
      })
      read++
    }
    expect(read).toBeGreaterThanOrEqual(15)
    expect(refused).toBeGreaterThanOrEqual(30)
  })

  it('throws nothing but ContractError for 2,000 mutated or cut real files', () => {
    const sources = cases()
      .filter(({ name, bytes }) => /\.tiff?$/i.test(name) && bytes.length < 400_000)
      .map(({ bytes }) => bytes)
    for (const number of ['1', '14', '16']) sources.push(bytesOf('crnial_dtsegnet', 'masks', `${number}.png`))
    expect(sources.length).toBeGreaterThan(8)
    const random = randomStream(3, 'real mutations')
    let refused = 0
    for (let round = 0; round < 2000; round++) {
      const source = sources[random.integer(sources.length)]!
      let bytes = source.slice(0, random.uniform() < 0.3 ? random.integer(source.length) : source.length)
      // Headers and directories are hit as often as the many pixels behind them.
      for (let k = 1 + random.integer(6); k > 0 && bytes.length > 0; k--) {
        const near = random.uniform() < 0.7 ? Math.min(bytes.length, 600) : bytes.length
        const place = random.uniform() < 0.5 ? random.integer(near) : bytes.length - 1 - random.integer(near)
        bytes[place] = random.uniform() < 0.5 ? random.integer(256) : bytes[place]! ^ (1 << random.integer(8))
      }
      if (random.uniform() < 0.05) bytes = bytes.slice(random.integer(8))
      try {
        readImage(bytes, 'mutant')
      } catch (error) {
        if (!(error instanceof ContractError)) throw error
        refused++
      }
    }
    expect(refused).toBeGreaterThan(800)
  })
})

import { fft2, fftFrequencies, type Fft2 } from '../../math/index.ts'
import { bandCentres, decoderConstants, type ModulationName, type Modulations } from './modulations.ts'
import type { GeneratorSettings } from './types.ts'

/** Two real fields in one complex one: the kernels are real and even, so they do not mix. */
export interface FieldPair {
  readonly first: Float64Array
  readonly second: Float64Array
}

/**
 * The decoder of `decoder.ts` in plain TypeScript on a rows x cols periodic grid, two images of the same modulations at
 * once. `source`, `grain`: white noise per field, in pixels. `reduction`: pixels of this grid per pixel of training.
 */
export function decodePair(
  modulation: Float64Array,
  layout: Modulations,
  fields: number,
  grid: { readonly rows: number; readonly cols: number; readonly reduction: number },
  noise: readonly { readonly source: FieldPair; readonly grain: FieldPair | null }[],
  settings: GeneratorSettings,
): FieldPair[] {
  const transform = fft2(grid.rows, grid.cols)
  const out: FieldPair[] = []
  for (let field = 0; field < fields; field++) {
    const take = (name: ModulationName): Float64Array | null => {
      const range = layout.range(field, name)
      return range === null ? null : modulation.subarray(range.start, range.start + range.size)
    }
    out.push(decodeOne(transform, take, grid.reduction, noise[field]!, out[field - 1] ?? null, settings))
  }
  return out
}

interface Kernels {
  readonly source: Float64Array
  readonly carry: readonly Float64Array[]
  readonly drive: readonly Float64Array[]
  readonly grain: Float64Array | null
  readonly link: Float64Array | null
}

function decodeOne(
  transform: Fft2,
  take: (name: ModulationName) => Float64Array | null,
  reduction: number,
  noise: { readonly source: FieldPair; readonly grain: FieldPair | null },
  before: FieldPair | null,
  settings: GeneratorSettings,
): FieldPair {
  const { layers, groups } = settings
  const { bound } = decoderConstants
  const kernels = kernelsOf(transform, take, reduction, settings)
  const n = transform.rows * transform.cols
  const level = (take('level')?.[0] ?? 0) * n
  const re = noise.source.first.slice()
  const im = noise.source.second.slice()
  transform.forward(re, im)
  times(re, im, kernels.source)
  re[0] = level
  im[0] = level
  const field = { first: re.slice(), second: im.slice() }
  transform.inverse(field.first, field.second)
  const force = { first: new Float64Array(n), second: new Float64Array(n) }
  for (let layer = 0; layer < layers; layer++) {
    const group = Math.floor((layer * groups) / layers)
    const gain = Math.exp(take('gain')?.[group] ?? 0) / bound
    for (const [from, to] of [
      [field.first, force.first],
      [field.second, force.second],
    ] as const)
      for (let i = 0; i < n; i++) {
        const t = Math.tanh(from[i]! * gain)
        to[i] = bound * t * (1 - bound * bound * t * t)
      }
    transform.forward(force.first, force.second)
    const carry = kernels.carry[group]!
    const drive = kernels.drive[group]!
    for (let i = 0; i < n; i++) {
      re[i] = re[i]! * carry[i]! + force.first[i]! * drive[i]!
      im[i] = im[i]! * carry[i]! + force.second[i]! * drive[i]!
    }
    re[0] = level
    im[0] = level
    field.first.set(re)
    field.second.set(im)
    transform.inverse(field.first, field.second)
  }
  if (kernels.grain !== null && noise.grain !== null) add(transform, field, noise.grain, kernels.grain)
  if (kernels.link !== null && before !== null) {
    const seen = { first: before.first.map(Math.tanh), second: before.second.map(Math.tanh) }
    add(transform, field, seen, kernels.link)
  }
  return field
}

function times(re: Float64Array, im: Float64Array, kernel: Float64Array): void {
  for (let i = 0; i < kernel.length; i++) {
    re[i]! *= kernel[i]!
    im[i]! *= kernel[i]!
  }
}

/** field += kernel * what, in place. */
function add(transform: Fft2, field: FieldPair, what: FieldPair, kernel: Float64Array): void {
  const re = what.first.slice()
  const im = what.second.slice()
  transform.forward(re, im)
  times(re, im, kernel)
  transform.inverse(re, im)
  for (let i = 0; i < re.length; i++) {
    field.first[i]! += re[i]!
    field.second[i]! += im[i]!
  }
}

/** Spectra of all kernels of one field on the full grid; each is zero at the zero frequency. */
function kernelsOf(
  { rows, cols }: Fft2,
  take: (name: ModulationName) => Float64Array | null,
  reduction: number,
  settings: GeneratorSettings,
): Kernels {
  const { bands, groups } = settings
  const { centres, width } = bandCentres(bands)
  const { step, stabiliser, sourceWidth, sourceSd } = decoderConstants
  const n = rows * cols
  const length = Math.exp(take('length')?.[0] ?? 0) * reduction
  const stretch = Math.exp(take('stretch')?.[0] ?? 0)
  const fr = fftFrequencies(rows)
  const fc = fftFrequencies(cols)
  const empty = (): Float64Array => new Float64Array(n)
  const source = empty()
  const carry = Array.from({ length: groups }, empty)
  const drive = Array.from({ length: groups }, empty)
  const grainBands = take('grainSource')
  const linkBands = take('link')
  const grain = grainBands === null ? null : empty()
  const link = linkBands === null ? null : empty()
  const sourceBands = take('source')!
  const carryBands = take('carry')!
  const driveBands = take('drive')!
  const bumps = new Float64Array(bands)
  const spectrum = (coefficients: Float64Array, from: number): number => {
    let sum = 0
    for (let j = 0; j < bands; j++) sum += coefficients[from + j]! * bumps[j]!
    return sum
  }
  const mirrored = (i: number, count: number): number => (count - i) % count
  for (let r = 0; r <= rows / 2; r++)
    for (let c = 0; c <= cols / 2; c++) {
      if (r === 0 && c === 0) continue
      const kappa2 = length ** 2 * 4 * Math.PI ** 2 * (fr[r]! ** 2 * stretch + fc[c]! ** 2 / stretch) + 1e-6
      const logKappa = Math.log(kappa2) / 2
      for (let j = 0; j < bands; j++) bumps[j] = Math.exp(-0.5 * ((logKappa - centres[j]!) / width) ** 2)
      const q = kappa2 / 2
      const denominator = 1 + step * q * (stabiliser + q)
      const places = [
        r * cols + c,
        r * cols + mirrored(c, cols),
        mirrored(r, rows) * cols + c,
        mirrored(r, rows) * cols + mirrored(c, cols),
      ]
      const put = (kernel: Float64Array, value: number): void => {
        for (const place of places) kernel[place] = value
      }
      put(source, Math.exp(-0.5 * (logKappa / sourceWidth) ** 2 + spectrum(sourceBands, 0)))
      for (let g = 0; g < groups; g++) {
        put(carry[g]!, (1 + step * stabiliser * q) / denominator + spectrum(carryBands, g * bands))
        put(drive[g]!, (step * q) / denominator + spectrum(driveBands, g * bands))
      }
      // Training has not seen waves shorter than two of its pixels.
      if (grain !== null && grainBands !== null && Math.max(fr[r]!, fc[c]!) * reduction <= 0.5)
        put(grain, Math.exp(spectrum(grainBands, 0)))
      if (link !== null && linkBands !== null) put(link, spectrum(linkBands, 0))
    }
  normalise(source, sourceSd)
  if (grain !== null) normalise(grain, Math.exp(take('grain')?.[0] ?? 0))
  return { source, carry, drive, grain, link }
}

/** Scales a kernel so that white noise comes out of it with standard deviation `sd`. */
function normalise(kernel: Float64Array, sd: number): void {
  let power = 0
  for (const value of kernel) power += value * value
  const factor = sd / Math.sqrt(power / kernel.length)
  for (let i = 0; i < kernel.length; i++) kernel[i]! *= factor
}

import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import type { Hartley } from './hartley.ts'
import { bandCentres, decoderConstants, type ModulationName, type Modulations } from './modulations.ts'
import type { GeneratorSettings } from './types.ts'

/** White noise as it enters a field, each [R, M, n, n] in the transformed domain; `grain` for grey images alone. */
export interface FieldNoise {
  readonly source: NodeId
  readonly grain: NodeId | null
}

/**
 * The convolutional decoder as a graph: from the modulations of R weight draws [R, D] and M noise fields for each to
 * the fields [R, M, n, n], one node for each field. Layers work on the transformed field; `spectral.ts` computes the
 * same in plain TypeScript for any size of image.
 */
export function decode(
  builder: GraphBuilder,
  hartley: Hartley,
  modulation: NodeId,
  layout: Modulations,
  noise: readonly FieldNoise[],
  settings: GeneratorSettings,
): NodeId[] {
  const fields: NodeId[] = []
  noise.forEach((of, field) => {
    const take = (name: ModulationName): NodeId | null => {
      const range = layout.range(field, name)
      return range === null ? null : builder.slice(modulation, 1, range.start, range.start + range.size)
    }
    fields.push(decodeField(builder, hartley, take, of, fields[field - 1] ?? null, settings))
  })
  return fields
}

function decodeField(
  b: GraphBuilder,
  hartley: Hartley,
  take: (name: ModulationName) => NodeId | null,
  noise: FieldNoise,
  before: NodeId | null,
  settings: GeneratorSettings,
): NodeId {
  const { n } = hartley
  const h = n / 2 + 1
  const { bands, groups, layers } = settings
  const need = (name: ModulationName): NodeId => {
    const node = take(name)
    if (node === null) throw new Error(`the layout lacks ${name}`)
    return node
  }
  const length = need('length')
  const rows = b.shape(length)[0] ?? 1

  const kernels = [
    need('source'),
    ...cut(b, need('carry'), groups, bands),
    ...cut(b, need('drive'), groups, bands),
  ]
  const grainSource = take('grainSource')
  const link = take('link')
  if (grainSource !== null) kernels.push(grainSource)
  if (link !== null) kernels.push(link)

  // Reduced wave number of every mode: q = ½κ², κ² = ℓ²(kr²·stretch + kc²/stretch).
  const k2 = (i: number): number => ((2 * Math.PI * i) / n) ** 2
  const along = Array.from({ length: h }, (_, i) => k2(i))
  const stretch = b.reshape(need('stretch'), [rows, 1, 1])
  const scale2 = b.unary('exp', b.scale(b.reshape(length, [rows, 1, 1]), 2))
  const kr = b.times(b.constant(along, [1, h, 1]), b.unary('exp', stretch))
  const kc = b.times(b.constant(along, [1, 1, h]), b.unary('exp', b.unary('neg', stretch)))
  const kappa2 = b.plus(b.times(b.plus(kr, kc), scale2), b.scalar(1e-6))
  const logKappa = b.scale(b.unary('log', kappa2), 0.5)
  const { centres, width } = bandCentres(bands)
  const distance = b.minus(
    b.reshape(logKappa, [rows, 1, h * h]),
    b.constant(Float32Array.from(centres), [1, bands, 1]),
  )
  const bumps = b.unary('exp', b.scale(b.unary('square', distance), -0.5 / width ** 2))
  const coefficients = b.concat(
    kernels.map((kernel) => b.reshape(kernel, [rows, 1, bands])),
    1,
  )
  // [R, kernels, h·h]: every kernel of the field in one product.
  const spectra = b.matmul(coefficients, bumps)
  const spectrum = (kernel: number): NodeId =>
    b.reshape(b.slice(spectra, 1, kernel, kernel + 1), [rows, h, h])

  const notMean = b.constant(
    Float32Array.from({ length: h * h }, (_, i) => (i === 0 ? 0 : 1)),
    [1, h, h],
  )
  const full = (quadrant: NodeId): NodeId =>
    b.reshape(hartley.expand(b.times(quadrant, notMean)), [rows, 1, n, n])
  const { step, stabiliser, sourceWidth, sourceSd, bound } = decoderConstants
  const q = b.scale(kappa2, 0.5)
  const denominator = b.plus(b.scale(b.times(q, b.plus(q, b.scalar(stabiliser))), step), b.scalar(1))
  const carryBase = b.over(b.plus(b.scale(q, step * stabiliser), b.scalar(1)), denominator)
  const driveBase = b.over(b.scale(q, step), denominator)
  const carry = Array.from({ length: groups }, (_, g) => full(b.plus(carryBase, spectrum(1 + g))))
  const drive = Array.from({ length: groups }, (_, g) => full(b.plus(driveBase, spectrum(1 + groups + g))))

  const mean = b.times(
    b.reshape(need('level'), [rows, 1, 1, 1]),
    b.constant(
      Float32Array.from({ length: n * n }, (_, i) => (i === 0 ? n : 0)),
      [1, 1, n, n],
    ),
  )
  const band = b.scale(b.unary('square', logKappa), -0.5 / sourceWidth ** 2)
  let wave = b.plus(
    b.times(noise.source, unitNoise(b, full(b.unary('exp', b.plus(band, spectrum(0)))), sourceSd)),
    mean,
  )
  let field = hartley.transform(wave)
  const gains = b.unary('exp', need('gain'))
  for (let layer = 0; layer < layers; layer++) {
    const group = Math.floor((layer * groups) / layers)
    const gain = b.reshape(b.slice(gains, 1, group, group + 1), [rows, 1, 1, 1])
    const t = b.unary('tanh', b.times(field, b.scale(gain, 1 / bound)))
    const force = b.times(b.scale(t, bound), b.minus(b.scalar(1), b.scale(b.unary('square', t), bound ** 2)))
    wave = b.plus(
      b.plus(b.times(wave, carry[group]!), b.times(hartley.transform(force), drive[group]!)),
      mean,
    )
    field = hartley.transform(wave)
  }
  let extra = 1 + 2 * groups
  const grain = take('grain')
  if (grainSource !== null && grain !== null && noise.grain !== null) {
    const shaped = unitNoise(b, full(b.unary('exp', spectrum(extra++))), 1)
    const amplitude = b.reshape(b.unary('exp', grain), [rows, 1, 1, 1])
    field = b.plus(field, hartley.transform(b.times(noise.grain, b.times(shaped, amplitude))))
  }
  if (link !== null && before !== null) {
    const seen = hartley.transform(b.unary('tanh', before))
    field = b.plus(field, hartley.transform(b.times(seen, full(spectrum(extra)))))
  }
  return field
}

/** The amplitudes [R, 1, n, n] scaled so that the noise that they shape has standard deviation `sd`. */
function unitNoise(b: GraphBuilder, amplitude: NodeId, sd: number): NodeId {
  const power = b.mean(b.unary('square', amplitude), [2, 3], true)
  return b.scale(b.over(amplitude, b.unary('sqrt', power)), sd)
}

function cut(b: GraphBuilder, kernels: NodeId, groups: number, bands: number): NodeId[] {
  return Array.from({ length: groups }, (_, g) => b.slice(kernels, 1, g * bands, (g + 1) * bands))
}

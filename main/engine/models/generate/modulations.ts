import type { GeneratorSettings } from './types.ts'

/**
 * What the hypernetwork generates for one field, by name, as ranges of one vector. `length` log of the length that
 * all kernels scale with, px; `stretch` log of the ratio of row to column length; `level` mean of the field;
 * `gain` log-gain of the non-linearity; `source` log-amplitude of the noise in radial bands; `carry` and `drive`
 * kernels on the field and on its non-linear image; `grain`, `grainSource` amplitude and bands of a fine texture laid
 * over a grey field; `link` kernel on the field before it, where there are several.
 */
export type ModulationName =
  'length' | 'stretch' | 'level' | 'gain' | 'source' | 'carry' | 'drive' | 'grain' | 'grainSource' | 'link'

export interface Modulations {
  /** Numbers in all, over all fields. */
  readonly size: number
  /** Start and length of one modulation of one field, or null where that field has none. */
  range(field: number, name: ModulationName): { readonly start: number; readonly size: number } | null
  /** Step of each number for a change of one prior standard deviation. */
  readonly scale: Float32Array
}

/** How far one prior standard deviation goes. */
const scales: Readonly<Record<ModulationName, number>> = {
  length: 0.5,
  stretch: 0.1,
  level: 0.5,
  gain: 0.5,
  source: 1,
  carry: 0.3,
  drive: 0.3,
  grain: 1,
  grainSource: 1,
  link: 0.3,
}

export function modulationsOf(settings: GeneratorSettings, fields: number, grey: boolean): Modulations {
  const { bands, groups } = settings
  const ranges = new Map<string, { start: number; size: number }>()
  const scale: number[] = []
  for (let field = 0; field < fields; field++) {
    const sizes: Partial<Record<ModulationName, number>> = {
      length: 1,
      stretch: 1,
      level: 1,
      gain: groups,
      source: bands,
      carry: groups * bands,
      drive: groups * bands,
      ...(grey ? { grain: 1, grainSource: bands } : {}),
      ...(field > 0 ? { link: bands } : {}),
    }
    for (const [name, size] of Object.entries(sizes) as [ModulationName, number][]) {
      ranges.set(`${field}/${name}`, { start: scale.length, size })
      for (let i = 0; i < size; i++) scale.push(scales[name])
    }
  }
  return {
    size: scale.length,
    range: (field, name) => ranges.get(`${field}/${name}`) ?? null,
    scale: Float32Array.from(scale),
  }
}

/** Band centres, log of reduced wave number, and their width: Gaussian bumps one width apart. */
export function bandCentres(bands: number): { centres: Float64Array; width: number } {
  const low = Math.log(0.2)
  const high = Math.log(6)
  const width = (high - low) / (bands - 1)
  return { centres: Float64Array.from({ length: bands }, (_, j) => low + j * width), width }
}

/**
 * Constants of the decoder before training. One layer is one large semi-implicit step of phase separation,
 * û ← ((1 + τSq)û + τq·N̂(u)) / (1 + τq(S + q)), q = κ²/2, whose fastest wave is κ = 1.
 */
export const decoderConstants = {
  step: 3,
  stabiliser: 0.5,
  /** Log-width of the noise's band about κ = 1, and its standard deviation. */
  sourceWidth: 0.5,
  sourceSd: 0.5,
  /** N(u) = v − v³, v = 1.3 tanh(gain·u/1.3): bounded, so that no kernel makes it diverge. */
  bound: 1.3,
} as const

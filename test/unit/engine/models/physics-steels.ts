import { parseHeader } from '../../../../main/engine/dataset/units.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import type { RandomStream } from '../../../../main/engine/math/index.ts'
import { lnGrainSize } from '../../../../main/engine/models/physics/laws/grain-growth.ts'
import { lnPinning } from '../../../../main/engine/models/physics/features/items.ts'
import type { Sample } from '../../../../main/engine/models/types.ts'

const symbols = ['C', 'Cr', 'Mn', 'Si', 'Al', 'Nb', 'V', 'Mo', 'Ni', 'N', 'Ti', 'W', 'Co'] as const
type Amounts = Record<(typeof symbols)[number], number>
type Range = readonly [number, number]

/** Kinds of steel: ranges in wt%; a range from below 0 leaves the element out of some. */
const kinds: readonly Partial<Record<(typeof symbols)[number], Range>>[] = [
  {
    C: [0.04, 0.2],
    Mn: [0.8, 1.8],
    Si: [0.1, 0.5],
    Al: [0.02, 0.05],
    Nb: [-0.03, 0.1],
    Ti: [-0.02, 0.03],
    V: [-0.05, 0.1],
    N: [0.003, 0.01],
    Mo: [-0.2, 0.3],
  },
  {
    C: [0.15, 0.6],
    Mn: [0.5, 1.2],
    Si: [0.15, 0.4],
    Cr: [0.3, 1.8],
    Mo: [-0.2, 0.5],
    Ni: [-0.5, 2],
    Al: [-0.02, 0.05],
    N: [-0.004, 0.012],
    Nb: [-0.1, 0.06],
  },
  {
    C: [0.01, 0.08],
    Mn: [1, 2],
    Si: [0.3, 1],
    Cr: [16, 20],
    Ni: [8, 14],
    Mo: [-1.5, 2.5],
    Nb: [-0.7, 0.7],
    Ti: [-0.4, 0.4],
    N: [-0.05, 0.1],
  },
  { C: [0.6, 1.1], Mn: [0.3, 1], Si: [0.2, 1], Cr: [1, 5.5], V: [-0.3, 0.6], Mo: [-0.3, 0.8] },
  {
    C: [0.08, 0.14],
    Mn: [0.3, 0.7],
    Si: [0.05, 0.4],
    Cr: [8.5, 13],
    Mo: [0.4, 1.5],
    W: [-1, 2],
    V: [0.1, 0.25],
    Nb: [-0.02, 0.08],
    Co: [-8, 10],
    N: [0.02, 0.06],
  },
]

/** One steel: what is in it and how its grains truly grow. */
export interface TrueSteel {
  readonly amounts: Amounts
  readonly exponent: number
  readonly activationEnergyJPerMol: number
  /** ln of the size (µm) grown from nothing in an hour at 1050 °C, without particles. */
  readonly lnSize: number
  readonly lnInitial: number
  readonly initialKnown: boolean
}

export function drawSteel(stream: RandomStream, heatSd = 0.25): TrueSteel {
  const kind = stream.integer(kinds.length)
  const amounts = Object.fromEntries(
    symbols.map((el) => {
      const range = kinds[kind]![el]
      return [el, range === undefined ? 0 : Math.max(0, range[0] + stream.uniform() * (range[1] - range[0]))]
    }),
  ) as Amounts
  const exponent = 1 / Math.min(0.45, Math.max(0.1, 0.24 + 0.05 * stream.normal()))
  const drag = 0.12 * Math.log1p(4 * amounts.Mo + 2 * amounts.W) + 0.15 * Math.log1p(10 * amounts.Nb)
  const ofKind = [0.1, 0.2, -0.3, -0.1, 0.2][kind]!
  return {
    amounts,
    exponent,
    activationEnergyJPerMol:
      exponent * Math.max(20_000, 80_000 + 6000 * [0, 1, 2, -1, -2][kind]! + 12_000 * stream.normal()),
    lnSize: 4.3 + ofKind - drag + heatSd * stream.normal(),
    lnInitial: Math.log(14) + 0.5 * stream.normal(),
    initialKnown: stream.uniform() < 0.5,
  }
}

/** True ln grain size (µm), noise apart; particles hold grains back while they last. */
export function trueLnGrain(steel: TrueSteel, temperatureC: number, timeS: number): number {
  const { exponent, activationEnergyJPerMol } = steel
  const reference = activationEnergyJPerMol / (8.31446261815324 * 1323.15) - Math.log(3600)
  const held = steel.lnSize - 0.12 * lnPinning(steel.amounts, temperatureC)
  const lnK0 = exponent * held + reference
  return lnGrainSize(Math.exp(steel.lnInitial), timeS, temperatureC, {
    exponent,
    lnK0,
    activationEnergyJPerMol,
  }).value
}

/** A table of ln grain sizes (µm) of many steels over temperatures and times: a small stand-in for a collected one. */
export function steelTable(
  seed: number,
  steels: number,
  options: { heatSd?: number; noiseSd?: number } = {},
): Sample {
  const { heatSd = 0.25, noiseSd = 0.12 } = options
  const names = [...symbols.map((el) => `${el}_wt`), 'anneal_C', 'hold_h', 'initial_grain_um']
  const rows: number[][] = []
  const y: number[] = []
  const groups: number[] = []
  for (let g = 0; g < steels; g++) {
    const stream = randomStream(seed, `steel ${g}`)
    const steel = drawSteel(stream, heatSd)
    const temperatures = 1 + stream.integer(6)
    const times = 1 + stream.integer(5)
    const firstC = 850 + 25 * stream.integer(11)
    const shortestH = [0.02, 0.1, 0.5][stream.integer(3)]!
    for (let a = 0; a < temperatures; a++)
      for (let b = 0; b < times; b++) {
        const temperatureC = firstC + 50 * a
        const timeH = shortestH * 2 ** b
        const initialUm = steel.initialKnown ? Math.exp(steel.lnInitial) : Number.NaN
        rows.push([...symbols.map((el) => steel.amounts[el]), temperatureC, timeH, initialUm])
        y.push(trueLnGrain(steel, temperatureC, 3600 * timeH) + noiseSd * stream.normal())
        groups.push(g)
      }
  }
  return {
    n: rows.length,
    inputs: names.map((name) => ({ name, unit: parseHeader(name).unit, levels: null })),
    outputs: [{ name: 'grain_um', unit: 'µm' }],
    x: Float64Array.from(rows.flat()),
    y: Float64Array.from(y),
    groups: Int32Array.from(groups),
  }
}

import { join } from 'node:path'
import { randomStream, type RandomStream } from '../../../main/engine/math/index.ts'
import type { InputColumn, Sample } from '../../../main/engine/models/types.ts'
import { readTable } from '../../../main/host/cli/bare/table.ts'
import { sampleOf } from '../../../main/engine/models/sample.ts'
import { sharedData } from '../../support/shared-data.ts'

/** A table that the comparison with the ensemble runs on; settings were chosen on those with `choosing` alone. */
export interface EnsembleTable {
  readonly name: string
  readonly choosing: boolean
  /** null where the reference data is not beside the repository. */
  load(): Sample | null
}

/** Inputs of one row by name, their outcome without noise, and the noise's standard deviation. */
interface Law {
  readonly n: number
  readonly inputs: Readonly<Record<string, (stream: RandomStream) => number>>
  outcome(row: Readonly<Record<string, number>>): { mean: number; sd: number }
}

const uniform =
  (low: number, high: number) =>
  (s: RandomStream): number =>
    low + (high - low) * s.uniform()
const logUniform =
  (low: number, high: number) =>
  (s: RandomStream): number =>
    Math.exp(uniform(Math.log(low), Math.log(high))(s))

const laws: Readonly<Record<string, Law & { choosing: boolean }>> = {
  'precipitation hardening': {
    choosing: true,
    n: 600,
    inputs: {
      solutePercent: uniform(0.2, 2.5),
      magnesiumPercent: uniform(0, 1.5),
      ironPercent: uniform(0.05, 0.6),
      solutionC: uniform(450, 550),
      ageingC: uniform(120, 240),
      ageingHours: logUniform(0.2, 200),
      coldWorkPercent: uniform(0, 20),
      grainUm: logUniform(5, 200),
    },
    outcome(r) {
      const dissolved = r.solutePercent! / (1 + Math.exp(-(r.solutionC! - 430 - 35 * r.solutePercent!) / 12))
      const log = Math.log(r.ageingHours!) + 0.045 * (r.ageingC! - 170)
      const peak = 95 * Math.sqrt(dissolved) * Math.exp(-((log - 2.2) ** 2) / 9)
      const work = 9 * Math.sqrt(r.coldWorkPercent!) * (1 - 0.4 / (1 + Math.exp(-(log - 3))))
      const mean = 40 + peak + work + 32 * r.magnesiumPercent! ** 0.67 + 110 / Math.sqrt(r.grainUm!)
      return { mean, sd: 3 + 10 * r.ironPercent! }
    },
  },
  'many small effects': {
    choosing: true,
    n: 1000,
    inputs: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`x${i}`, uniform(0, 1)])),
    outcome(r) {
      const x = (i: number): number => r[`x${i}`]!
      let mean = 8 * Math.sin(Math.PI * x(0) * x(1)) + 16 * (x(2) - 0.5) ** 2 + 6 * x(3) + 3 * x(4)
      for (let i = 5; i < 12; i++) mean += (i % 2 === 0 ? 1 : -1) * x(i) * (1 + x(i - 5))
      return { mean, sd: 0.4 + 1.2 * x(5) }
    },
  },
  'few rows, steps': {
    choosing: true,
    n: 320,
    inputs: {
      route: (s) => s.integer(3),
      carbonPercent: uniform(0.05, 0.6),
      manganesePercent: uniform(0.3, 1.8),
      coolingCPerS: logUniform(0.1, 100),
      temperC: uniform(150, 650),
    },
    outcome(r) {
      const hardened = 1 / (1 + Math.exp(-2.5 * (Math.log(r.coolingCPerS!) - 2 + 2 * r.manganesePercent!)))
      const quenched = 420 + 900 * Math.sqrt(r.carbonPercent!) - 0.9 * Math.max(0, r.temperC! - 250)
      const soft = 180 + 350 * r.carbonPercent! + 70 * r.manganesePercent!
      const mean = hardened * quenched + (1 - hardened) * soft + (r.route === 2 ? 60 : r.route === 1 ? 20 : 0)
      return { mean, sd: 15 + 25 * hardened }
    },
  },
  'mixes with absent parts': {
    choosing: true,
    n: 900,
    inputs: {
      binderKg: uniform(120, 520),
      slagKg: (s) => (s.uniform() < 0.45 ? 0 : uniform(20, 350)(s)),
      ashKg: (s) => (s.uniform() < 0.55 ? 0 : uniform(60, 200)(s)),
      waterKg: uniform(130, 240),
      plasticiserKg: (s) => (s.uniform() < 0.4 ? 0 : uniform(2, 28)(s)),
      coarseKg: uniform(800, 1140),
      days: (s) => [1, 3, 7, 14, 28, 56, 90, 180][s.integer(8)]!,
    },
    outcome(r) {
      const active = r.binderKg! + 0.75 * r.slagKg! + 0.5 * r.ashKg!
      const ratio = r.waterKg! / active
      const speed = 0.28 + 0.25 * (r.slagKg! / active)
      const aged = Math.exp(speed * (1 - Math.sqrt(28 / r.days!)))
      const dose = r.plasticiserKg!
      const flow = dose === 0 ? 1 : 1.12 - 0.008 * Math.abs(dose - 10)
      const mean = 26 * ratio ** -0.9 * aged * flow * (1 - 0.0002 * (r.coarseKg! - 950))
      return { mean, sd: 1.5 + 0.05 * mean }
    },
  },
  'alloys of many elements': {
    choosing: true,
    n: 300,
    inputs: Object.fromEntries(
      ['C', 'Mn', 'Si', 'Cr', 'Ni', 'Mo', 'V', 'Nb', 'Co', 'W', 'Al', 'Ti'].map((element, i) => [
        `${element}Percent`,
        (s: RandomStream) =>
          i > 2 && s.uniform() < 0.35
            ? 0.01
            : logUniform(0.02, [0.4, 1.5, 1, 14, 19, 5, 1, 0.3, 17, 5, 1.5, 1.8][i]!)(s),
      ]),
    ),
    outcome(r) {
      const p = (element: string): number => r[`${element}Percent`]!
      const martensite =
        1 /
        (1 + Math.exp(-(320 - 423 * p('C') - 12 * p('Cr') - 7.5 * p('Mo') - 10 * p('Ni') + 9 * p('Co')) / 45))
      const ageing =
        420 * Math.sqrt(Math.min(p('Ti') + 0.7 * p('Al'), 0.12 * p('Ni'))) +
        130 * Math.sqrt(p('Mo') * (1 + 0.04 * p('Co')))
      const carbides = 600 * Math.sqrt(p('C')) * (0.4 + Math.tanh(p('V') + 0.5 * p('Nb') + 0.08 * p('W')))
      const mean = 380 + 80 * p('Si') + 30 * p('Mn') + martensite * (450 + ageing + carbides)
      return { mean, sd: 45 + 35 * (1 - martensite) }
    },
  },
  'heat treatments': {
    choosing: true,
    n: 420,
    inputs: {
      carbonPercent: uniform(0.15, 0.6),
      siliconPercent: uniform(0.15, 0.4),
      chromiumPercent: (s) => (s.uniform() < 0.5 ? 0.05 : uniform(0.5, 1.2)(s)),
      nickelPercent: (s) => (s.uniform() < 0.7 ? 0.05 : uniform(0.4, 2.8)(s)),
      carburised: (s) => (s.uniform() < 0.12 ? 1 : 0),
      hardenC: (s) => (s.uniform() < 0.08 ? 30 : 830 + 10 * s.integer(5)),
      temperC: (s) => [30, 550, 600, 650, 680][s.integer(5)]!,
      coolingCPerS: uniform(0.5, 25),
      reduction: uniform(240, 2000),
      inclusionsPercent: logUniform(0.01, 0.15),
    },
    outcome(r) {
      const hardened = r.hardenC! > 100 ? 1 : 0.35
      const depth = Math.tanh(
        0.4 + 0.9 * r.chromiumPercent! + 0.35 * r.nickelPercent! + 0.03 * r.coolingCPerS!,
      )
      const soft = r.temperC! < 100 ? 1.25 : 1 - 0.0011 * (r.temperC! - 550)
      const core = 230 + hardened * depth * soft * (250 + 520 * r.carbonPercent!) + 60 * r.siliconPercent!
      const mean = core + (r.carburised! > 0.5 ? 330 - 0.25 * core : 0) - 400 * r.inclusionsPercent! ** 0.8
      return { mean, sd: 14 + 0.02 * mean }
    },
  },
  'grain growth': {
    choosing: false,
    n: 500,
    inputs: {
      temperatureC: uniform(850, 1200),
      minutes: logUniform(5, 600),
      niobiumPercent: uniform(0, 0.06),
      startUm: logUniform(8, 60),
      strainPercent: uniform(0, 60),
      nitrogenPercent: uniform(0.002, 0.012),
    },
    outcome(r) {
      const kelvin = r.temperatureC! + 273
      const rate =
        Math.exp(22 - 33000 / kelvin) *
        (1 - 0.7 / (1 + Math.exp((kelvin - 1350) / 25 - 60 * r.niobiumPercent!)))
      const recrystallised = r.strainPercent! > 12 ? 0.5 + 6 / r.strainPercent! : 1
      const mean = 0.5 * Math.log((r.startUm! * recrystallised) ** 2 + 6000 * rate * r.minutes!)
      return { mean, sd: 0.08 + 8 * r.nitrogenPercent! }
    },
  },
  'wear of coatings': {
    choosing: false,
    n: 1200,
    inputs: {
      loadN: logUniform(2, 50),
      speedMPerS: logUniform(0.05, 2),
      hardnessHV: uniform(200, 1400),
      carbidePercent: uniform(0, 40),
      roughnessUm: logUniform(0.1, 6),
      humidityPercent: uniform(10, 90),
      temperatureC: uniform(20, 400),
      distanceM: logUniform(100, 5000),
      binder: (s) => s.integer(4),
    },
    outcome(r) {
      const flash = r.temperatureC! + 60 * Math.sqrt(r.loadN! * r.speedMPerS!)
      const oxide = 1 / (1 + Math.exp(-(flash - 320) / 40))
      const soft = Math.exp(-0.0012 * r.hardnessHV! * (1 - 0.4 * oxide))
      const brittle = 1 + 2 / (1 + Math.exp(-(r.carbidePercent! - 28 + 0.2 * r.loadN!) / 3))
      const mean =
        Math.log(r.loadN! * soft * brittle) +
        0.15 * Math.log(r.roughnessUm!) -
        1.1 * oxide +
        0.004 * r.humidityPercent! * (r.binder === 1 ? 2 : 1) +
        [0, 0.3, -0.2, 0.1][r.binder!]!
      return { mean, sd: 0.12 + 0.25 * oxide }
    },
  },
}

const levels: Readonly<Record<string, readonly string[]>> = {
  route: ['cast', 'rolled', 'forged'],
  binder: ['Co', 'Ni', 'Fe', 'NiCr'],
}

function simulated(name: string, { n, inputs, outcome }: Law): Sample {
  const stream = randomStream(5, name)
  const names = Object.keys(inputs)
  const x = new Float64Array(n * names.length)
  const y = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const row = Object.fromEntries(names.map((input) => [input, inputs[input]!(stream)]))
    names.forEach((input, j) => (x[i * names.length + j] = row[input]!))
    const { mean, sd } = outcome(row)
    y[i] = mean + sd * stream.normal()
  }
  return {
    n,
    inputs: names.map((input): InputColumn => ({ name: input, unit: '1', levels: levels[input] ?? null })),
    outputs: [{ name: 'outcome', unit: '1' }],
    x,
    y,
    groups: Int32Array.from({ length: n }, (_, i) => i),
  }
}

function measured(path: string, target: string, others: readonly string[]): Sample | null {
  const folder = sharedData('')
  if (folder === null) return null
  const { table } = readTable(join(folder, path))
  const left = [target, ...others]
  const inputs = table.columns.map((column) => column.name).filter((name) => !left.includes(name))
  const rowwise = { ...table, groups: Int32Array.from(table.rowIds, (_, i) => i) }
  return sampleOf(rowwise, inputs, [target])
}

export const ensembleTables: readonly EnsembleTable[] = [
  ...Object.entries(laws).map(([name, law]) => ({
    name,
    choosing: law.choosing,
    load: () => simulated(name, law),
  })),
  {
    name: 'concrete',
    choosing: false,
    load: () => measured('causal/concrete/data.csv', 'strength_MPa', []),
  },
  {
    name: 'steel strength',
    choosing: false,
    load: () =>
      measured('alloys/steel_strength/data.csv', 'yield_MPa', [
        'group',
        'formula',
        'uts_MPa',
        'elongation_pct',
      ]),
  },
  {
    name: 'steel fatigue',
    choosing: false,
    load: () => measured('alloys/steel_fatigue/data.csv', 'fatigue_MPa', ['group', 'row_no']),
  },
]

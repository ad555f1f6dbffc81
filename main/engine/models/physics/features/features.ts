import { valueOf, inventory } from '../columns/stages.ts'
import type { Inventory, Known, Stage } from '../columns/stages.ts'
import { profileNumbersOfText, profileQuantities } from '../profile/derived.ts'
import { areSteels } from '../steel/is-steel.ts'
import type { InputColumn, Sample } from '../../types.ts'
import { featureValue } from './items.ts'
import type { FeatureItem } from './items.ts'

/** Activation energies, J/mol, of the terms offered to models: iron self-diffusion in austenite, hot deformation (recalled). */
const GROWTH_J_PER_MOL = 300_000
const HOT_WORK_J_PER_MOL = 350_000

export interface DerivedColumn {
  readonly name: string
  readonly unit: string
  readonly item: FeatureItem
}

/** Derived columns of a table; plain data, to be stored with a model. */
export interface FeatureRecipe {
  /** Number of raw inputs a row must have. */
  readonly width: number
  readonly derived: readonly DerivedColumn[]
}

export interface PhysicsFeatures {
  readonly recipe: FeatureRecipe
  readonly columns: readonly InputColumn[]
  /** Values of the derived columns, n x columns.length, for raw inputs n x width; NaN where a part is missing. */
  apply(x: Float64Array, n: number): Float64Array
}

/**
 * Physics that can be derived from the input columns of a sample, by their names and units: 1/T, ln t, Larson–Miller
 * parameter and Arrhenius time of each heat-treatment step, ln of an initial grain size, d^−1/2, cooling rates,
 * Zener–Hollomon, solute sums, and for steels pinning particles, Ms and Ac3. Nothing depends on the targets. Empty when
 * nothing is recognised. Errors: TABLE_BAD_NUMBER for a temperature profile that cannot be read.
 */
export function physicsFeatures(sample: Sample): PhysicsFeatures {
  const d = sample.inputs.length
  const found = inventory(sample.inputs)
  const derived = [
    ...found.stages.flatMap((stage) => ofStage(stage, found.stages.length > 1)),
    ...ofSizes(found),
    ...ofRates(found),
    ...ofSolutes(found, sample),
    ...ofSteel(found, sample),
    ...found.profiles.flatMap((p) => ofProfile(p, sample.inputs[p.column]!.levels ?? [])),
  ]
  return featuresOf({ width: d, derived })
}

/** The features of a stored recipe. */
export function featuresOf(recipe: FeatureRecipe): PhysicsFeatures {
  const { derived, width } = recipe
  return {
    recipe,
    columns: derived.map(({ name, unit }) => ({ name, unit, levels: null })),
    apply(x, n) {
      const out = new Float64Array(n * derived.length)
      for (let i = 0; i < n; i++)
        derived.forEach(({ item }, j) => {
          const v = featureValue(item, x, width, i)
          out[i * derived.length + j] = Number.isFinite(v) ? v : Number.NaN
        })
      return out
    },
  }
}

/** The sample with its derived columns behind the raw ones. */
export function withPhysicsFeatures(
  sample: Sample,
  features: PhysicsFeatures = physicsFeatures(sample),
): Sample {
  return {
    ...sample,
    inputs: [...sample.inputs, ...features.columns],
    x: beside(sample.x, features.apply(sample.x, sample.n), sample.n),
  }
}

/** Two row-major blocks of n rows side by side. */
export function beside(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const wa = a.length / n
  const wb = b.length / n
  const out = new Float64Array(a.length + b.length)
  for (let i = 0; i < n; i++) {
    out.set(a.subarray(i * wa, (i + 1) * wa), i * (wa + wb))
    out.set(b.subarray(i * wb, (i + 1) * wb), i * (wa + wb) + wa)
  }
  return out
}

function ofStage({ name, temperature, time }: Stage, several: boolean): DerivedColumn[] {
  const of = several ? ` (${name})` : ''
  const out: DerivedColumn[] = [
    { name: `1000/T${of}`, unit: '1/K', item: { kind: 'inverseTemperature', temperature } },
  ]
  if (time === null) return out
  const energyJPerMol = GROWTH_J_PER_MOL
  out.push(
    { name: `ln time${of}`, unit: 'ln(s)', item: { kind: 'lnTime', time } },
    {
      name: `Larson–Miller${of}`,
      unit: '1000 K·log10(h)',
      item: { kind: 'larsonMiller', temperature, time },
    },
    {
      name: `ln Arrhenius time${of}`,
      unit: 'ln(s)',
      item: { kind: 'lnArrheniusTime', temperature, time, energyJPerMol },
    },
  )
  return out
}

function ofSizes({ initialGrain, grain }: Inventory): DerivedColumn[] {
  const out: DerivedColumn[] = []
  if (initialGrain !== null)
    out.push({ name: 'ln initial grain', unit: 'ln(µm)', item: { kind: 'lnSize', size: initialGrain } })
  if (grain !== null)
    out.push({ name: 'grain^−1/2', unit: '1/µm^1/2', item: { kind: 'inverseRootSize', size: grain } })
  return out
}

function ofRates({ rates, strainRate, stages }: Inventory): DerivedColumn[] {
  const out: DerivedColumn[] = rates.map((rate) => ({
    name: `ln ${rate.name}`,
    unit: 'ln(K/s)',
    item: { kind: 'lnRate', rate },
  }))
  const stage = stages.at(-1)
  if (strainRate !== null && stage !== undefined && stage.time === null)
    out.push({
      name: 'ln Zener–Hollomon',
      unit: 'ln(1/s)',
      item: {
        kind: 'lnZener',
        temperature: stage.temperature,
        rate: strainRate,
        energyJPerMol: HOT_WORK_J_PER_MOL,
      },
    })
  return out
}

/** All elements but the one there is most of; Labusch's c^2/3 only where amounts are atomic. */
function ofSolutes({ elements }: Inventory, sample: Sample): DerivedColumn[] {
  const out: DerivedColumn[] = []
  for (const basis of ['wt', 'at'] as const) {
    const all = elements.filter((e) => e.is.basis === basis)
    const solutes = all.filter((e) => e !== baseOf(all, sample))
    if (solutes.length < 2) continue
    out.push({
      name: `solutes, ${basis}%`,
      unit: `${basis}%`,
      item: { kind: 'soluteSum', elements: solutes },
    })
    if (basis === 'at')
      out.push({ name: 'solutes, c^2/3', unit: '1', item: { kind: 'soluteRootSum', elements: solutes } })
  }
  return out
}

/** The element with the largest mean amount, when that is above half: the base of the alloys. */
export function baseOf(elements: readonly Known<'element'>[], sample: Sample): Known<'element'> | null {
  const d = sample.inputs.length
  for (const e of elements) {
    let sum = 0
    let count = 0
    for (let i = 0; i < sample.n; i++) {
      const v = valueOf(e, sample.x, d, i)
      if (Number.isNaN(v)) continue
      sum += v
      count++
    }
    if (count > 0 && sum / count > 50) return e
  }
  return null
}

/** The step of the highest temperature there was, which sets a grain size. */
export function hottestStage(found: Inventory, sample: Sample): Stage | null {
  let best: Stage | null = null
  let highest = -Infinity
  for (const stage of found.stages) {
    for (let i = 0; i < sample.n; i++) {
      const v = valueOf(stage.temperature, sample.x, sample.inputs.length, i)
      if (v > highest) {
        highest = v
        best = stage
      }
    }
  }
  return best
}

function ofSteel(found: Inventory, sample: Sample): DerivedColumn[] {
  if (!areSteels(found, sample.x, sample.inputs.length, sample.n)) return []
  const named = (...symbols: string[]): Known<'element'>[] =>
    found.elements.filter((e) => e.is.basis === 'wt' && symbols.includes(e.is.element))
  const main = named('C', 'Mn', 'Si', 'Ni', 'Cr', 'Mo', 'W', 'Cu')
  const out: DerivedColumn[] = [{ name: 'Ms', unit: '°C', item: { kind: 'martensiteStart', elements: main } }]
  const hottest = hottestStage(found, sample)
  if (hottest === null) return out
  const { temperature } = hottest
  out.push(
    { name: 'above Ac3', unit: '°C', item: { kind: 'aboveAc3', elements: main, temperature } },
    {
      name: 'intercritical share',
      unit: '1',
      item: { kind: 'intercriticalShare', elements: main, temperature },
    },
  )
  if (named('Nb', 'Ti', 'Al', 'V').length > 0) {
    const elements = named('Nb', 'Ti', 'Al', 'V', 'C', 'N')
    out.push({ name: 'ln pinning particles', unit: '1', item: { kind: 'pinning', elements, temperature } })
  }
  return out
}

function ofProfile({ column, name }: Known<'profile'>, levels: readonly string[]): DerivedColumn[] {
  const numbers = levels.map((level) => profileNumbersOfText(level))
  return profileQuantities.map((quantity, k) => ({
    name: `${quantity.name} (${name})`,
    unit: quantity.unit,
    item: { kind: 'profile', column, values: numbers.map((row) => row[k]!) },
  }))
}

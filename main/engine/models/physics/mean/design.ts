import { quantile } from '../../../math/index.ts'
import { inventory } from '../columns/stages.ts'
import type { Inventory, Known } from '../columns/stages.ts'
import { physicsFeatures } from '../features/features.ts'
import type { FeatureItem } from '../features/items.ts'
import type { Sample } from '../../types.ts'
import { interceptFor, kineticTerms, treatmentOf } from './kinetic-terms.ts'
import type { Treatment } from './kinetic-terms.ts'
import type { OutputKind } from './outputs.ts'
import { strengthTerms } from './strength-terms.ts'
import { Terms } from './term-list.ts'
import type { Term, TermSource } from './terms.ts'

/** The columns of a mean function for one output. */
export interface Design {
  readonly terms: readonly Term[]
  /** Indices of the terms on which groups may differ beside their level: temperature and time. */
  readonly slopes: readonly number[]
  /** Standardised amounts, on which a smooth surface may stand; among `terms` too where they enter linearly. */
  readonly composition: readonly Term[]
  /** Term of ln t, whose coefficient is 1/n of grain growth; −1 without. */
  readonly time: number
  /** Grain size before the treatment, a lower bound of what grows from it. */
  readonly initial: Known<'initialGrain' | 'grain'> | null
}

/** Parts of a mean function beside its law; the scale of each is learnt. */
export type Block = 'composition' | 'derived physics' | 'other inputs' | 'composition × temperature'

/** Mean and standard deviation of the observed targets on the link scale. */
export interface TargetSpread {
  readonly mean: number
  readonly sd: number
}

/**
 * The design for one output, or null where the law has nothing to stand on: a grain or particle size needs a
 * temperature; a fraction a temperature; a strength a grain size, an element or a temperature.
 */
export function designFor(
  kind: OutputKind,
  sample: Sample,
  target: TargetSpread,
  blocks: ReadonlySet<Block>,
): Design | null {
  const found = inventory(sample.inputs)
  const treatment = treatmentOf(found, sample)
  const terms = new Terms(sample)
  if (treatment === null && (kind !== 'strength' || (found.grain === null && found.elements.length === 0)))
    return null
  let kinetic = { temperature: -1, time: -1 }
  if (kind === 'strength') strengthTerms(terms, found, sample, target)
  else {
    interceptFor(kind, terms, target)
    kinetic = kineticTerms(kind, terms, treatment!)
  }
  const { temperature, time } = kinetic
  const composition = compositionTerms(found, sample)
  const entered = blocks.has('composition') ? terms.add(composition) : []
  if (blocks.has('derived physics')) derivedTerms(terms, sample, treatment, kind)
  if (blocks.has('other inputs')) otherTerms(terms, found, sample)
  const slopes = [temperature, time].filter((j) => j >= 0)
  if (temperature >= 0 && blocks.has('composition × temperature'))
    for (const j of entered) terms.product(j, temperature, 'composition × temperature')
  if (terms.list.length < 2) return null
  const initial = kind === 'grain' ? found.initialGrain : null
  return { terms: terms.list, slopes, composition, time, initial }
}

function compositionTerms(found: Inventory, sample: Sample): readonly Term[] {
  const d = sample.inputs.length
  const terms = new Terms(sample)
  for (const e of found.elements) {
    const positive: number[] = []
    for (let i = 0; i < sample.n; i++) {
      const v = sample.x[i * d + e.column]!
      if (v > 0) positive.push(v)
    }
    if (positive.length === 0) continue
    const source: TermSource = { of: 'logColumn', column: e.column, divisor: quantile(positive, 0.5) }
    terms.block(`ln ${e.is.element}`, source, 'composition')
  }
  return terms.list
}

/** Derived physics that is not a term of the law already. */
function derivedTerms(terms: Terms, sample: Sample, treatment: Treatment | null, kind: OutputKind): void {
  const inTreatment = (column: number | undefined): boolean =>
    column !== undefined && (treatment?.columns.includes(column) ?? false)
  const own = (item: FeatureItem): boolean => {
    if (item.kind === 'inverseRootSize') return kind === 'strength'
    if (kind === 'strength') return false
    if (item.kind === 'lnSize') return kind === 'grain'
    if (item.kind === 'inverseTemperature') return inTreatment(item.temperature.column)
    if (item.kind === 'lnTime') return inTreatment(item.time.column)
    if (item.kind !== 'larsonMiller' && item.kind !== 'lnArrheniusTime') return false
    return inTreatment(item.temperature.column) && inTreatment(item.time.column)
  }
  for (const { name, item } of physicsFeatures(sample).recipe.derived)
    if (!own(item)) terms.block(name, { of: 'item', item }, 'derived physics')
}

/** Everything else that varies, linearly: numbers as they are, categories by level. */
function otherTerms(terms: Terms, found: Inventory, sample: Sample): void {
  const used = new Set<number>()
  for (const e of found.elements) used.add(e.column)
  for (const s of found.stages) {
    used.add(s.temperature.column)
    if (s.time !== null) used.add(s.time.column)
  }
  for (const k of [found.initialGrain, found.grain, ...found.profiles]) if (k !== null) used.add(k.column)
  sample.inputs.forEach((input, column) => {
    if (used.has(column)) return
    if (input.levels === null) terms.block(input.name, { of: 'column', column }, 'other inputs')
    else
      for (const level of usualLevels(sample, column))
        terms.block(`${input.name} = ${input.levels[level]!}`, { of: 'level', column, level }, 'other inputs')
  })
}

/** Levels beyond the commonest, and those of fewer rows, have no term: they stand at the mean. */
const MOST_LEVELS = 12
const LEAST_LEVEL_ROWS = 3

function usualLevels({ x, n, inputs }: Sample, column: number): number[] {
  const counts = new Map<number, number>()
  for (let i = 0; i < n; i++) {
    const code = x[i * inputs.length + column]!
    if (!Number.isNaN(code)) counts.set(code, (counts.get(code) ?? 0) + 1)
  }
  return [...counts]
    .filter(([, count]) => count >= LEAST_LEVEL_ROWS)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, MOST_LEVELS)
    .map(([code]) => code)
}

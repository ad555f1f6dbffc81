import { quantile } from '../../../math/index.ts'
import { valueOf } from '../columns/stages.ts'
import type { Inventory } from '../columns/stages.ts'
import { unitOf } from '../columns/recognise.ts'
import type { Sample } from '../../types.ts'
import type { TargetSpread } from './design.ts'
import { familyOf, families } from './families.ts'
import { fromData, recalled } from './term-list.ts'
import type { Terms } from './term-list.ts'
import type { ConstantPrior } from './terms.ts'

/** σ0, Hall–Petch and the solutes of the family with their priors; amounts enter as they are, per wt%. */
export function strengthTerms(terms: Terms, found: Inventory, sample: Sample, target: TargetSpread): void {
  const output = sample.outputs[0]!
  const unit = unitOf(output.name, output.unit)
  const perMPa = unit === 'GPa' ? 1e-3 : unit.startsWith('H') ? 3 / 9.81 : 1
  const family = familyOf(typicalAmounts(found, sample))
  const known = family === null ? null : families[family]
  terms.intercept('level at mean inputs', unit, fromData(target.mean, 2 * target.sd))
  if (found.grain !== null) {
    const prior = known?.hallPetchMPaUm05 ?? recalled(300, 300)
    terms.law(
      'Hall–Petch k',
      `${unit}·µm^1/2`,
      { of: 'item', item: { kind: 'inverseRootSize', size: found.grain } },
      1,
      { ...prior, mean: prior.mean * perMPa, sd: prior.sd * perMPa },
    )
  }
  for (const e of found.elements) {
    const prior: ConstantPrior | undefined = (
      known?.solutesMPaPerWt as Record<string, ConstantPrior> | undefined
    )?.[e.is.element]
    if (prior === undefined || e.is.basis !== 'wt') continue
    const scaled = { ...prior, mean: prior.mean * perMPa, sd: prior.sd * perMPa }
    terms.law(
      `solution hardening by ${e.is.element}`,
      `${unit}/wt%`,
      { of: 'column', column: e.column },
      1 / e.is.factor,
      scaled,
    )
  }
}

/**
 * Medians of the amounts. Where the base has no column it is the rest: iron beside carbon and manganese, aluminium beside
 * magnesium, silicon and iron.
 */
function typicalAmounts(found: Inventory, sample: Sample): Record<string, number> {
  const out: Record<string, number> = {}
  let rest = 100
  for (const e of found.elements) {
    const values: number[] = []
    for (let i = 0; i < sample.n; i++) {
      const v = valueOf(e, sample.x, sample.inputs.length, i)
      if (!Number.isNaN(v)) values.push(v)
    }
    out[e.is.element] = values.length === 0 ? 0 : quantile(values, 0.5)
    rest -= out[e.is.element]!
  }
  const named = (...symbols: string[]): boolean => symbols.every((el) => el in out)
  if (!('Fe' in out) && named('C', 'Mn')) out['Fe'] = rest
  else if (!('Al' in out) && named('Mg', 'Si', 'Fe') && !('C' in out)) out['Al'] = rest
  return out
}

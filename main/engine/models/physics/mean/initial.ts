import { mean, quantile, standardDeviation } from '../../../math/index.ts'
import { valueOf } from '../columns/stages.ts'
import type { Design } from './design.ts'
import type { LawRows } from './rows.ts'
import type { InitialRule } from './state.ts'
import type { Term } from './terms.ts'

/** Fewest rows with an initial size from which its part is learnt. */
const LEAST_KNOWN = 8
/** A size of which ln is this much below the initial one's has shrunk; more of them than this share are no growth. */
const SCATTER = 0.3
const MOST_SHRUNK = 0.1
/** Initial sizes outside these quantiles of the training rows count as the quantile: units get mixed up in tables. */
const TAIL = 0.05

/** ln of the initial sizes (µm), NaN where one is missing or not positive. */
export function lnInitials({ initial }: Pick<Design, 'initial'>, { sample }: LawRows): Float64Array {
  const out = new Float64Array(sample.n).fill(Number.NaN)
  if (initial === null) return out
  return out.map((_, i) => {
    const v = Math.log(valueOf(initial, sample.x, sample.inputs.length, i))
    return Number.isFinite(v) ? v : Number.NaN
  })
}

/**
 * How the initial size enters: by the growth law where final sizes are not below the initial ones, linearly where many
 * are (a table that records another size), not at all where it is hardly known.
 */
export function initialRuleOf(lnInitial: Float64Array, y: Float64Array): InitialRule {
  let known = 0
  let smaller = 0
  lnInitial.forEach((start, i) => {
    if (Number.isNaN(start)) return
    known++
    if (y[i]! < start - SCATTER) smaller++
  })
  if (known < LEAST_KNOWN) return 'none'
  return smaller <= MOST_SHRUNK * known ? 'growth law' : 'linear'
}

/**
 * The design with ln D0 as a term of a learnt scale, beside its part in the law: heats whose grains were large before
 * the treatment are those whose grains grow fast.
 */
export function withInitialTerm(design: Design, lnInitial: Float64Array): Design {
  const known = lnInitial.filter((v) => !Number.isNaN(v))
  if (design.initial === null || known.length < LEAST_KNOWN) return design
  const low = quantile(known, TAIL)
  const high = quantile(known, 1 - TAIL)
  const inside = known.map((v) => Math.min(high, Math.max(low, v)))
  const sd = standardDeviation(inside)
  if (!(sd > 1e-9)) return design
  const centre = mean(inside)
  const term: Term = {
    name: 'ln D0',
    unit: '',
    source: { of: 'item', item: { kind: 'lnSize', size: design.initial } },
    centre,
    scale: sd,
    spread: 1,
    missingShare: 1 - known.length / lnInitial.length,
    range: [(low - centre) / sd, (high - centre) / sd],
    prior: 'initial size',
  }
  return { ...design, terms: [...design.terms, term] }
}

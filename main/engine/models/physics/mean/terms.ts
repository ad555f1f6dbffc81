import { featureValue } from '../features/items.ts'
import type { FeatureItem } from '../features/items.ts'

/** Where the raw value of a term comes from. */
export type TermSource =
  | { readonly of: 'one' }
  | { readonly of: 'item'; readonly item: FeatureItem }
  | { readonly of: 'column'; readonly column: number }
  /** ln(1 + v/divisor): amounts span decades. */
  | { readonly of: 'logColumn'; readonly column: number; readonly divisor: number }
  | { readonly of: 'level'; readonly column: number; readonly level: number }
  /** Product of two earlier terms, as standardised. */
  | { readonly of: 'product'; readonly first: number; readonly second: number }

/** What a coefficient is believed to be before the data; `source` says who believes it. */
export interface ConstantPrior {
  readonly mean: number
  readonly sd: number
  readonly source: string
}

/** One column of a mean function's design: (raw − centre)/scale times a coefficient. */
export interface Term {
  readonly name: string
  /** Unit of the coefficient. */
  readonly unit: string
  readonly source: TermSource
  readonly centre: number
  readonly scale: number
  /** Standard deviation of the term over the training rows. */
  readonly spread: number
  /** Share of the training rows in which it is missing, 0..1. */
  readonly missingShare: number
  /** Least and largest standardised value of the training rows: a block term does not leave them. */
  readonly range: readonly [number, number]
  /** Prior of a physical constant, or the name of the block whose prior scale is learnt. */
  readonly prior: ConstantPrior | string
}

/** Raw value of a source in row i; products are made by `termValues`. */
export function rawValue(source: TermSource, x: Float64Array, d: number, i: number): number {
  switch (source.of) {
    case 'one':
      return 1
    case 'item':
      return featureValue(source.item, x, d, i)
    case 'column':
      return x[i * d + source.column]!
    case 'logColumn':
      return Math.log1p(Math.max(0, x[i * d + source.column]!) / source.divisor)
    case 'level': {
      const code = x[i * d + source.column]!
      return Number.isNaN(code) ? Number.NaN : code === source.level ? 1 : 0
    }
    case 'product':
      return Number.NaN
  }
}

/**
 * Values of all terms in n rows (n x terms) and whether each is missing; a missing one stands at its centre.
 * Terms of blocks stay in the range of the training rows, so that no fitted slope is carried beyond it; laws are.
 */
export function termValues(
  terms: readonly Term[],
  x: Float64Array,
  d: number,
  n: number,
): { values: Float64Array; missing: Uint8Array } {
  const p = terms.length
  const values = new Float64Array(n * p)
  const missing = new Uint8Array(n * p)
  for (let i = 0; i < n; i++) {
    terms.forEach((term, j) => {
      const { source } = term
      if (source.of === 'product') {
        const { first, second } = source
        values[i * p + j] = values[i * p + first]! * values[i * p + second]! * (1 / term.scale)
        missing[i * p + j] = missing[i * p + first]! | missing[i * p + second]!
        return
      }
      const raw = rawValue(source, x, d, i)
      if (!Number.isFinite(raw)) {
        missing[i * p + j] = 1
        return
      }
      const z = (raw - term.centre) / term.scale
      values[i * p + j] = typeof term.prior === 'string' ? within(z, term.range) : z
    })
  }
  return { values, missing }
}

const within = (v: number, [low, high]: readonly [number, number]): number => Math.max(low, Math.min(high, v))

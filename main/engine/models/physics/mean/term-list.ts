import { mean, standardDeviation } from '../../../math/index.ts'
import type { Sample } from '../../types.ts'
import { rawValue } from './terms.ts'
import type { ConstantPrior, Term, TermSource } from './terms.ts'

export const fromData = (m: number, sd: number): ConstantPrior => ({ mean: m, sd, source: 'training rows' })
export const recalled = (m: number, sd: number): ConstantPrior => ({ mean: m, sd, source: 'recalled' })

/** Collects terms with what the training rows say of their centre and spread; constant ones are left out. */
export class Terms {
  readonly list: Term[] = []
  private readonly sample: Sample
  constructor(sample: Sample) {
    this.sample = sample
  }

  private observed(source: TermSource): number[] {
    const { x, n, inputs } = this.sample
    const out: number[] = []
    for (let i = 0; i < n; i++) {
      const v = rawValue(source, x, inputs.length, i)
      if (Number.isFinite(v)) out.push(v)
    }
    return out
  }

  private missing(observed: readonly number[]): number {
    return 1 - observed.length / this.sample.n
  }

  intercept(name: string, unit: string, prior: ConstantPrior): void {
    this.list.push({
      name,
      unit,
      source: { of: 'one' },
      centre: 0,
      scale: 1,
      spread: 0,
      missingShare: 0,
      range: [1, 1],
      prior,
    })
  }

  /** A physical term: `scale` turns its raw value into the unit in which its constant is known. Index, or −1. */
  law(
    name: string,
    unit: string,
    source: TermSource,
    scale: number,
    prior: ConstantPrior,
    centre?: number,
  ): number {
    const values = this.observed(source)
    const spread = standardDeviation(values) / Math.abs(scale)
    if (!(spread > 0)) return -1
    const middle = centre ?? mean(values)
    return (
      this.list.push({
        name,
        unit,
        source,
        centre: middle,
        scale,
        spread,
        missingShare: this.missing(values),
        range: [-Infinity, Infinity],
        prior,
      }) - 1
    )
  }

  /** A standardised term of a block. Index, or −1. */
  block(name: string, source: TermSource, block: string): number {
    const values = this.observed(source)
    const sd = standardDeviation(values)
    const centre = values.length === 0 ? 0 : mean(values)
    if (!(sd > 1e-12 * Math.max(1, Math.abs(centre)))) return -1
    const range = [(Math.min(...values) - centre) / sd, (Math.max(...values) - centre) / sd] as const
    return (
      this.list.push({
        name,
        unit: '',
        source,
        centre,
        scale: sd,
        spread: 1,
        missingShare: this.missing(values),
        range,
        prior: block,
      }) - 1
    )
  }

  /** Terms made elsewhere, with their indices. */
  add(terms: readonly Term[]): number[] {
    return terms.map((term) => this.list.push(term) - 1)
  }

  product(first: number, second: number, block: string): void {
    const a = this.list[first]!
    const b = this.list[second]!
    const name = `${a.name} × ${b.name}`
    const scale = b.spread
    this.list.push({
      name,
      unit: '',
      source: { of: 'product', first, second },
      centre: 0,
      scale,
      spread: 1,
      missingShare: 0,
      range: [-Infinity, Infinity],
      prior: block,
    })
  }
}

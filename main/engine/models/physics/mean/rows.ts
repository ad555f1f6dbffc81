import { unitOf } from '../columns/recognise.ts'
import type { OutputColumn, Sample } from '../../types.ts'
import { toLink } from './link.ts'
import type { Link } from './link.ts'

/** Rows with a target, on the link scale; groups numbered from 0. The sample has that one output. */
export interface LawRows {
  readonly sample: Sample
  readonly y: Float64Array
  readonly groups: Int32Array
  readonly groupCount: number
}

/** The output as it would be without a logarithm: "ln(µm)" says that the values are logarithms of µm. */
export function withoutLog({ name, unit }: OutputColumn): { output: OutputColumn; isLog: boolean } {
  const inner = /^ln\((.*)\)$/.exec(unit)
  return { output: { name, unit: inner?.[1] ?? unit }, isLog: inner !== null }
}

/** Factor from the unit of a size to µm. */
export function micronsOf({ name, unit }: OutputColumn): number {
  return { nm: 1e-3, mm: 1e3 }[unitOf(name, unit)] ?? 1
}

/** Factor from a column of shares to 0..1: a column with values above 1.5 is in per cent. */
export function sharesOf(sample: Sample, output: number): number {
  const m = sample.outputs.length
  for (let i = 0; i < sample.n; i++) if (sample.y[i * m + output]! > 1.5) return 0.01
  return 1
}

/** Rows whose target of one output is finite on the link scale; `unitFactor` turns sizes into µm and shares into 0..1. */
export function lawRows(
  sample: Sample,
  output: number,
  link: Link,
  isLog: boolean,
  unitFactor: number,
): LawRows {
  const d = sample.inputs.length
  const m = sample.outputs.length
  const kept: number[] = []
  const y: number[] = []
  for (let i = 0; i < sample.n; i++) {
    const raw = sample.y[i * m + output]!
    const v = isLog ? raw + Math.log(unitFactor) : toLink(link, raw * unitFactor)
    if (!Number.isFinite(v)) continue
    kept.push(i)
    y.push(v)
  }
  const numbers = new Map<number, number>()
  const groups = Int32Array.from(kept, (i) => {
    const g = sample.groups[i]!
    if (!numbers.has(g)) numbers.set(g, numbers.size)
    return numbers.get(g)!
  })
  const x = new Float64Array(kept.length * d)
  kept.forEach((row, i) => {
    x.set(sample.x.subarray(row * d, (row + 1) * d), i * d)
  })
  const values = Float64Array.from(y)
  return {
    sample: { ...sample, n: kept.length, outputs: [sample.outputs[output]!], x, y: values, groups },
    y: values,
    groups,
    groupCount: numbers.size,
  }
}

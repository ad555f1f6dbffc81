import type { InputColumn } from '../../types.ts'
import { recognise } from './recognise.ts'
import type { Recognised } from './recognise.ts'

/** A column of a sample with what it is. */
export interface Known<K extends Recognised['kind']> {
  readonly column: number
  readonly name: string
  readonly is: Recognised & { readonly kind: K }
}

/** A step of heat treatment: its temperature column and, where there is one, its time column. */
export interface Stage {
  readonly name: string
  readonly temperature: Known<'temperature'>
  readonly time: Known<'time'> | null
}

export interface Inventory {
  readonly stages: readonly Stage[]
  readonly elements: readonly Known<'element'>[]
  readonly initialGrain: Known<'initialGrain' | 'grain'> | null
  readonly grain: Known<'initialGrain' | 'grain'> | null
  readonly strainRate: Known<'strainRate'> | null
  readonly rates: readonly Known<'rate'>[]
  readonly profiles: readonly Known<'profile'>[]
}

/** What the input columns of a sample are, and which times belong to which temperatures. */
export function inventory(inputs: readonly InputColumn[]): Inventory {
  const all = inputs.map((input, column) => ({ column, name: input.name, is: recognise(input) }))
  const of = <K extends Recognised['kind']>(...kinds: K[]): Known<K>[] =>
    all.filter((c): c is Known<K> => (kinds as string[]).includes(c.is.kind))
  const temperatures = of('temperature')
  const times = of('time')
  return {
    stages: pair(temperatures, times),
    elements: of('element'),
    initialGrain: of('initialGrain')[0] ?? null,
    grain: of('grain')[0] ?? null,
    strainRate: of('strainRate')[0] ?? null,
    rates: of('rate'),
    profiles: of('profile'),
  }
}

/** Times go to the temperature of the same stage; a single time left goes to a single temperature left. */
function pair(temperatures: readonly Known<'temperature'>[], times: readonly Known<'time'>[]): Stage[] {
  const free = new Set(times)
  const stages = temperatures.map((temperature) => {
    const time = times.find((t) => free.has(t) && t.is.stage === temperature.is.stage) ?? null
    if (time !== null) free.delete(time)
    return { name: temperature.is.stage || temperature.name, temperature, time }
  })
  const bare = stages.filter((s) => s.time === null)
  if (bare.length !== 1 || free.size !== 1) return stages
  const [time] = free
  return stages.map((s) => (s === bare[0] ? { ...s, time: time! } : s))
}

/** Value of a recognised column in row i, in the unit of the physics. */
export function valueOf(
  known: { column: number; is: { factor: number; shift: number } },
  x: Float64Array,
  d: number,
  i: number,
): number {
  return x[i * d + known.column]! * known.is.factor + known.is.shift
}

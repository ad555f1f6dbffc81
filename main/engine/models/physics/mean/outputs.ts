import { unitOf, wordsOf } from '../columns/recognise.ts'
import type { OutputColumn } from '../../types.ts'

/** Which law an output follows. */
export type OutputKind = 'grain' | 'particle' | 'fraction' | 'strength'

const lengths = new Set(['nm', 'µm', 'mm'])
const strengthUnits = new Set(['MPa', 'GPa', 'HV', 'HB'])
const grain = /\b(grains?|ecd|intercept|crystallite|diameter)\b/
const particle = /\b(particles?|precipitates?|gamma prime|carbides?|radius|dispersoids?)\b/
const fraction =
  /\b(fraction|frac|share|recrystalli[sz]ed|transformed|martensite|austenite|ferrite|bainite|pearlite)\b/
const strength = /\b(yield|proof|uts|tensile|strength|ys|hardness|rp0?2?|flow stress|fatigue)\b/

/** What law an output's name and unit ask for; null where none is known. */
export function outputKind({ name, unit }: OutputColumn): OutputKind | null {
  const words = wordsOf(name)
  const known = unitOf(name, unit)
  if (lengths.has(known) && particle.test(words)) return 'particle'
  if (lengths.has(known) && grain.test(words)) return 'grain'
  if (strengthUnits.has(known) && (strength.test(words) || known.startsWith('H'))) return 'strength'
  if ((known === '1' || known === '%' || known === 'vol%' || known === '') && fraction.test(words))
    return 'fraction'
  return null
}

/**
 * Whether an output is a size that grows by a kinetic law, be it given as it is or as its logarithm («ln(µm)»): there the
 * form of the law is known and only its constants are not, unlike the sums by which strength is estimated.
 */
export function followsGrowthLaw({ name, unit }: OutputColumn): boolean {
  const kind = outputKind({ name, unit: /^ln\((.*)\)$/.exec(unit)?.[1] ?? unit })
  return kind === 'grain' || kind === 'particle'
}

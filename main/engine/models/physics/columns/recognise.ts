import { parseHeader } from '../../../dataset/units.ts'
import { looksLikeProfile } from '../profile/segments.ts'
import type { InputColumn } from '../../types.ts'
import { elementOf } from './elements.ts'

/**
 * What a column is to physics, with the line that turns its values into the unit of the physics: value * factor + shift.
 * `stage` is what is left of the name of a temperature or time without unit and kind: temperatures and times of one
 * stage belong together.
 */
export type Recognised =
  | ({ readonly kind: 'temperature' | 'time' | 'rate'; readonly stage: string } & Line)
  | ({ readonly kind: 'element'; readonly element: string; readonly basis: 'wt' | 'at' } & Line)
  | ({ readonly kind: 'initialGrain' | 'grain' | 'strainRate' } & Line)
  | { readonly kind: 'profile'; readonly stage: string }
  | { readonly kind: 'other' }

interface Line {
  readonly factor: number
  readonly shift: number
}

const secondsPer: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 }
const micronsPer: Readonly<Record<string, number>> = { nm: 1e-3, µm: 1, mm: 1e3, cm: 1e4, m: 1e6 }
const kelvinPerSecond: Readonly<Record<string, number>> = {
  'K/s': 1,
  '°C/s': 1,
  'K/min': 1 / 60,
  '°C/min': 1 / 60,
  '°C/h': 1 / 3600,
}
const unitWords =
  /\b(c|k|celsius|kelvin|s|sec|second|seconds|min|mins|minute|minutes|h|hr|hrs|hour|hours|d|day|days|deg|um|nm|mm|µm)\b/g
const kindWords = /\b(temperature|temp|time|hold|holding|duration|soak|soaking)\b/g
const grainWords = /\b(grains?|ecd|intercept|crystallite)\b/
const initialWords = /\b(initial|start\w*|prior|original|parent|as received|d0|before)\b/
/** Temperatures and times of a test, of service or of the coolant are not those of a heat treatment. */
const otherTemperature =
  /\b(test\w*|service|media|medium|coolant|room|melting|solidus|liquidus|transus|solvus|start|irradiation|ms|mf|ac1|ac3|above)\b/
const otherTime = /\b(rupture|life|fail\w*|test\w*|service|irradiation|exposure)\b/

/** Lower-case words of a name: "annealTemp_C" becomes "anneal temp c". */
export function wordsOf(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9µ]+/g, ' ')
    .toLowerCase()
    .trim()
}

/** The unit given, or the one that the name carries where none is given. */
export function unitOf(name: string, unit: string): string {
  return unit === '' || unit === '1' ? parseHeader(name).unit || unit : unit
}

/** Recognises one input column by name and unit alone; a column of texts by its levels. */
export function recognise(column: InputColumn): Recognised {
  const words = wordsOf(column.name)
  if (column.levels !== null) {
    const profile = column.levels.length > 0 && column.levels.every((level) => looksLikeProfile(level))
    return profile ? { kind: 'profile', stage: words } : { kind: 'other' }
  }
  const unit = unitOf(column.name, column.unit)
  const element = elementOf(column.name)
  if (element !== null) return amount(element, unit)
  if (unit === '°C' || unit === 'K') {
    if (otherTemperature.test(words)) return { kind: 'other' }
    return { kind: 'temperature', stage: stageOf(words), factor: 1, shift: unit === 'K' ? -273.15 : 0 }
  }
  if (unit in secondsPer)
    return otherTime.test(words)
      ? { kind: 'other' }
      : { kind: 'time', stage: stageOf(words), factor: secondsPer[unit]!, shift: 0 }
  if (unit in micronsPer && grainWords.test(words))
    return { kind: initialWords.test(words) ? 'initialGrain' : 'grain', factor: micronsPer[unit]!, shift: 0 }
  if (unit === '1/s' && /\bstrain\b/.test(words)) return { kind: 'strainRate', factor: 1, shift: 0 }
  if (unit in kelvinPerSecond) return { kind: 'rate', stage: words, factor: kelvinPerSecond[unit]!, shift: 0 }
  return { kind: 'other' }
}

function amount(element: string, unit: string): Recognised {
  if (unit === 'at%' || unit === 'mol%') return { kind: 'element', element, basis: 'at', factor: 1, shift: 0 }
  if (unit === 'wt%' || unit === '%') return { kind: 'element', element, basis: 'wt', factor: 1, shift: 0 }
  if (unit === 'ppm') return { kind: 'element', element, basis: 'wt', factor: 1e-4, shift: 0 }
  return { kind: 'other' }
}

function stageOf(words: string): string {
  return words.replace(unitWords, ' ').replace(kindWords, ' ').replace(/\s+/g, ' ').trim()
}

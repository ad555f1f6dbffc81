import { ContractError } from '../../../../contract/index.ts'
import { ZERO_CELSIUS_K } from '../constants.ts'

/** A stretch of a schedule in which the temperature goes straight from start to end; equal ends are a hold. */
export interface ProfileSegment {
  readonly startC: number
  readonly endC: number
  readonly durationS: number
}

/** A heat treatment as consecutive segments. A change of temperature between two segments takes no time. */
export type TemperatureProfile = readonly ProfileSegment[]

const unitSeconds: Readonly<Record<string, number>> = { '': 1, s: 1, min: 60, h: 3600 }
const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`
const SEGMENT = new RegExp(String.raw`^(${NUMBER})(?:\s*>\s*(${NUMBER}))?\s*:\s*(${NUMBER})\s*(s|min|h|)$`)

/**
 * The schedule written "25>850:300; 850:3600; 850>25:60": ramp start>end:time, hold T:time; °C, time in s unless "min"
 * or "h" follows. Errors: TABLE_BAD_NUMBER with the segment that cannot be read, that is below absolute zero or whose
 * time is negative, and for a text without segments.
 */
export function parseProfile(text: string): TemperatureProfile {
  const parts = text
    .split(/[;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (parts.length === 0)
    throw new ContractError('TABLE_BAD_NUMBER', 'The temperature profile holds no segment.', text)
  return parts.map((part) => {
    const match = SEGMENT.exec(part)
    if (match === null)
      throw new ContractError(
        'TABLE_BAD_NUMBER',
        'A segment of a temperature profile is not "start>end:seconds" or "hold:seconds".',
        part,
      )
    const startC = Number(match[1])
    const endC = match[2] === undefined ? startC : Number(match[2])
    const segment = { startC, endC, durationS: Number(match[3]) * unitSeconds[match[4]!]! }
    requireSegment(segment, part)
    return segment
  })
}

/** Whether a text is meant as a profile: every part has a colon and the first one can be read. */
export function looksLikeProfile(text: string): boolean {
  const first = text.split(/[;\n]/)[0]!.trim()
  return SEGMENT.test(first)
}

/** The text that `parseProfile` reads back to the same segments. */
export function formatProfile(profile: TemperatureProfile): string {
  return profile
    .map(({ startC, endC, durationS }) =>
      startC === endC ? `${startC}:${durationS}` : `${startC}>${endC}:${durationS}`,
    )
    .join('; ')
}

/** Errors: BAD_REQUEST for no segments; TABLE_BAD_NUMBER for one that cannot be. */
export function requireProfile(profile: TemperatureProfile): void {
  if (profile.length === 0) throw new ContractError('BAD_REQUEST', 'A temperature profile has no segments.')
  for (const segment of profile) requireSegment(segment, formatProfile([segment]))
}

function requireSegment({ startC, endC, durationS }: ProfileSegment, part: string): void {
  const wrong = !Number.isFinite(startC) || !Number.isFinite(endC) || !Number.isFinite(durationS)
  if (wrong) throw new ContractError('TABLE_BAD_NUMBER', 'A profile segment holds a number too large.', part)
  if (Math.min(startC, endC) <= -ZERO_CELSIUS_K)
    throw new ContractError('TABLE_BAD_NUMBER', 'A profile segment is at or below absolute zero.', part)
  if (durationS < 0)
    throw new ContractError('TABLE_BAD_NUMBER', 'A profile segment lasts a negative time.', part)
}

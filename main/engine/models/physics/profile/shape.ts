import type { ProfileSegment, TemperatureProfile } from './segments.ts'

export function totalDurationS(profile: TemperatureProfile): number {
  return profile.reduce((sum, { durationS }) => sum + durationS, 0)
}

/** Highest temperature reached, °C. */
export function peakTemperatureC(profile: TemperatureProfile): number {
  return Math.max(...profile.map(({ startC, endC }) => Math.max(startC, endC)))
}

/** Seconds above `thresholdC` (strictly; a hold at the threshold does not count). */
export function timeAboveS(profile: TemperatureProfile, thresholdC: number): number {
  return profile.reduce((sum, s) => sum + shareAbove(s, thresholdC) * s.durationS, 0)
}

function shareAbove({ startC, endC }: ProfileSegment, thresholdC: number): number {
  const low = Math.min(startC, endC)
  const high = Math.max(startC, endC)
  if (low >= thresholdC) return high > thresholdC ? 1 : 0
  return high <= thresholdC ? 0 : (high - thresholdC) / (high - low)
}

/** Mean over time, °C; NaN where the schedule takes no time. */
export function meanTemperatureC(profile: TemperatureProfile): number {
  const area = profile.reduce((sum, s) => sum + 0.5 * (s.startC + s.endC) * s.durationS, 0)
  const total = totalDurationS(profile)
  return total > 0 ? area / total : Number.NaN
}

/** Fastest heating inside a segment, °C/s; 0 where it never heats, Infinity for a ramp that takes no time. */
export function maxHeatingRateCPerS(profile: TemperatureProfile): number {
  return profile.reduce((most, s) => Math.max(most, rate(s)), 0)
}

/** Fastest cooling inside a segment, °C/s, positive; 0 where it never cools, Infinity for a ramp that takes no time. */
export function maxCoolingRateCPerS(profile: TemperatureProfile): number {
  return profile.reduce((most, s) => Math.max(most, -rate(s)), 0)
}

function rate({ startC, endC, durationS }: ProfileSegment): number {
  return startC === endC ? 0 : (endC - startC) / durationS
}

import type { Note } from '../../contract/index.ts'
import type { PossibleEffect } from './adjustment.ts'
import type { Estimate, Part, ResampledEffect } from './effect-parts.ts'

/** Share of resampled graphs from which a direction that nothing but the graph supports is believed. */
const agreeing = 0.9

/**
 * Why an effect that rests on directions of the graph alone (no tiers between treatment and outcome) is not to be
 * believed, or null. Resampled graphs must agree on whether there is a path, and a path that is said to be missing must
 * leave no dependence behind once the adjustment set is held fixed.
 */
export function doubtOfGraph(
  members: readonly PossibleEffect[],
  parts: readonly Part[],
  { pathShare, lost }: ResampledEffect,
  naive: Estimate,
): string | null {
  if (members.every((member) => member.byTiers)) return null
  if (lost > 1 - agreeing) return 'resampled graphs contradict themselves'
  if (pathShare > 1 - agreeing && pathShare < agreeing)
    return 'no tiers stand between the two, and resampled graphs disagree on whether one acts on the other'
  for (const part of parts) {
    if (!part.zero) continue
    const rest = part.fit === null ? naive : part.range
    if (rest.low > 0 || rest.high < 0)
      return 'no tiers stand between the two, and the graph has no path from the treatment though the data relate them'
  }
  return null
}

export interface NoteInput {
  readonly treatment: string
  readonly outcome: string
  readonly reason: string | null
  readonly parts: readonly Part[]
  readonly total: Estimate | null
  readonly reduced: boolean
  readonly resampleCount: number
  readonly resampled: ResampledEffect
}

/** What a person must know before reading an effect. */
export function effectNotes(input: NoteInput): Note[] {
  const { treatment, outcome, reason, parts, total } = input
  const notes: Note[] = []
  const add = (code: string, message: string): number => notes.push({ code, message, item: treatment })
  const share = (value: number): string => `${Math.round(100 * value)} %`
  if (reason !== null)
    add(
      'NOT_IDENTIFIED',
      `The effect of ${treatment} on ${outcome} is not identified: ${reason}.` +
        (total === null ? '' : ' The value given is a range over the possible graphs, not an estimate.'),
    )
  else if (parts[0]!.zero)
    add(
      'NO_DIRECTED_PATH',
      `The graph holds no directed path from ${treatment} to ${outcome}, so the estimate is 0.`,
    )
  if (reason === null && parts[0]!.missedPath)
    add(
      'PATH_MISSED',
      `The graph holds no directed path from ${treatment} to ${outcome}, but the regression adjusted by tiers leaves out 0 and is given: tests miss paths that nearly cancel.`,
    )
  if (input.reduced)
    add(
      'ADJUSTMENT_REDUCED',
      `Too few rows for all columns of the safe adjustment set of ${treatment}; a smaller set was used, which rests more on the graph.`,
    )
  const { pathShare } = input.resampled
  if (input.resampleCount > 0 && pathShare > 0.05 && pathShare < 0.95)
    add(
      'PATH_SHARE',
      `${treatment} acts on ${outcome} in ${share(pathShare)} of ${input.resampleCount} resampled graphs.`,
    )
  if (input.resampled.lost > 0)
    add(
      'RESAMPLES_LOST',
      `${share(input.resampled.lost)} of the resampled graphs gave no estimate; the interval leaves them out.`,
    )
  return notes
}

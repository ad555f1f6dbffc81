import type { Note } from '../../../contract/index.ts'
import type { FittedClasses } from './fit-output.ts'

const FEW_ROWS = 30
const FEW_GROUPS = 10
/** Rows of a level below which little is known of where it occurs. */
const FEW_OF_LEVEL = 5

/** What a person must know of a categorical output: of `all` rows of the model, and how it did on rows not seen. */
export function classNotes(fitted: FittedClasses, all: number): Note[] {
  const { output, n, levels, heldOut, scores, recommended } = fitted
  const notes: Note[] = []
  const tell = (code: string, message: string): void => {
    notes.push({ code, message, item: output })
  }
  if (n < all)
    tell(
      'OUTPUT_MISSING',
      `"${output}" is known of ${n} of ${all} specimens; the others teach nothing about it.`,
    )
  if (n < FEW_ROWS)
    tell(
      'FEW_SPECIMENS',
      `"${output}" rests on ${n} specimens only; its probabilities are drawn towards the shares of its levels.`,
    )
  const own = heldOut.filter((row) => row.model === 'mean')
  const groups = new Set(own.map((row) => row.group)).size
  if (groups < FEW_GROUPS)
    tell(
      'FEW_GROUPS',
      `"${output}" rests on ${groups} independent groups only; how wrong the model is on a new group is poorly known, so probabilities are softened and sets widened.`,
    )
  for (const level of levels) {
    const count = own.filter((row) => row.observed === level).length
    if (count < FEW_OF_LEVEL)
      tell(
        'LEVEL_RARE',
        `"${output}" is ${level} in ${count} of ${n} specimens; when it occurs is hardly known.`,
      )
  }
  const score = scores.find((one) => one.model === recommended)
  const baseline = scores.find((one) => one.model === 'mean')
  if (score !== undefined && baseline !== undefined && score.logLoss > 0.95 * baseline.logLoss)
    tell(
      'NO_SKILL',
      `"${output}" of a new group is not predicted better than by the shares of its levels; do not choose experiments by it.`,
    )
  if (score !== undefined && score.coverage90 < 0.8)
    tell(
      'COVERAGE_LOW',
      `Only ${Math.round(100 * score.coverage90)} % of the held-out 90 % sets of "${output}" hold the observed level; take sets as too small.`,
    )
  return notes
}

import { ContractError, type Note } from '../../contract/index.ts'
import type { Table } from '../dataset/table.ts'
import { jointFeasibility, type ResolvedLimit } from './feasibility.ts'
import type { KnownRows } from './neighbours.ts'
import type { PosteriorFn } from './posterior.ts'

export interface Incumbent {
  readonly specimen: string
  /** Posterior mean of the objective at the specimen, in its unit. */
  readonly value: number
  readonly row: Float64Array
}

/**
 * The specimen to beat: the best posterior mean among the specimens made, of those that meet the limits more likely
 * than not. Not the best raw observation: the largest of many noisy values is largest partly by luck (the winner's
 * curse), lies above what that treatment gives again, and would let every honest candidate look hopeless. This is
 * the plug-in of noisy expected improvement (Vazquez et al. 2008; Picheny et al. 2013).
 * `sign` is +1 to maximise and −1 to minimise. Without a feasible specimen the most feasible one stands in, with a note.
 */
export function findIncumbent(
  table: Table,
  known: KnownRows,
  posterior: PosteriorFn,
  objective: number,
  sign: number,
  limits: readonly ResolvedLimit[],
): { incumbent: Incumbent; notes: Note[] } {
  if (known.n === 0)
    throw new ContractError('TOO_FEW_SPECIMENS', 'At least 1 specimen with every input known is needed.')
  const m = posterior.outputs.length
  const d = known.rows.length / known.n
  const { mean } = posterior.predict(known.rows, known.n)
  const feasible = jointFeasibility(posterior, limits, known.rows, known.n, 128)
  const value = (i: number): number => sign * mean[i * m + objective]!
  const all = Array.from({ length: known.n }, (_, i) => i)
  const good = all.filter((i) => feasible[i]! >= 0.5)
  const best =
    good.length > 0
      ? good.reduce((a, b) => (value(b) > value(a) ? b : a))
      : all.reduce((a, b) => (feasible[b]! > feasible[a]! ? b : a))
  const notes: Note[] = []
  if (good.length === 0)
    notes.push({
      code: 'NO_FEASIBLE_SPECIMEN',
      message: `No specimen meets the limits more likely than not; improvement is counted from the one nearest to doing so (${(100 * feasible[best]!).toFixed(0)} %).`,
    })
  if (known.missing > 0)
    notes.push({
      code: 'ROWS_LEFT_OUT',
      message: `${String(known.missing)} specimens lack an input and cannot be the one to beat.`,
    })
  return {
    incumbent: {
      specimen: table.rowIds[known.rowOf[best]!]!,
      value: mean[best * m + objective]!,
      row: known.rows.slice(best * d, (best + 1) * d),
    },
    notes,
  }
}

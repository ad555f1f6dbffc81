import type { Note } from '../../../../contract/index.ts'
import { HALL_PETCH_LEAST_UM } from '../laws/hall-petch.ts'
import type { PhysicsMean } from './state.ts'

/**
 * What a person must know before quoting a constant of a fitted law: which of them the rows say little of, which of them
 * contradict what is known, and grains finer than Hall–Petch holds for.
 */
export function physicsNotes(law: PhysicsMean): Note[] {
  const out: Note[] = []
  for (const { name, unit, mean, sd, prior, identified } of law.constants.slice(1)) {
    const text = `${name} = ${mean.toPrecision(3)} ± ${sd.toPrecision(2)} ${unit}`
    if (!identified)
      out.push({
        code: 'CONSTANT_NOT_IDENTIFIED',
        message: `${text} says little more than the prior ${prior.mean.toPrecision(3)} ± ${prior.sd.toPrecision(2)} (${prior.source}): not a result of these rows.`,
        item: name,
      })
    else if (Math.abs(mean - prior.mean) > 2 * prior.sd)
      out.push({
        code: 'CONSTANT_UNUSUAL',
        message: `${text} is far from ${prior.mean.toPrecision(3)} ± ${prior.sd.toPrecision(2)} (${prior.source}): something that goes with this input may be missing from the table.`,
        item: name,
      })
  }
  if (law.fineGrains > 0)
    out.push({
      code: 'HALL_PETCH_RANGE',
      message: `${law.fineGrains} of ${law.rows} rows have grains below ${HALL_PETCH_LEAST_UM} µm, where Hall–Petch does not hold; the slope is too small for coarse grains.`,
    })
  return out
}

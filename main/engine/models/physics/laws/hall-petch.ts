import type { Note } from '../../../../contract/index.ts'

/** Below this size published slopes fall and turn round; a slope fitted on coarser grains must not be carried there. */
export const HALL_PETCH_LEAST_UM = 0.4

/** σ0 + k d^−1/2, MPa, for σ0 in MPa, k in MPa·µm^1/2 and d in µm (Hall 1951, Petch 1953). */
export function hallPetchMPa(sigma0MPa: number, slopeMPaUm05: number, grainUm: number): number {
  return sigma0MPa + slopeMPaUm05 / Math.sqrt(grainUm)
}

/** d^−1/2, 1/µm^1/2; NaN where the size is not positive. */
export function inverseRoot(grainUm: number): number {
  return grainUm > 0 ? 1 / Math.sqrt(grainUm) : Number.NaN
}

/** What a person must know of a Hall–Petch estimate at this size; null where nothing. */
export function hallPetchNote(grainUm: number): Note | null {
  if (!(grainUm < HALL_PETCH_LEAST_UM)) return null
  return {
    code: 'HALL_PETCH_RANGE',
    message: `Hall–Petch is not trusted below ${HALL_PETCH_LEAST_UM} µm; this grain size is ${grainUm} µm.`,
  }
}

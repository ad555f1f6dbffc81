import { ContractError } from '../../contract/index.ts'

export interface LinealPath {
  /** L(r) for r = 0, 1, …, maxLengthPx: share of line segments over r + 1 pixels that lie wholly in the phase. */
  readonly probability: Float64Array
  /** Mean chord of the phase, px: its pixels over the runs that they form; null when no run has an end in the field. */
  readonly meanChordPx: number | null
  /** Runs behind it; a run cut by the edge counts one half. */
  readonly chords: number
}

/**
 * Lineal-path function (Lu & Torquato 1992, Phys. Rev. A 45, 922) and mean chord of the pixels that are not 0, along
 * rows and columns together. `periodic`: lines close upon themselves; else segments inside the field alone count, and
 * a run cut by the edge counts one half for the mean chord (ASTM E112). Error BAD_REQUEST for a wrong size.
 */
export function linealPath(
  indicator: ArrayLike<number>,
  rows: number,
  cols: number,
  maxLengthPx: number,
  periodic = false,
): LinealPath {
  if (indicator.length !== rows * cols)
    throw new ContractError('BAD_REQUEST', `${indicator.length} pixels are not ${rows} x ${cols}.`)
  if (!Number.isInteger(maxLengthPx) || maxLengthPx < 0 || maxLengthPx >= Math.min(rows, cols))
    throw new ContractError(
      'BAD_REQUEST',
      'The longest segment is a whole number below the size of the field.',
      `${maxLengthPx} of ${rows} x ${cols}`,
    )
  const inside = new Float64Array(maxLengthPx + 1)
  const places = new Float64Array(maxLengthPx + 1)
  const total = { pixels: 0, chords: 0 }
  const scan = (lines: number, length: number, lineStep: number, step: number): void => {
    for (let r = 0; r <= maxLengthPx; r++) places[r]! += lines * (periodic ? length : length - r)
    for (let line = 0; line < lines; line++) {
      const { runs, ends } = runsOf(indicator, line * lineStep, length, step, periodic)
      total.chords += ends / 2
      for (const run of runs) {
        total.pixels += run
        const whole = run === length && periodic
        for (let r = 0; r <= Math.min(maxLengthPx, run - 1); r++) inside[r]! += whole ? length : run - r
      }
    }
  }
  scan(rows, cols, cols, 1)
  scan(cols, rows, 1, cols)
  return {
    probability: inside.map((count, r) => count / places[r]!),
    meanChordPx: total.chords > 0 ? total.pixels / total.chords : null,
    chords: total.chords,
  }
}

/** Lengths of the runs of one line and the number of their ends inside the field. */
function runsOf(
  indicator: ArrayLike<number>,
  start: number,
  length: number,
  step: number,
  periodic: boolean,
): { runs: number[]; ends: number } {
  const runs: number[] = []
  let ends = 0
  let run = 0
  for (let k = 0; k < length; k++) {
    const here = indicator[start + k * step] !== 0
    if (here) run++
    if (k > 0 && here !== (indicator[start + (k - 1) * step] !== 0)) ends++
    if (!here && run > 0) {
      runs.push(run)
      run = 0
    }
  }
  if (run > 0) runs.push(run)
  if (!periodic || runs.length === 0) return { runs, ends }
  const first = indicator[start] !== 0
  const last = indicator[start + (length - 1) * step] !== 0
  if (first !== last) ends++
  if (first && last && runs.length > 1) {
    const tail = runs.pop()
    runs[0] = runs[0]! + (tail ?? 0)
  }
  return { runs, ends }
}

/** Which statistics of a plane are compared, for fields of at least `leastPx`. */
export interface StatisticPlan {
  /** Largest lag of two-point statistics, px. */
  readonly maxLag: number
  /** Lags of single directions. */
  readonly axisLags: readonly number[]
  /** Lengths of segments and sides of squares that must lie wholly in the region, px. */
  readonly lengths: readonly number[]
  readonly squares: readonly number[]
  /** Sides of the squares whose four corners are looked at. */
  readonly corners: readonly number[]
}

export function statisticPlan(leastPx: number): StatisticPlan {
  const fits = (list: readonly number[], part: number): number[] => list.filter((l) => l <= leastPx * part)
  const maxLag = Math.min(28, Math.floor(leastPx * 0.45))
  return {
    maxLag,
    axisLags: fits([2, 4, 6, 8, 12, 16, 24], maxLag / leastPx),
    lengths: fits([2, 3, 4, 6, 8, 12, 16, 24], 0.5),
    squares: fits([2, 3, 4, 6, 8, 12, 16], 0.35),
    corners: fits([1, 2, 4, 8], 0.25),
  }
}

/**
 * Weights that turn the quadrant of lags 0..maxLag along both axes, (maxLag + 1)² in C order, into the two-point
 * statistics: mean over all directions at each whole distance from 0 to maxLag, then single directions along rows and
 * along columns. Lags off the axes stand for their mirror images too. (maxLag + 1)² x count, C order.
 */
export function lagWeights({ maxLag, axisLags }: StatisticPlan): { weights: Float32Array; count: number } {
  const side = maxLag + 1
  const count = side + 2 * axisLags.length
  const weights = new Float32Array(side * side * count)
  const totals = new Float64Array(side)
  const visit = (act: (lag: number, cell: number, mirrors: number) => void): void => {
    for (let r = 0; r < side; r++)
      for (let c = 0; c < side; c++) {
        const lag = Math.round(Math.hypot(r, c))
        if (lag < side) act(lag, r * side + c, (r > 0 ? 2 : 1) * (c > 0 ? 2 : 1))
      }
  }
  visit((lag, _, mirrors) => {
    totals[lag]! += mirrors
  })
  visit((lag, cell, mirrors) => {
    weights[cell * count + lag] = mirrors / totals[lag]!
  })
  axisLags.forEach((lag, i) => {
    weights[lag * side * count + side + i] = 1
    weights[lag * count + side + axisLags.length + i] = 1
  })
  return { weights, count }
}

/** A statistic's name and how many times it counts in the comparison. */
export interface StatisticLabel {
  readonly name: string
  readonly weight: number
}

/** In the order in which `windowStatistics` and the two-point statistics give them. */
export function windowLabels(plan: StatisticPlan): StatisticLabel[] {
  const phases = ['in', 'out']
  return [
    { name: 'interface across rows', weight: 4 },
    { name: 'interface across columns', weight: 4 },
    { name: 'interface', weight: 4 },
    { name: 'Euler number', weight: 8 },
    { name: 'bending', weight: 4 },
    { name: 'hollow', weight: 4 },
    ...phases.flatMap((phase) => [
      ...['rows', 'columns'].flatMap((axis) =>
        plan.lengths.map((l) => ({ name: `path ${phase} ${axis} ${l}`, weight: 1 })),
      ),
      ...plan.squares.map((s) => ({ name: `square ${phase} ${s}`, weight: 1 })),
    ]),
    ...plan.corners.flatMap((s) =>
      ['all', 'diagonal', 'one', 'three'].map((kind) => ({ name: `corners ${kind} ${s}`, weight: 1 })),
    ),
  ]
}

export function lagLabels(plan: StatisticPlan): StatisticLabel[] {
  return [
    ...Array.from({ length: plan.maxLag + 1 }, (_, r) => ({ name: `two-point ${r}`, weight: 1 })),
    ...['rows', 'columns'].flatMap((axis) =>
      plan.axisLags.map((r) => ({ name: `two-point ${axis} ${r}`, weight: 1 })),
    ),
  ]
}

import type { LossPoint } from '../../../main/contract/index.ts'

type Points = readonly (readonly [number, number])[]
type Series = Readonly<Record<string, Points>>

/** Stretches of rising steps: each is one network's training, the next begins where steps begin anew. */
function runsOf(points: Points): Points[] {
  const runs: (readonly [number, number])[][] = []
  points.forEach((point, i) => {
    const before = points[i - 1]
    if (before === undefined || point[0] <= before[0]) runs.push([point])
    else runs.at(-1)?.push(point)
  })
  return runs
}

/**
 * Loss records of a running job from its live series: the training loss (a series named `train…` or `loss`) with the
 * validation loss of the same step of the same run where one was reported.
 */
export function lossPoints(series: Series): LossPoint[] {
  const find = (pattern: RegExp) => {
    const name = Object.keys(series).find((key) => pattern.test(key))
    return runsOf(name === undefined ? [] : (series[name] ?? []))
  }
  const validation = find(/^val/i).map((run) => new Map(run))
  return find(/^(train|loss)/i).flatMap((run, r) =>
    run.map(([step, train]) => ({ step, train, validation: validation[r]?.get(step) ?? null })),
  )
}

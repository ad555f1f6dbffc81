import type { Shape } from '../types.ts'

/**
 * How to go through a tensor in row-major order with several operands at once: `starts[k][o]` is where operand k stands
 * at the o-th run of `length` elements, and it moves by `strides[k]` inside the run. Axes that are contiguous for every
 * operand are one run, so that the inner loop is long.
 */
export interface Walk {
  readonly runs: number
  readonly length: number
  readonly strides: readonly number[]
  readonly starts: readonly Int32Array[]
}

/** strides: of each operand, one for each axis of `shape` (0 where it is broadcast or summed). */
export function walkOver(shape: Shape, strides: readonly (readonly number[])[]): Walk {
  const axes: number[] = []
  const steps: number[][] = strides.map(() => [])
  shape.forEach((size, i) => {
    if (size === 1) return
    const last = axes.length - 1
    const joins = last >= 0 && strides.every((own, k) => steps[k]![last] === own[i]! * size)
    if (joins) axes[last]! *= size
    else axes.push(size)
    strides.forEach((own, k) => (steps[k]![joins ? last : last + 1] = own[i]!))
  })
  const length = axes.pop() ?? 1
  const runs = axes.reduce((product, axis) => product * axis, 1)
  const starts = steps.map((own) => {
    const at = new Int32Array(runs)
    let block = runs
    axes.forEach((axis, i) => {
      block /= axis
      for (let o = 0; o < runs; o++) at[o]! += (Math.floor(o / block) % axis) * own[i]!
    })
    return at
  })
  return { runs, length, strides: steps.map((own) => own[axes.length] ?? 0), starts }
}

/** Elements between neighbours of each axis, row-major. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1)
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!
  return strides
}

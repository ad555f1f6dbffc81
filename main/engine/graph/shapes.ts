import type { Shape } from './types.ts'

export function sizeOf(shape: Shape): number {
  return shape.reduce((size, axis) => size * axis, 1)
}

/** Shape of two operands together, as in numpy; an Error (a fault of the program) when they do not fit. */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1
    const right = b[i - rank + b.length] ?? 1
    if (left !== right && left !== 1 && right !== 1)
      throw new Error(`shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast`)
    return left === 1 ? right : left
  })
}

/** Elements between neighbours of each axis in row-major order; 0 on axes of length 1, so that they broadcast. */
export function broadcastStrides(shape: Shape, rank: number): number[] {
  const strides = new Array<number>(rank).fill(0)
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    const axis = shape[i] ?? 1
    strides[i + rank - shape.length] = axis === 1 ? 0 : step
    step *= axis
  }
  return strides
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i])
}

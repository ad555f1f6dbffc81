import { broadcastStrides, sizeOf } from '../shapes.ts'
import type { Shape } from '../types.ts'
import { multiplyInto, type Panels } from './matmul.ts'
import type { Slot } from './plan.ts'
import { walkOver } from './walk.ts'

interface Flags {
  readonly shape: Shape
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** A matmul of stacks of matrices; a stack times one matrix is one tall product. */
export function stackedProduct(
  { shape, transposeA, transposeB }: Flags,
  inputs: readonly Slot[],
  shapes: readonly Shape[],
  out: Slot,
  panels: Panels,
): () => void {
  const [a, b] = [inputs[0]!, inputs[1]!]
  const [shapeA, shapeB] = [shapes[0]!, shapes[1]!]
  const n = shape[shape.length - 1]!
  const [rowsA = 1, columnsA = 1] = shapeA.slice(-2)
  const columnsB = shapeB[shapeB.length - 1]!
  const k = transposeA ? rowsA : columnsA
  const tall = !transposeA && shapeB.length === 2
  const lead = tall ? [] : shape.slice(0, -2)
  const m = tall ? sizeOf(shape) / n : shape[shape.length - 2]!
  const walk = walkOver(lead, [
    broadcastStrides(shapeA.slice(0, -2), lead.length).map((stride) => stride * rowsA * columnsA),
    broadcastStrides(shapeB.slice(0, -2), lead.length).map((stride) => stride * k * n),
  ])
  const viewA = transposeA ? { row: 1, column: columnsA } : { row: columnsA, column: 1 }
  const viewB = transposeB ? { row: 1, column: columnsB } : { row: columnsB, column: 1 }
  const [strideA = 0, strideB = 0] = walk.strides
  return () => {
    let at = 0
    for (let o = 0; o < walk.runs; o++)
      for (let i = 0; i < walk.length; i++, at += m * n)
        multiplyInto(
          a.values,
          { offset: walk.starts[0]![o]! + i * strideA, ...viewA },
          b.values,
          { offset: walk.starts[1]![o]! + i * strideB, ...viewB },
          out.values,
          at,
          m,
          k,
          n,
          panels,
        )
  }
}

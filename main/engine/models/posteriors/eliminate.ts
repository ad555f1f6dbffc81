import type { GraphBuilder, NodeId } from '../../graph/index.ts'

export interface Elimination {
  /** ln |A| of the leading block, leading axes as they were; [...]. */
  readonly logDeterminant: NodeId
  /** C − BᵀA⁻¹B, [..., r, r]; null when nothing is left over. */
  readonly schur: NodeId | null
}

/**
 * Symmetric elimination of the leading `count` rows and columns of [[A, B], [Bᵀ, C]], shape [..., n, n], A positive
 * definite: the steps of a Cholesky factorisation without keeping the factor (Golub & Van Loan 2013, 4.2). One pivot a
 * step, unrolled into about eight nodes, so meant for `count` up to some thirty. A pivot that rounding takes to 0 or
 * below gives NaN, which the trainer reports.
 */
export function eliminate(builder: GraphBuilder, matrix: NodeId, count: number): Elimination {
  const shape = builder.shape(matrix)
  const rank = shape.length
  const rows = rank - 2
  const columns = rank - 1
  const leading = shape.slice(0, -2)
  let size = shape[columns] ?? 0
  let rest = matrix
  const pivots: NodeId[] = []
  for (let step = 0; step < count; step++) {
    const head = builder.slice(rest, columns, 0, 1)
    const pivot = builder.slice(head, rows, 0, 1)
    pivots.push(pivot)
    if (size === 1) return { logDeterminant: sumOfLogs(builder, pivots, leading), schur: null }
    const column = builder.slice(head, rows, 1, size)
    const below = builder.slice(builder.slice(rest, rows, 1, size), columns, 1, size)
    const scaled = builder.over(column, pivot)
    rest = builder.minus(below, builder.matmul(scaled, column, { transposeB: true }))
    size--
  }
  return { logDeterminant: sumOfLogs(builder, pivots, leading), schur: rest }
}

function sumOfLogs(builder: GraphBuilder, pivots: readonly NodeId[], leading: readonly number[]): NodeId {
  const axis = leading.length
  const all = pivots.length === 1 ? pivots[0]! : builder.concat(pivots, axis)
  return builder.sum(builder.unary('log', all), [axis, axis + 1])
}

/** ln |A| of symmetric positive definite A, [..., n, n] → [...]. */
export function logDeterminant(builder: GraphBuilder, matrix: NodeId): NodeId {
  const shape = builder.shape(matrix)
  return eliminate(builder, matrix, shape[shape.length - 1] ?? 0).logDeterminant
}

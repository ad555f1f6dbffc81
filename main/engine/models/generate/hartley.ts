import type { GraphBuilder, NodeId } from '../../graph/index.ts'

/**
 * Convolution in a graph by products with one fixed matrix: the separable Hartley transform T = H X H with
 * H = cas(2πij/n)/√n is its own reverse, real, and turns a periodic convolution with a kernel that is even along both
 * axes into a product. White noise stays white noise.
 */
export interface Hartley {
  readonly n: number
  /** Of the last two axes, n x n. */
  transform(field: NodeId): NodeId
  /** [..., h, h] values at the non-negative frequencies, h = n/2 + 1, to [..., n, n]. */
  expand(quadrant: NodeId): NodeId
}

export function hartley(builder: GraphBuilder, n: number): Hartley {
  const h = n / 2 + 1
  const cas = builder.constant(
    Float32Array.from({ length: n * n }, (_, i) => {
      const angle = (2 * Math.PI * ((Math.floor(i / n) * (i % n)) % n)) / n
      return (Math.cos(angle) + Math.sin(angle)) / Math.sqrt(n)
    }),
    [n, n],
  )
  const fold = builder.constant(
    Float32Array.from({ length: n * h }, (_, i) => {
      const row = Math.floor(i / h)
      return Math.min(row, n - row) === i % h ? 1 : 0
    }),
    [n, h],
  )
  return {
    n,
    transform: (field) => builder.matmul(builder.matmul(cas, field), cas),
    expand: (quadrant) => builder.matmul(builder.matmul(fold, quadrant), fold, { transposeB: true }),
  }
}

/** The field moved by `shift` points (1 ≤ |shift| < length) along an axis, periodic: result[i] = field[i + shift]. */
export function rolled(builder: GraphBuilder, field: NodeId, axis: number, shift: number): NodeId {
  const length = builder.shape(field)[axis] ?? 1
  const cut = (shift + length) % length
  return builder.concat([builder.slice(field, axis, cut, length), builder.slice(field, axis, 0, cut)], axis)
}

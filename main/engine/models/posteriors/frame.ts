import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import type { Layer, PosteriorRows, PosteriorSpec } from './types.ts'

/** Sweeps of Jacobi rotations; six or seven give machine precision at any size. */
const SWEEPS = 12

/**
 * Principal axes of the first layer's inputs with a one beside them, in units of its priors: eigenvectors of ΦᵀΦ as
 * columns, (d + 1) x (d + 1); null where a rotation says nothing (lengths of fixed directions). The prior N(0, I) is the same
 * in any rotated coordinates, but the rows of the table determine weights along these axes independently of each other in
 * a linear layer, so the head need not learn the correlations that correlated inputs make.
 */
export function principalFrame(spec: PosteriorSpec, rows: PosteriorRows): Float32Array | null {
  const [layer] = spec.layers
  if (layer === undefined || spec.head.kind === 'layer-scales') return null
  const { inputs: d, weightSd, biasSd } = layer
  const size = d + 1
  const gram = new Float64Array(size * size)
  const outputs = rows.y.length / rows.n
  for (let i = 0; i < rows.n; i++) {
    // A row without any target says nothing of the weights.
    if (rows.y.subarray(i * outputs, (i + 1) * outputs).every((v) => Number.isNaN(v))) continue
    const at = (p: number): number => (p < d ? weightSd * rows.x[i * d + p]! : biasSd)
    for (let p = 0; p < size; p++) {
      const f = at(p)
      for (let q = 0; q < size; q++) gram[p * size + q]! += f * at(q)
    }
  }
  return Float32Array.from(eigenvectors(gram, size))
}

/** Eigenvectors of a symmetric matrix as columns, by cyclic Jacobi rotations (Golub & Van Loan 2013, 8.5). */
export function eigenvectors(symmetric: Float64Array, size: number): Float64Array {
  const a = symmetric.slice()
  const v = new Float64Array(size * size)
  for (let p = 0; p < size; p++) v[p * size + p] = 1
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) {
        const off = a[p * size + q]!
        if (Math.abs(off) <= 1e-15 * Math.sqrt(Math.abs(a[p * size + p]! * a[q * size + q]!))) continue
        const slope = (a[q * size + q]! - a[p * size + p]!) / (2 * off)
        const t = (slope >= 0 ? 1 : -1) / (Math.abs(slope) + Math.hypot(slope, 1))
        const c = 1 / Math.hypot(t, 1)
        const s = t * c
        for (let k = 0; k < size; k++) {
          const first = a[k * size + p]!
          const second = a[k * size + q]!
          a[k * size + p] = c * first - s * second
          a[k * size + q] = s * first + c * second
        }
        for (let k = 0; k < size; k++) {
          const first = a[p * size + k]!
          const second = a[q * size + k]!
          a[p * size + k] = c * first - s * second
          a[q * size + k] = s * first + c * second
          const axis = v[k * size + p]!
          const other = v[k * size + q]!
          v[k * size + p] = c * axis - s * other
          v[k * size + q] = s * axis + c * other
        }
      }
  return v
}

/** Coordinates along the frame (unit by unit, d + 1 each, then the other layers') to weights in the order W, b. */
export function unrotated(
  builder: GraphBuilder,
  coordinates: NodeId,
  layer: Layer,
  frame: Float32Array | null,
): NodeId {
  if (frame === null) return coordinates
  const { inputs: d, outputs } = layer
  const [draws = 0, size = 0] = builder.shape(coordinates)
  const own = outputs * (d + 1)
  const block = builder.reshape(builder.slice(coordinates, 1, 0, own), [draws, outputs, d + 1])
  const rows = builder.matmul(block, builder.constant(frame, [d + 1, d + 1]), { transposeB: true })
  const parts = [
    builder.reshape(builder.slice(rows, 2, 0, d), [draws, outputs * d]),
    builder.reshape(builder.slice(rows, 2, d, d + 1), [draws, outputs]),
  ]
  if (size > own) parts.push(builder.slice(coordinates, 1, own, size))
  return builder.concat(parts, 1)
}

import { cholesky, choleskySolve, matrix } from '../../math/index.ts'
import type { Modulations } from './modulations.ts'
import type { PreparedImages } from './prepare.ts'
import type { GeneratorShape } from './training-graph.ts'
import type { WarmStart } from './warm-start.ts'

/** Log of the kernels' length over the structure's, of the decoder before training. */
const lengthOffset = -0.86
/** Mean of the field over (2·fraction − 1). */
const levelSlope = 0.85
/** Log-amplitude of grain before training. */
const grainStart = -1.5

/** Modulations that each condition would start from, k x D: the length and level that its images show. */
export function startModulations(
  shape: GeneratorShape,
  prepared: PreparedImages,
  fractions: Float32Array,
): Float32Array {
  const { layout, planes, grey } = shape
  const size = layout.size
  const out = new Float32Array(prepared.conditions.length * size)
  prepared.conditions.forEach((_, k) => {
    for (let field = 0; field < shape.fields; field++) {
      const plane = grey ? 1 : field
      const length = prepared.lengths[k]![plane]!
      const put = (name: 'length' | 'level' | 'grain', value: number): void => {
        const range = layout.range(field, name)
        if (range !== null) out[k * size + range.start] = value
      }
      put('length', Math.log(Number.isFinite(length) ? length : 2) + lengthOffset)
      put('level', levelSlope * (2 * fractions[k * planes + plane]! - 1))
      put('grain', grainStart)
    }
  })
  return out
}

/** Adds to every condition the change that the warm start found. */
export function moved(
  start: Float32Array,
  layout: Modulations,
  fields: number,
  moves: readonly WarmStart[],
): Float32Array {
  const out = start.slice()
  moves.forEach(({ length, level }, k) => {
    for (let field = 0; field < fields; field++) {
      out[k * layout.size + layout.range(field, 'length')!.start]! += length
      out[k * layout.size + layout.range(field, 'level')!.start]! += level
    }
  })
  return out
}

/** Least squares of each modulation on the linear features with a little ridge on all but the constant: F x D. */
export function priorHead(
  features: readonly (readonly number[])[],
  values: Float32Array,
  size: number,
): Float32Array {
  const f = features[0]!.length
  const normal = matrix(f, f)
  for (const row of features)
    for (let i = 0; i < f; i++) for (let j = 0; j < f; j++) normal.data[i * f + j]! += row[i]! * row[j]!
  for (let i = 0; i < f; i++) normal.data[i * f + i]! += i === 0 ? 1e-9 : 0.02 * features.length
  const factor = cholesky(normal)
  if (factor === null) throw new Error('the features of the prior are not finite')
  const head = new Float32Array(f * size)
  for (let d = 0; d < size; d++) {
    const right = new Float64Array(f)
    features.forEach((row, k) => {
      for (let i = 0; i < f; i++) right[i]! += row[i]! * values[k * size + d]!
    })
    choleskySolve(factor, right).forEach((value, i) => {
      head[i * size + d] = value
    })
  }
  return head
}

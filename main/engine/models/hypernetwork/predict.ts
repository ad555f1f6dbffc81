import { GraphBuilder, type LocalEvaluator, type LocalExecutor } from '../../graph/index.ts'
import { networkOutputs, networkParameters } from './network.ts'
import { drawSize, type NetworkShape } from './shape.ts'

/** A trained network and the draws it is predicted with (count x drawSize): plain data. */
export interface MemberState {
  readonly parameters: Readonly<Record<string, Float32Array>>
  readonly draws: { readonly count: number; readonly values: Float32Array }
}

/** Rows predicted at a time; fewer are padded to the next of these sizes, so that few graphs are made ready. */
const SIZES = [8, 32, 64, 128, 192, 256, 384, 512]

/** n x m each, standardised: mean over draws, variance of the draws' means, mean noise variance. */
export interface MemberMoments {
  readonly mean: Float32Array
  readonly spread: Float32Array
  readonly noise: Float32Array
}

export interface NetworkEvaluator {
  /** x: n x d features; offset: n x 2m of the mean function. */
  moments(member: MemberState, x: Float32Array, offset: Float32Array | null, n: number): MemberMoments
  /** Mean functions of given draws (count x drawSize): count x n x m, standardised. */
  means(
    member: MemberState,
    draws: { readonly count: number; readonly values: Float32Array },
    x: Float32Array,
    offset: Float32Array | null,
    n: number,
  ): Float32Array
}

/** Parts of n rows that graphs are run on: their first row, their rows, and the rows of the graph. */
export function chunksOf(n: number): { from: number; rows: number; padded: number }[] {
  const largest = SIZES.at(-1)!
  return Array.from({ length: Math.ceil(n / largest) }, (_, chunk) => {
    const from = chunk * largest
    const rows = Math.min(largest, n - from)
    return { from, rows, padded: SIZES.find((size) => size >= rows) ?? largest }
  })
}

/** Evaluates a member on n rows chunk by chunk; `visit` gets the values of each: its first row, its rows, the padded rows. */
export type ChunkedRun = (
  member: MemberState,
  draws: { readonly count: number; readonly values: Float32Array },
  x: Float32Array,
  offset: Float32Array | null,
  n: number,
  /** Whether draws are summed up in the graph, or answered apart. */
  moments: boolean,
  visit: (values: readonly Float32Array[], from: number, rows: number, padded: number) => void,
) => void

/** Runs networks of one shape; graphs are made ready by `prepare` once a size and kept. */
export function chunkedRun(
  shape: NetworkShape,
  prepare: (rows: number, count: number, moments: boolean) => LocalEvaluator,
): ChunkedRun {
  const ready = new Map<string, LocalEvaluator>()
  const { features: d, outputs: m } = shape
  const evaluator = (rows: number, count: number, moments: boolean): LocalEvaluator => {
    const key = `${rows} ${count} ${moments}`
    const known = ready.get(key) ?? prepare(rows, count, moments)
    ready.set(key, known)
    return known
  }
  return (member, draws, x, offset, n, moments, visit) => {
    for (const { from, rows, padded } of chunksOf(n)) {
      const inputs: Record<string, Float32Array> = { x: paddedRows(x, d, from, rows, padded) }
      if (offset !== null) inputs.offset = paddedRows(offset, 2 * m, from, rows, padded)
      if (drawSize(shape) > 0) inputs.draws = draws.values
      const values = evaluator(padded, draws.count, moments).run(inputs, member.parameters)
      visit(values, from, rows, padded)
    }
  }
}

/** Evaluates networks of one shape. */
export function networkEvaluator(executor: LocalExecutor, shape: NetworkShape): NetworkEvaluator {
  const m = shape.outputs
  const chunks = chunkedRun(shape, (rows, count, moments) => prepare(executor, shape, rows, count, moments))
  return {
    moments(member, x, offset, n) {
      const parts = [0, 1, 2].map(() => new Float32Array(n * m))
      chunks(member, member.draws, x, offset, n, true, (values, from, rows) => {
        parts.forEach((part, i) => {
          part.set(values[i]!.subarray(0, rows * m), from * m)
        })
      })
      return { mean: parts[0]!, spread: parts[1]!, noise: parts[2]! }
    },
    means(member, draws, x, offset, n) {
      const out = new Float32Array(draws.count * n * m)
      chunks(member, draws, x, offset, n, false, ([values], from, rows, padded) => {
        for (let s = 0; s < draws.count; s++)
          out.set(values!.subarray(s * padded * m, (s * padded + rows) * m), (s * n + from) * m)
      })
      return out
    },
  }
}

function prepare(
  executor: LocalExecutor,
  shape: NetworkShape,
  rows: number,
  count: number,
  moments: boolean,
): LocalEvaluator {
  const g = new GraphBuilder()
  const x = g.data('x', [rows, shape.features])
  const offset = shape.offset ? g.data('offset', [rows, 2 * shape.outputs]) : null
  const draws = drawSize(shape) > 0 ? g.data('draws', [count, drawSize(shape)]) : null
  const outputs = networkOutputs(g, shape, networkParameters(g, shape), x, draws, offset)
  if (!moments) return executor.evaluator(g.graph, [outputs.mean])
  const mean = g.mean(outputs.mean, [0])
  const spread = g.mean(g.unary('square', g.minus(outputs.mean, mean)), [0])
  const noise = g.mean(g.unary('exp', outputs.logVariance), [0])
  return executor.evaluator(g.graph, [mean, spread, noise])
}

export function paddedRows(
  values: Float32Array,
  width: number,
  from: number,
  rows: number,
  padded: number,
): Float32Array {
  if (rows === padded) return values.subarray(from * width, (from + rows) * width)
  const out = new Float32Array(padded * width)
  out.set(values.subarray(from * width, (from + rows) * width))
  return out
}

/** A tensor as an instruction goes over it: strides along the axes of the instruction's domain. */
export interface Stream {
  readonly offset: number
  readonly strides: readonly number[]
}

/** Most outer axes of an instruction (native/src/graph/plan.h). */
const mostOuter = 6

/**
 * Axes that all streams cross as if they were one become one, and axes of length 1 vanish: long dense runs instead of
 * short ones. Gives the lengths and, for every stream, its strides.
 */
export function collapsed(
  lengths: readonly number[],
  strides: readonly (readonly number[])[],
): { lengths: number[]; strides: number[][] } {
  const out: number[] = []
  const result: number[][] = strides.map(() => [])
  for (let axis = 0; axis < lengths.length; axis++) {
    const length = lengths[axis]!
    if (length === 1) continue
    const last = out.length - 1
    const joins = last >= 0 && strides.every((own, i) => result[i]![last] === own[axis]! * length)
    if (joins) {
      out[last] = out[last]! * length
      strides.forEach((own, i) => {
        result[i]![last] = own[axis]!
      })
    } else {
      out.push(length)
      strides.forEach((own, i) => {
        result[i]!.push(own[axis]!)
      })
    }
  }
  return { lengths: out, strides: result }
}

export interface Domain {
  readonly outer: readonly number[]
  readonly rows: number
  readonly columns: number
}

export interface Operand {
  readonly offset: number
  readonly row: number
  readonly column: number
  readonly outer: readonly number[]
}

export function checkOuter(outer: readonly number[]): void {
  if (outer.length > mostOuter)
    throw new Error(`${outer.length} axes that cannot be joined are more than the compiled kernel takes`)
}

/** The last two joined axes as rows and columns. */
export function elementwiseDomain(
  shape: readonly number[],
  streams: readonly Stream[],
): { domain: Domain; operands: Operand[] } {
  const { lengths, strides } = collapsed(
    shape,
    streams.map((stream) => stream.strides),
  )
  const outer = lengths.slice(0, -2)
  checkOuter(outer)
  const domain = { outer, rows: lengths.at(-2) ?? 1, columns: lengths.at(-1) ?? 1 }
  const operands = streams.map(({ offset }, i) => {
    const own = strides[i]!
    return { offset, row: own.at(-2) ?? 0, column: own.at(-1) ?? 0, outer: own.slice(0, -2) }
  })
  return { domain, operands }
}

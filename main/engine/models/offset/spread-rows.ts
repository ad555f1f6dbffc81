import { ContractError } from '../../../contract/index.ts'
import { randomStream } from '../../math/index.ts'

/**
 * k of n rows that spread over their inputs (z: n x p, standardised; NaN counts as the centre): the first at random by
 * the draw, each next one farthest from those taken, ties by the draw. What a person does who can afford k furnace runs
 * of a new heat. Errors: BAD_REQUEST for k beyond n or below 0.
 */
export function chooseSpreadRows(
  z: Float64Array,
  n: number,
  k: number,
  seed: number,
  draw: number,
): Int32Array {
  if (!(Number.isInteger(k) && k >= 0 && k <= n))
    throw new ContractError('BAD_REQUEST', `${k} rows cannot be chosen of ${n}.`)
  const p = n === 0 ? 0 : z.length / n
  const order = randomStream(seed, `spread rows, draw ${draw}`).shuffle(
    Int32Array.from({ length: n }, (_, i) => i),
  )
  const nearest = new Float64Array(n).fill(Infinity)
  const chosen: number[] = []
  while (chosen.length < k) {
    let next = -1
    for (const i of order) if (!chosen.includes(i) && (next < 0 || nearest[i]! > nearest[next]!)) next = i
    chosen.push(next)
    for (let i = 0; i < n; i++) {
      let distance = 0
      for (let j = 0; j < p; j++) distance += ((z[i * p + j]! || 0) - (z[next * p + j]! || 0)) ** 2
      nearest[i] = Math.min(nearest[i]!, distance)
    }
  }
  return Int32Array.from(chosen)
}

import type { RandomStream } from '../../math/index.ts'

/** Draws z ~ N(0, I), count x width, antithetic: row 2i + 1 is the negative of row 2i. `count` is even. */
export function antitheticDraws(count: number, width: number, stream: RandomStream): Float32Array {
  const z = new Float32Array(count * width)
  for (let pair = 0; pair < count / 2; pair++) {
    const at = 2 * pair * width
    for (let k = 0; k < width; k++) {
      const v = stream.normal()
      z[at + k] = v
      z[at + width + k] = -v
    }
  }
  return z
}

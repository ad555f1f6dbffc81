import type { Named } from './histogram.ts'
import type { Picture } from './picture.ts'

const RADII = [1, 3]
/** Neighbours in a circle; with 8, uniform patterns have 0..8 bright ones. */
const POINTS = 8

/**
 * Histogram of rotation-invariant uniform local binary patterns (Ojala, Pietikäinen & Mäenpää 2002) at 1 and 3 px: how
 * many of eight neighbours are at least as bright as the centre, where they stand together; the rest is «mixed».
 */
export function patternDescriptors(picture: Picture): Named[] {
  return RADII.flatMap((radius) => {
    const counts = new Float64Array(POINTS + 2)
    let total = 0
    for (let r = radius; r + radius < picture.rows; r++)
      for (let c = radius; c + radius < picture.columns; c++) {
        counts[patternAt(picture, r, c, radius)]!++
        total++
      }
    return Array.from(counts, (count, k): Named => [
      `pattern ${k > POINTS ? 'mixed' : k} at ${radius} px`,
      total === 0 ? 0 : count / total,
    ])
  })
}

function patternAt({ columns, grey }: Picture, r: number, c: number, radius: number): number {
  const centre = grey[r * columns + c]!
  let bright = 0
  let changes = 0
  let last = neighbour(POINTS - 1)
  for (let k = 0; k < POINTS; k++) {
    const here = neighbour(k)
    bright += here
    if (here !== last) changes++
    last = here
  }
  return changes <= 2 ? bright : POINTS + 1

  function neighbour(k: number): number {
    const angle = (2 * Math.PI * k) / POINTS
    const row = r + Math.round(radius * Math.sin(angle))
    const column = c + Math.round(radius * Math.cos(angle))
    return grey[row * columns + column]! >= centre ? 1 : 0
  }
}

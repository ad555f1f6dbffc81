import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encode } from 'fast-png'

/**
 * Draws resources/icon.png: a polished section with grains, one of them lit. Run after a change of this file:
 * `node main/app/make-icon.ts`. The grains are a Voronoi map of jittered points, the same on every run.
 */
const sizePx = 512
const cornerPx = 96
const cells = 4
const samples = 3

interface Grain {
  readonly x: number
  readonly y: number
  readonly tone: readonly [number, number, number]
}

const jitter = (i: number, j: number, k: number): number => {
  let h = Math.imul((i * 73_856_093) ^ (j * 19_349_663) ^ (k * 83_492_791), 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  return ((h ^ (h >>> 13)) >>> 0) / 2 ** 32
}

function grains(): Grain[] {
  const step = sizePx / cells
  const all: Grain[] = []
  for (let i = -1; i <= cells; i++)
    for (let j = -1; j <= cells; j++) {
      const grey = 70 + 90 * jitter(i, j, 3)
      const lit = i === 2 && j === 1
      all.push({
        x: (i + 0.5 + 0.7 * (jitter(i, j, 1) - 0.5)) * step,
        y: (j + 0.5 + 0.7 * (jitter(i, j, 2) - 0.5)) * step,
        tone: lit ? [230, 159, 0] : [grey, grey + 3, grey + 8],
      })
    }
  return all
}

/** Colour of a point, or null outside the rounded square. */
function colourAt(x: number, y: number, all: readonly Grain[]): readonly [number, number, number] | null {
  const dx = Math.max(cornerPx - x, x - (sizePx - cornerPx), 0)
  const dy = Math.max(cornerPx - y, y - (sizePx - cornerPx), 0)
  if (Math.hypot(dx, dy) > cornerPx) return null
  let first = Infinity
  let second = Infinity
  let tone: readonly [number, number, number] = [0, 0, 0]
  for (const grain of all) {
    const distance = Math.hypot(x - grain.x, y - grain.y)
    if (distance < first) {
      second = first
      first = distance
      tone = grain.tone
    } else if (distance < second) second = distance
  }
  return second - first < 9 ? [28, 30, 33] : tone
}

function draw(): Uint8Array {
  const all = grains()
  const data = new Uint8Array(sizePx * sizePx * 4)
  for (let row = 0; row < sizePx; row++)
    for (let col = 0; col < sizePx; col++) {
      const sum = [0, 0, 0]
      let inside = 0
      for (let k = 0; k < samples * samples; k++) {
        const colour = colourAt(
          col + ((k % samples) + 0.5) / samples,
          row + (Math.floor(k / samples) + 0.5) / samples,
          all,
        )
        if (colour === null) continue
        inside++
        for (let c = 0; c < 3; c++) sum[c]! += colour[c]!
      }
      const at = 4 * (row * sizePx + col)
      for (let c = 0; c < 3; c++) data[at + c] = inside === 0 ? 0 : Math.round(sum[c]! / inside)
      data[at + 3] = Math.round((255 * inside) / (samples * samples))
    }
  return data
}

const target = fileURLToPath(new URL('../../resources/icon.png', import.meta.url))
writeFileSync(target, encode({ width: sizePx, height: sizePx, data: draw(), channels: 4, depth: 8 }))

import type { Named } from './histogram.ts'
import type { Picture } from './picture.ts'

const BINS = 64

/**
 * Area share of the bright phase and mean and spread of the chords of both phases along rows and columns, after a
 * threshold by the picture's own histogram (Otsu 1979). Chords that meet the frame are left out.
 */
export function chordDescriptors(picture: Picture): Named[] {
  const threshold = otsu(picture.grey)
  const bright = Uint8Array.from(picture.grey, (v) => (v > threshold ? 1 : 0))
  const share = bright.reduce((sum, v) => sum + v, 0) / Math.max(1, bright.length)
  const chords: [number[], number[]] = [[], []]
  collect(picture.rows, picture.columns, (r, c) => bright[r * picture.columns + c]!, chords)
  collect(picture.columns, picture.rows, (r, c) => bright[c * picture.columns + r]!, chords)
  return [
    ['bright share', share],
    ...(['dark', 'bright'] as const).flatMap((name, phase): Named[] => {
      const own = chords[phase]!
      const mean = own.reduce((sum, v) => sum + v, 0) / Math.max(1, own.length)
      const square = own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, own.length)
      const perPixel = own.length / Math.max(1, 2 * bright.length)
      return [
        [`${name} chord, px`, mean],
        [`${name} chord sd, px`, Math.sqrt(square)],
        [`${name} chords a px`, perPixel],
      ]
    }),
  ]
}

function collect(
  lines: number,
  length: number,
  phaseAt: (line: number, at: number) => number,
  chords: readonly number[][],
): void {
  for (let line = 0; line < lines; line++) {
    let start = 0
    for (let at = 1; at < length; at++) {
      if (phaseAt(line, at) === phaseAt(line, at - 1)) continue
      if (start > 0) chords[phaseAt(line, at - 1)]!.push(at - start)
      start = at
    }
  }
}

/** Threshold between the two classes whose means differ most for their sizes (Otsu 1979), on 64 steps. */
function otsu(grey: Float32Array): number {
  let low = Infinity
  let high = -Infinity
  for (const v of grey) {
    low = Math.min(low, v)
    high = Math.max(high, v)
  }
  if (!(high > low)) return low
  const counts = new Float64Array(BINS)
  for (const v of grey) counts[Math.min(BINS - 1, Math.floor(((v - low) / (high - low)) * BINS))]!++
  const total = grey.length
  const whole = counts.reduce((sum, count, b) => sum + count * b, 0)
  let below = 0
  let sum = 0
  let best = 0
  let bestValue = -1
  for (let b = 0; b + 1 < BINS; b++) {
    below += counts[b]!
    sum += counts[b]! * b
    if (below === 0 || below === total) continue
    const gap = sum / below - (whole - sum) / (total - below)
    const value = below * (total - below) * gap * gap
    if (value > bestValue) {
      bestValue = value
      best = b
    }
  }
  return low + ((best + 1) / BINS) * (high - low)
}

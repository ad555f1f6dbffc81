import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomStream } from '../../main/engine/math/index.ts'
import { encodeGreyPng } from '../../main/engine/readers/index.ts'

const SIDE_PX = 96

/** Bright discs on a dark, slightly noisy matrix: PNG bytes. Another number gives another picture. */
export function micrographPng(number: number, radiusPx = 4): Uint8Array {
  const random = randomStream(number, 'micrograph')
  const pixels = new Uint8Array(SIDE_PX * SIDE_PX)
  for (let i = 0; i < pixels.length; i++) pixels[i] = 50 + Math.round(4 * random.normal())
  for (let k = 0; k < 16; k++) {
    const [row, col] = [random.uniform() * SIDE_PX, random.uniform() * SIDE_PX]
    for (let r = Math.ceil(row - radiusPx); r <= row + radiusPx; r++)
      for (let c = Math.ceil(col - radiusPx); c <= col + radiusPx; c++)
        if (
          r >= 0 &&
          c >= 0 &&
          r < SIDE_PX &&
          c < SIDE_PX &&
          (r - row) ** 2 + (c - col) ** 2 <= radiusPx ** 2
        )
          pixels[r * SIDE_PX + c] = 200
  }
  return encodeGreyPng(pixels, SIDE_PX, SIDE_PX)
}

export function blankPng(grey = 128): Uint8Array {
  return encodeGreyPng(new Uint8Array(SIDE_PX * SIDE_PX).fill(grey), SIDE_PX, SIDE_PX)
}

/** A folder with the given files; answers its path. */
export function folderOf(path: string, files: Readonly<Record<string, Uint8Array | string>>): string {
  mkdirSync(path, { recursive: true })
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(path, name), bytes)
  return path
}

/** `count` micrographs S1.png, S2.png … whose discs grow with the ageing time of `processCsv`. */
export function micrographs(count: number): Record<string, Uint8Array> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, k) => [`S${k + 1}.png`, micrographPng(k + 1, 3 + (k % 4))]),
  )
}

/** Process table of those specimens: two process columns and one property, no two rows alike. */
export function processCsv(count: number): string {
  const rows = Array.from({ length: count }, (_, k) => {
    const hours = 1 + 2 * (k % 4)
    return `S${k + 1},${hours},${450 + 10 * ((k * 3) % 5)},${200 + 15 * hours + ((k * 7) % 5)}`
  })
  return ['specimen,ageing time (h),ageing temperature (°C),hardness (HV)', ...rows].join('\n')
}

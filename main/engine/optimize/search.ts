import type { Progress } from '../dataset/table.ts'
import type { RandomStream } from '../math/index.ts'
import { pointDistance } from './space.ts'

/** Scores of n points of the unit cube (n x q); larger is better. */
export type Score = (points: Float64Array, n: number) => Float64Array

const chunk = 256

/** Scores in chunks with a look at the cancel flag between them. */
export function scoreAll(score: Score, points: Float64Array, q: number, progress: Progress): Float64Array {
  const n = points.length / q
  const out = new Float64Array(n)
  for (let start = 0; start < n; start += chunk) {
    progress.check()
    const end = Math.min(n, start + chunk)
    out.set(score(points.slice(start * q, end * q), end - start), start)
  }
  return out
}

/** The best points of a pool that keep at least `apart` from each other; fewer when the pool holds no more. */
export function pickStarts(
  points: Float64Array,
  scores: Float64Array,
  q: number,
  count: number,
  apart: number,
): Float64Array[] {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b)
  const starts: Float64Array[] = []
  for (const i of order) {
    if (starts.length === count) break
    const point = points.slice(i * q, (i + 1) * q)
    if (starts.every((other) => pointDistance(other, point) >= apart)) starts.push(point)
  }
  return starts
}

/**
 * Climbs from all starts at once: compass search (Hooke & Jeeves 1961; Kolda, Lewis & Torczon 2003) with polls along
 * each axis, along two seeded random directions and on along the last move, so that ridges across the axes are followed.
 * The step halves when no poll is better, from `firstStep` down to `lastStep`, and grows again with success. Points stay in the cube. All polls of a round are one call
 * of `score`: a model predicts a hundred rows in nearly the time of one.
 */
export function climb(
  starts: readonly Float64Array[],
  score: Score,
  random: RandomStream,
  progress: Progress,
  options: { firstStep: number; lastStep: number; rounds: number },
): { point: Float64Array; score: number }[] {
  const q = starts[0]?.length ?? 0
  if (q === 0) return []
  const flat = Float64Array.from(starts.flatMap((s) => [...s]))
  const first = scoreAll(score, flat, q, progress)
  const state = starts.map((point, i) => ({
    point,
    score: first[i]!,
    step: options.firstStep,
    lastMove: new Float64Array(q),
  }))
  for (let round = 0; round < options.rounds; round++) {
    const active = state.filter((s) => s.step >= options.lastStep)
    if (active.length === 0) break
    const directions = 2 * q + 6
    const polls = new Float64Array(active.length * directions * q)
    active.forEach((s, a) => {
      const spins = [randomDirection(q, random), randomDirection(q, random)]
      for (let k = 0; k < directions; k++) {
        const sign = k % 2 === 0 ? 1 : -1
        const axis = k >> 1
        for (let j = 0; j < q; j++) {
          const onward = (k % 2 === 0 ? 2 : 0.5) * s.lastMove[j]!
          const move = axis < q ? (j === axis ? 1 : 0) : (spins[axis - q]?.[j] ?? 0)
          const value = s.point[j]! + (axis === q + 2 ? onward : sign * s.step * move)
          polls[(a * directions + k) * q + j] = Math.min(1, Math.max(0, value))
        }
      }
    })
    const scores = scoreAll(score, polls, q, progress)
    active.forEach((s, a) => {
      let best = -1
      for (let k = 0; k < directions; k++) {
        const value = scores[a * directions + k]!
        if (value > s.score) {
          s.score = value
          best = k
        }
      }
      if (best < 0) {
        s.step /= 2
        s.lastMove.fill(0)
        return
      }
      const next = polls.slice((a * directions + best) * q, (a * directions + best + 1) * q)
      s.lastMove = next.map((v, j) => v - s.point[j]!)
      s.point = next
      s.step = Math.min(options.firstStep, 1.5 * s.step)
    })
  }
  return state.map((s) => ({ point: s.point, score: s.score })).sort((a, b) => b.score - a.score)
}

function randomDirection(q: number, random: RandomStream): Float64Array {
  const v = Float64Array.from({ length: q }, () => random.normal())
  const norm = Math.hypot(...v) || 1
  return v.map((x) => x / norm)
}

import type { RandomStream } from '../math/index.ts'
import { logSizeCut, relativeDiameter, smallestSection } from './section.ts'

/** One precipitate as the polished plane shows it. Lengths in px of the micrograph, angles in radians. */
export interface SectionParticle {
  readonly centreRow: number
  readonly centreCol: number
  /** Radius of the circle of equal area. */
  readonly radius: number
  readonly aspectRatio: number
  readonly angle: number
  /** Waviness of the outline: amplitude and phase of the 3rd, 4th and 5th harmonic. */
  readonly waves: readonly (readonly [order: number, amplitude: number, phase: number])[]
}

/** Largest distance of the outline from the centre over the equivalent radius. */
export function reach(particle: SectionParticle): number {
  const wave = particle.waves.reduce((sum, [, amplitude]) => sum + amplitude, 0)
  return particle.radius * Math.sqrt(particle.aspectRatio) * (1 + wave)
}

/** Equivalent radius of a random section of the sphere population of mean radius 1. */
function drawSectionRadius(random: RandomStream): number {
  const largest = relativeDiameter(logSizeCut)
  for (;;) {
    const z = random.normal()
    if (Math.abs(z) > logSizeCut) continue
    const sphere = relativeDiameter(z)
    if (random.uniform() * largest > sphere) continue
    const u = random.uniform()
    const section = sphere * Math.sqrt(1 - u * u)
    if (section >= smallestSection) return section
  }
}

/**
 * Sections of precipitates over a window of rows x cols px by random sequential addition with a hard core (Widom
 * 1966), largest first: no two outlines come closer than `gapPx`. The plane goes on beyond the window, so border
 * particles are cut by it. The fraction of the whole plane is `areaFraction`; that of the window scatters about it.
 */
export function placeParticles(
  request: {
    rows: number
    cols: number
    areaFraction: number
    meanSphereRadiusPx: number
    aspectRatio: number
    gapPx: number
  },
  random: RandomStream,
): SectionParticle[] {
  const { rows, cols, areaFraction, meanSphereRadiusPx, gapPx } = request
  const margin = 2.6 * meanSphereRadiusPx
  const target = areaFraction * (rows + 2 * margin) * (cols + 2 * margin)
  const waiting: Omit<SectionParticle, 'centreRow' | 'centreCol'>[] = []
  let area = 0
  for (;;) {
    const radius = meanSphereRadiusPx * drawSectionRadius(random)
    const own = Math.PI * radius * radius
    // The last particle is taken with the probability that keeps the expected fraction at its target.
    if (area + own > target && random.uniform() * own > target - area) break
    waiting.push({
      radius,
      aspectRatio: Math.max(1.01, 1 + (request.aspectRatio - 1) * Math.exp(0.4 * random.normal() - 0.08)),
      angle: random.uniform() * Math.PI,
      waves: [3, 4, 5].map((order) => [order, 0.02 * random.uniform(), 2 * Math.PI * random.uniform()]),
    })
    area += own
    if (area > target) break
  }
  waiting.sort((a, b) => b.radius - a.radius)

  // Distances wrap around the extended window: no side has fewer neighbours, so density is the same everywhere.
  const height = rows + 2 * margin
  const width = cols + 2 * margin
  const placed: SectionParticle[] = []
  for (const shape of waiting) {
    for (let attempt = 0; attempt < 3000; attempt++) {
      const particle: SectionParticle = {
        ...shape,
        centreRow: random.uniform() * height - margin,
        centreCol: random.uniform() * width - margin,
      }
      const own = reach(particle) + gapPx
      const clear = placed.every((other) => {
        const dr = Math.abs(other.centreRow - particle.centreRow)
        const dc = Math.abs(other.centreCol - particle.centreCol)
        return Math.hypot(Math.min(dr, height - dr), Math.min(dc, width - dc)) >= own + reach(other)
      })
      if (!clear) continue
      placed.push(particle)
      break
    }
  }
  return placed
}

import { ContractError } from '../../contract/index.ts'
import { randomStream, type RandomStream } from '../math/index.ts'
import { scatter } from './constants.ts'
import { drawDatabar } from './databar.ts'
import { blur, mottle } from './optics.ts'
import { placeParticles, reach, type SectionParticle } from './particles.ts'

/** Shape of every simulated micrograph, px; the databar is the last rows. */
export const micrographShape = { rows: 512, cols: 512, databarRows: 28 } as const

/** What of a specimen the microscope sees. CampaignSpecimen fits through `microscopeView`. */
export interface MicroscopeView {
  readonly name: string
  readonly areaFraction: number
  readonly meanRadiusNm: number
  readonly aspectRatioMean: number
  readonly pixelSizeUm: number
}

export interface SimulatedMicrograph {
  readonly fileName: string
  readonly rows: number
  readonly cols: number
  /** rows x cols, 8-bit grey, row-major. */
  readonly pixels: Uint8Array
  readonly databarRows: number
  readonly pixelSizeUm: number
  /** rows x cols: 0 matrix and databar, 1..k precipitates. A pixel belongs to a particle when its centre does. */
  readonly truthLabels: Int32Array
  /** Of the rows above the databar, 0..1. */
  readonly trueAreaFraction: number
  readonly objectCount: number
  /** Mean equivalent circle diameter, µm, of the sections that lie wholly in the field; null when there is none. */
  readonly trueEquivalentCircleDiameterMeanUm: number | null
}

export function microscopeView(specimen: {
  readonly name: string
  readonly actual: Omit<MicroscopeView, 'name' | 'pixelSizeUm'>
  readonly pixelSizeUm: number
}): MicroscopeView {
  const { areaFraction, meanRadiusNm, aspectRatioMean } = specimen.actual
  return {
    name: specimen.name,
    areaFraction,
    meanRadiusNm,
    aspectRatioMean,
    pixelSizeUm: specimen.pixelSizeUm,
  }
}

/**
 * Renders one field (1-based) of a specimen as a backscattered-electron image of a polished section: B2-NiAl, of lower
 * mean atomic number, dark in the Fe–Cr matrix; channelling contrast across a grain boundary in some fields, an
 * edge rim, blur of the probe, shading, shot and read noise, line noise, and a databar. Deterministic per
 * (seed, specimen, field), independent of any other field. Error BAD_REQUEST for a field below 1 or a size that is
 * not positive.
 */
export function renderMicrograph(specimen: MicroscopeView, field: number, seed: number): SimulatedMicrograph {
  if (!Number.isInteger(field) || field < 1)
    throw new ContractError('BAD_REQUEST', 'Fields are numbered from 1.', String(field))
  if (!(specimen.pixelSizeUm > 0 && specimen.meanRadiusNm > 0 && specimen.areaFraction >= 0))
    throw new ContractError(
      'BAD_REQUEST',
      'Pixel size and radius are positive, the fraction 0 or more.',
      specimen.name,
    )
  const { rows, cols, databarRows } = micrographShape
  const imageRows = rows - databarRows
  const random = randomStream(seed, `simulate/micrograph/${specimen.name}/${String(field)}`)
  const particles = placeParticles(
    {
      rows: imageRows,
      cols,
      areaFraction: specimen.areaFraction * Math.max(0.5, 1 + scatter.fieldFraction * random.normal()),
      meanSphereRadiusPx: specimen.meanRadiusNm / 1000 / specimen.pixelSizeUm,
      aspectRatio: specimen.aspectRatioMean,
      gapPx: 1.25,
    },
    random.child('particles'),
  )
  const truthLabels = new Int32Array(rows * cols)
  const look = drawLook(random.child('look'))
  const scene = paintScene(imageRows, cols, look, random.child('scene'))
  const objects = paintParticles(scene, truthLabels, imageRows, cols, particles, look, random.child('paint'))
  blur(scene, imageRows, cols, look.blurPx)
  const pixels = expose(scene, rows, imageRows, cols, look, random.child('noise'))
  drawDatabar(pixels, micrographShape, { specimen: specimen.name, field, pixelSizeUm: specimen.pixelSizeUm })

  let covered = 0
  for (let i = 0; i < imageRows * cols; i++) if (truthLabels[i]! > 0) covered++
  const whole = objects.filter((o) => o.whole)
  return {
    fileName: `${specimen.name}_f${String(field)}.png`,
    rows,
    cols,
    pixels,
    databarRows,
    pixelSizeUm: specimen.pixelSizeUm,
    truthLabels,
    trueAreaFraction: covered / (imageRows * cols),
    objectCount: objects.length,
    trueEquivalentCircleDiameterMeanUm:
      whole.length === 0
        ? null
        : (whole.reduce((sum, o) => sum + 2 * o.radius, 0) / whole.length) * specimen.pixelSizeUm,
  }
}

/** How the operator and the day set this image. Grey levels of 255. */
interface Look {
  readonly matrix: number
  readonly contrast: number
  readonly rim: number
  readonly rimDirection: number
  readonly blurPx: number
  readonly gain: number
  readonly read: number
  readonly lineNoise: number
  readonly shading: readonly [number, number, number]
}

function drawLook(random: RandomStream): Look {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform()
  return {
    matrix: between(128, 158),
    contrast: between(46, 66),
    rim: between(5, 14),
    rimDirection: between(0, 2 * Math.PI),
    blurPx: between(0.8, 1.25),
    gain: between(0.28, 0.5),
    read: between(2.5, 4),
    lineNoise: between(0.4, 1.1),
    shading: [between(-0.07, 0.07), between(-0.07, 0.07), between(-0.06, 0.01)],
  }
}

/** Matrix grey with channelling contrast: a few grains meet in about half of the fields. */
function paintScene(rows: number, cols: number, look: Look, random: RandomStream): Float32Array {
  const scene = new Float32Array(rows * cols)
  const clouds = mottle(rows, cols, 120, random)
  const fine = mottle(rows, cols, 26, random)
  const grains = random.uniform() < 0.5 ? 1 : 2
  const lean = random.uniform() * Math.PI
  const offset = (random.uniform() - 0.5) * 0.5 * cols
  const step = grains === 1 ? 0 : 5 + 5 * random.uniform()
  const wander = mottle(rows, cols, 90, random)
  const ur = Math.sin(lean)
  const uc = Math.cos(lean)
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++) {
      let grey = look.matrix + 1.2 * clouds(r, c) + 0.7 * fine(r, c)
      if (grains === 2) {
        const side = ur * (r - rows / 2) + uc * (c - cols / 2) - offset + 5 * wander(r, c)
        grey += step * Math.min(0.5, Math.max(-0.5, side / 2)) - (Math.abs(side) < 1.2 ? 5 : 0)
      }
      scene[r * cols + c] = grey
    }
  return scene
}

/** Paints particles and their truth; returns those of which at least one pixel lies in the field. */
function paintParticles(
  scene: Float32Array,
  labels: Int32Array,
  rows: number,
  cols: number,
  particles: readonly SectionParticle[],
  look: Look,
  random: RandomStream,
): { radius: number; whole: boolean }[] {
  const objects: { radius: number; whole: boolean }[] = []
  for (const particle of particles) {
    const far = reach(particle) + 5
    const contrast = look.contrast * (1 + 0.08 * random.normal())
    const top = Math.max(0, Math.floor(particle.centreRow - far))
    const bottom = Math.min(rows - 1, Math.ceil(particle.centreRow + far))
    const left = Math.max(0, Math.floor(particle.centreCol - far))
    const right = Math.min(cols - 1, Math.ceil(particle.centreCol + far))
    const label = objects.length + 1
    const long = Math.sqrt(particle.aspectRatio)
    const cos = Math.cos(particle.angle)
    const sin = Math.sin(particle.angle)
    let seen = false
    for (let r = top; r <= bottom; r++)
      for (let c = left; c <= right; c++) {
        const dr = r - particle.centreRow
        const dc = c - particle.centreCol
        const x = (dc * cos + dr * sin) / long
        const y = (dr * cos - dc * sin) * long
        const distance = Math.hypot(x, y)
        const theta = Math.atan2(y, x)
        let outline = 1
        for (const [order, amplitude, phase] of particle.waves)
          outline += amplitude * Math.cos(order * theta + phase)
        // First-order distance to the outline: exact for a circle, within some per cent for these ellipses.
        const outside = distance - particle.radius * outline
        if (outside > 5) continue
        const at = r * cols + c
        const coverage = Math.min(1, Math.max(0, 0.5 - outside))
        const lit = 0.5 + 0.5 * Math.cos(Math.atan2(dr, dc) - look.rimDirection)
        const rim = look.rim * lit * Math.exp(-(((outside - 1) / 1.4) ** 2))
        scene[at]! += rim * (1 - coverage) - contrast * coverage
        if (outside < 0) {
          labels[at] = label
          seen = true
        }
      }
    if (!seen) continue
    const edge = reach(particle)
    const whole =
      particle.centreRow - edge > 0 &&
      particle.centreCol - edge > 0 &&
      particle.centreRow + edge < rows - 1 &&
      particle.centreCol + edge < cols - 1
    objects.push({ radius: particle.radius, whole })
  }
  return objects
}

/** Shading, shot noise (variance in proportion to signal), read noise, line noise, 8-bit clipping. */
function expose(
  scene: Float32Array,
  rows: number,
  imageRows: number,
  cols: number,
  look: Look,
  random: RandomStream,
): Uint8Array {
  const pixels = new Uint8Array(rows * cols)
  const [tiltR, tiltC, bowl] = look.shading
  for (let r = 0; r < imageRows; r++) {
    const line = look.lineNoise * random.normal()
    const y = (2 * r) / imageRows - 1
    for (let c = 0; c < cols; c++) {
      const x = (2 * c) / cols - 1
      const signal = scene[r * cols + c]! * (1 + tiltR * y + tiltC * x + bowl * (x * x + y * y))
      const noise = Math.sqrt(Math.max(0, look.gain * signal) + look.read ** 2) * random.normal()
      pixels[r * cols + c] = Math.min(255, Math.max(0, Math.round(signal + line + noise)))
    }
  }
  return pixels
}

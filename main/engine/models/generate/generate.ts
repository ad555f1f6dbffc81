import { ContractError } from '../../../contract/index.ts'
import { nextPowerOfTwo, randomStream, type RandomStream } from '../../math/index.ts'
import { drawFractions, drawGreyLevels } from './marginal.ts'
import { decodePair, type FieldPair } from './spectral.ts'
import type { GenerateOptions, GeneratedImage, GeneratorState } from './types.ts'
import { weightsAt } from './weights.ts'

const largestSide = 4096

/**
 * Images of one condition. Powers of two come out periodic (they tile without a seam); other sizes are cut from the
 * next power. Image i depends on the seed and i alone. Phases are 0..P−1, grey levels 0..255. Error BAD_REQUEST for a
 * condition or size that cannot be.
 */
export function generate(
  state: GeneratorState,
  condition: readonly number[],
  options: GenerateOptions,
): GeneratedImage[] {
  const { height, width, count, seed } = options
  for (const side of [height, width])
    if (!(Number.isInteger(side) && side >= 8 && side <= largestSide))
      throw new ContractError(
        'BAD_REQUEST',
        `An image is 8 to ${largestSide} px wide and high.`,
        String(side),
      )
  if (!Number.isInteger(count) || count < 0)
    throw new ContractError('BAD_REQUEST', 'The number of images is a whole number.', String(count))
  const weights = weightsAt(state, condition)
  const grid = {
    rows: Math.max(32, nextPowerOfTwo(height)),
    cols: Math.max(32, nextPowerOfTwo(width)),
    reduction: state.reduction,
  }
  const latent = state.settings.latent
  return Array.from({ length: count }, (_, i) => {
    const random = randomStream(seed, `generate/image/${i}`)
    const draws = options.weights === 'mean' ? null : random.child('weights')
    const z = Float64Array.from({ length: latent }, () => (draws === null ? 0 : draws.normal()))
    const noise = Array.from({ length: weights.fields }, (_, f) => ({
      source: white(grid.rows * grid.cols, random.child(`source/${f}`)),
      grain: state.kind === 'grey' ? white(grid.rows * grid.cols, random.child(`grain/${f}`)) : null,
    }))
    const fields = decodePair(
      weights.modulation(z),
      weights.layout,
      weights.fields,
      grid,
      noise,
      state.settings,
    ).map(({ first }) => first)
    const trend = draws === null ? null : draws.child('marginal')
    const whole =
      state.kind === 'grey'
        ? greyImage(fields[0]!, drawGreyLevels(state, weights.features, trend))
        : phaseImage(
            fields,
            drawFractions(state, weights.features, grid.rows * grid.cols, trend, random.child('scatter')),
          )
    return { pixels: cropped(whole, grid.cols, height, width), height, width, z }
  })
}

function white(size: number, random: RandomStream): FieldPair {
  return { first: Float64Array.from({ length: size }, () => random.normal()), second: new Float64Array(size) }
}

/** Phase k is the part of what is left where field k is highest, as large as its fraction says. */
function phaseImage(fields: readonly Float64Array[], fractions: Float64Array): Uint8Array {
  const n = fields[0]!.length
  const pixels = new Uint8Array(n)
  let left = Uint32Array.from({ length: n }, (_, i) => i)
  fields.forEach((field, k) => {
    const size = Math.min(left.length, Math.round(fractions[k]! * n))
    const order = left.sort((a, b) => field[b]! - field[a]! || a - b)
    for (let i = 0; i < size; i++) pixels[order[i]!] = k + 1
    left = order.subarray(size)
  })
  return pixels
}

/** The pixel of each rank gets the grey level of that rank. */
function greyImage(field: Float64Array, levels: Float64Array): Uint8Array {
  const n = field.length
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => field[a]! - field[b]! || a - b)
  const pixels = new Uint8Array(n)
  const knots = levels.length
  for (let rank = 0; rank < n; rank++) {
    const place = Math.min(knots - 1, Math.max(0, ((rank + 0.5) / n) * knots - 0.5))
    const below = Math.min(knots - 2, Math.floor(place))
    const value = levels[below]! + (place - below) * (levels[below + 1]! - levels[below]!)
    pixels[order[rank]!] = Math.min(255, Math.max(0, Math.round(value)))
  }
  return pixels
}

function cropped(whole: Uint8Array, wide: number, height: number, width: number): Uint8Array {
  const pixels = new Uint8Array(height * width)
  for (let r = 0; r < height; r++) pixels.set(whole.subarray(r * wide, r * wide + width), r * width)
  return pixels
}

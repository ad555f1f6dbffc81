import { classColours, okabeIto } from '../../main/figures/tokens.ts'

export type ColourBy = 'class' | 'object'

/** Orange stands for the selected object alone, so that it is found at once among all others. */
export const selectedColour = okabeIto.orange
const objectColours: readonly string[] = classColours.filter((colour) => colour !== selectedColour)

export function labelColours(by: ColourBy): readonly string[] {
  return by === 'class' ? classColours : objectColours
}

/** Place in `labelColours`; objects next in number get different colours. All objects are of the first class. */
export function colourIndex(label: number, by: ColourBy): number {
  return by === 'class' ? 0 : label % objectColours.length
}

export function rgbOf(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

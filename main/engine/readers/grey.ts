import type { RawImage } from './types.ts'

/** Weights of Rec. ITU-R BT.601 luma. */
const red = 0.299
const green = 0.587
const blue = 0.114

/** Whether colour carries nothing: the channels of every pixel are equal, as instruments write grey. */
function isGreyInColour(image: RawImage): boolean {
  const { pixels, channels } = image
  for (let i = 0; i < pixels.length; i += channels)
    if (pixels[i] !== pixels[i + 1] || pixels[i] !== pixels[i + 2]) return false
  return true
}

/**
 * Grey values of an image, rows × cols in C order, 0..1 of the range of its dtype; colour by Rec. 601 luma,
 * alpha ignored. Equal channels give exactly their own value.
 */
export function toGrey(image: RawImage): Float32Array {
  const { pixels, channels } = image
  const scale = 1 / (image.dtype === 'uint16' ? 65535 : 255)
  const grey = new Float32Array(image.rows * image.cols)
  if (channels < 3 || isGreyInColour(image)) {
    for (let i = 0; i < grey.length; i++) grey[i] = pixels[i * channels]! * scale
    return grey
  }
  for (let i = 0, at = 0; i < grey.length; i++, at += channels)
    grey[i] = (red * pixels[at]! + green * pixels[at + 1]! + blue * pixels[at + 2]!) * scale
  return grey
}

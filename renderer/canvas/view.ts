/**
 * Where a picture lies on the screen. A picture point (x right, y down, in picture px; pixel i covers i … i + 1)
 * is at `offset + scale · point`, in CSS px of the canvas.
 */
export interface View {
  readonly scale: number
  readonly offsetX: number
  readonly offsetY: number
}
export interface Size {
  readonly width: number
  readonly height: number
}
export interface Point {
  readonly x: number
  readonly y: number
}

export const maxScale = 64

export function toScreen(view: View, point: Point): Point {
  return { x: view.offsetX + view.scale * point.x, y: view.offsetY + view.scale * point.y }
}

export function toPicture(view: View, point: Point): Point {
  return { x: (point.x - view.offsetX) / view.scale, y: (point.y - view.offsetY) / view.scale }
}

/** The whole picture, centred, as large as it fits; small pictures are not enlarged beyond 8. */
export function fit(picture: Size, canvas: Size, marginPx = 0): View {
  const width = Math.max(1, canvas.width - 2 * marginPx)
  const height = Math.max(1, canvas.height - 2 * marginPx)
  const scale = Math.min(8, width / picture.width, height / picture.height)
  return {
    scale,
    offsetX: (canvas.width - scale * picture.width) / 2,
    offsetY: (canvas.height - scale * picture.height) / 2,
  }
}

/** The least scale: half of the fitting one, so that a picture cannot get lost. */
export function minScale(picture: Size, canvas: Size): number {
  return fit(picture, canvas).scale / 2
}

/** Zooms by `factor` while the picture point under `at` stays where it is. */
export function zoomAt(view: View, at: Point, factor: number, picture: Size, canvas: Size): View {
  const low = Math.min(minScale(picture, canvas), view.scale)
  const scale = Math.min(maxScale, Math.max(low, view.scale * factor))
  const fixed = toPicture(view, at)
  return { scale, offsetX: at.x - scale * fixed.x, offsetY: at.y - scale * fixed.y }
}

/** Moves by screen px; at least `keepPx` of the picture stay on the canvas on each axis. */
export function panBy(view: View, dx: number, dy: number, picture: Size, canvas: Size, keepPx = 48): View {
  const held = (offset: number, length: number, room: number) => {
    const keep = Math.min(keepPx, length, room)
    return Math.min(room - keep, Math.max(keep - length, offset))
  }
  return {
    scale: view.scale,
    offsetX: held(view.offsetX + dx, view.scale * picture.width, canvas.width),
    offsetY: held(view.offsetY + dy, view.scale * picture.height, canvas.height),
  }
}

/** Moves the picture just so far that a point is on the canvas, `marginPx` from its edge. */
export function reveal(view: View, point: Point, canvas: Size, marginPx = 40): View {
  const at = toScreen(view, point)
  const shift = (value: number, room: number) => {
    const margin = Math.min(marginPx, room / 2)
    return value < margin ? margin - value : value > room - margin ? room - margin - value : 0
  }
  return {
    scale: view.scale,
    offsetX: view.offsetX + shift(at.x, canvas.width),
    offsetY: view.offsetY + shift(at.y, canvas.height),
  }
}

/** The part of the picture that the canvas shows, in picture px, cut to the picture. */
export function visiblePart(
  view: View,
  picture: Size,
  canvas: Size,
): { x0: number; y0: number; x1: number; y1: number } {
  const a = toPicture(view, { x: 0, y: 0 })
  const b = toPicture(view, { x: canvas.width, y: canvas.height })
  return {
    x0: Math.max(0, a.x),
    y0: Math.max(0, a.y),
    x1: Math.min(picture.width, b.x),
    y1: Math.min(picture.height, b.y),
  }
}

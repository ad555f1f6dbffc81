import { traceOutlines } from './contours.ts'
import { labelBoxes, type Box, type LabelImage } from './labels.ts'
import { colourIndex, labelColours, rgbOf, type ColourBy } from './palette.ts'
import type { Size, View } from './view.ts'
import { visiblePart } from './view.ts'

const tilePx = 256
/** Beyond this many visible pieces outlines only blacken the picture; the fill still shows every object. */
const maxPieces = 160_000

interface Tile {
  box: Box
  pieces: number
  paths: { colour: string; path: Path2D }[]
}

/** What is drawn of a label image: a fill picture, outlines by tile, and one object by itself. */
export class Overlay {
  readonly image: LabelImage
  readonly boxes: Map<number, Box>
  readonly #by: ColourBy
  readonly #tiles = new Map<number, Tile>()
  #fill: HTMLCanvasElement | null = null
  readonly #objects = new Map<string, { path: Path2D; fill: HTMLCanvasElement; box: Box }>()

  constructor(image: LabelImage, by: ColourBy) {
    this.image = image
    this.boxes = labelBoxes(image)
    this.#by = by
  }

  /** Draws into a context whose transform maps picture px to the canvas. */
  drawFill(context: CanvasRenderingContext2D, opacity: number): void {
    this.#fill ??= this.#makeFill()
    context.save()
    context.globalAlpha = opacity
    context.drawImage(this.#fill, 0, 0)
    context.restore()
  }

  drawOutlines(context: CanvasRenderingContext2D, view: View, canvas: Size): void {
    const picture = { width: this.image.cols, height: this.image.rows }
    const part = visiblePart(view, picture, canvas)
    const tiles: Tile[] = []
    let pieces = 0
    for (let row = Math.floor(part.y0 / tilePx); row * tilePx <= part.y1; row++) {
      for (let col = Math.floor(part.x0 / tilePx); col * tilePx <= part.x1; col++) {
        const tile = this.#tile(row, col)
        pieces += tile.pieces
        tiles.push(tile)
      }
    }
    if (pieces > maxPieces) return
    context.lineWidth = 1.5 / view.scale
    for (const tile of tiles) {
      for (const { colour, path } of tile.paths) {
        context.strokeStyle = colour
        context.stroke(path)
      }
    }
  }

  /** One object stressed: filled and outlined in `colour`. */
  drawObject(
    context: CanvasRenderingContext2D,
    label: number,
    colour: string,
    view: View,
    fillAlpha: number,
  ): void {
    const object = this.#object(label, colour)
    if (object === null) return
    context.save()
    context.globalAlpha = fillAlpha
    context.drawImage(object.fill, object.box.x0, object.box.y0)
    context.restore()
    for (const [stroke, widthPx] of [
      ['rgb(0 0 0 / 65%)', 5],
      [colour, 2.5],
    ] as const) {
      context.strokeStyle = stroke
      context.lineWidth = widthPx / view.scale
      context.stroke(object.path)
    }
  }

  #tile(row: number, col: number): Tile {
    const key = row * 65_536 + col
    const known = this.#tiles.get(key)
    if (known !== undefined) return known
    const box = { x0: col * tilePx, y0: row * tilePx, x1: (col + 1) * tilePx - 1, y1: (row + 1) * tilePx - 1 }
    // The last row and column of cells lie on the picture's far edges.
    if (box.x1 + 1 >= this.image.cols) box.x1 = this.image.cols
    if (box.y1 + 1 >= this.image.rows) box.y1 = this.image.rows
    const paths = new Map<number, Path2D>()
    let pieces = 0
    traceOutlines(this.image, box, (label, x0, y0, x1, y1) => {
      const index = colourIndex(label, this.#by)
      let path = paths.get(index)
      if (path === undefined) paths.set(index, (path = new Path2D()))
      path.moveTo(x0, y0)
      path.lineTo(x1, y1)
      pieces++
    })
    const colours = labelColours(this.#by)
    const tile: Tile = {
      box,
      pieces,
      paths: [...paths].map(([index, path]) => ({ colour: colours[index] ?? '#56b4e9', path })),
    }
    this.#tiles.set(key, tile)
    return tile
  }

  #makeFill(): HTMLCanvasElement {
    const { rows, cols, labels } = this.image
    const canvas = document.createElement('canvas')
    canvas.width = cols
    canvas.height = rows
    const context = canvas.getContext('2d')
    if (context === null) return canvas
    const pixels = context.createImageData(cols, rows)
    const words = new Uint32Array(pixels.data.buffer)
    const colours = labelColours(this.#by).map((hex) => {
      const [red, green, blue] = rgbOf(hex)
      return (255 << 24) | (blue << 16) | (green << 8) | red
    })
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i]!
      if (label !== 0) words[i] = colours[colourIndex(label, this.#by)] ?? 0
    }
    context.putImageData(pixels, 0, 0)
    return canvas
  }

  #object(label: number, colour: string): { path: Path2D; fill: HTMLCanvasElement; box: Box } | null {
    const box = this.boxes.get(label)
    if (box === undefined) return null
    const key = `${String(label)} ${colour}`
    const known = this.#objects.get(key)
    if (known !== undefined) return known
    if (this.#objects.size > 64) this.#objects.clear()
    const path = new Path2D()
    const cells = { x0: box.x0, y0: box.y0, x1: box.x1 + 1, y1: box.y1 + 1 }
    traceOutlines(
      this.image,
      cells,
      (_label, x0, y0, x1, y1) => {
        path.moveTo(x0, y0)
        path.lineTo(x1, y1)
      },
      label,
    )
    const fill = document.createElement('canvas')
    fill.width = box.x1 - box.x0 + 1
    fill.height = box.y1 - box.y0 + 1
    const context = fill.getContext('2d')
    if (context !== null) {
      context.fillStyle = colour
      for (let y = 0; y < fill.height; y++) {
        for (let x = 0; x < fill.width; x++) {
          if (this.image.labels[(y + box.y0) * this.image.cols + x + box.x0] === label)
            context.fillRect(x, y, 1, 1)
        }
      }
    }
    const object = { path, fill, box }
    this.#objects.set(key, object)
    return object
  }
}

import { formatNumber } from '../ui/format.ts'
import type { Overlay } from './overlay.ts'
import { selectedColour } from './palette.ts'
import { scaleBar } from './scale-bar.ts'
import { toScreen, type Point, type Size, type View } from './view.ts'

export interface Scene {
  view: View
  /** CSS px. */
  canvas: Size
  /** Device px per CSS px. */
  pixelRatio: number
  picture: CanvasImageSource & Size
  background: string
  overlay: Overlay | null
  opacity: number
  showFill: boolean
  showOutlines: boolean
  selected: number | null
  hovered: number | null
  pixelSizeUm: { col: number; source: string } | null
  /** The keyboard cursor, in picture px; null while the pointer leads. */
  cursor: Point | null
}

const hoveredColour = '#f4f4f4'

export function drawScene(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, canvas, pixelRatio } = scene
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.fillStyle = scene.background
  context.fillRect(0, 0, canvas.width * pixelRatio, canvas.height * pixelRatio)

  const k = pixelRatio * view.scale
  context.setTransform(k, 0, 0, k, pixelRatio * view.offsetX, pixelRatio * view.offsetY)
  // Enlarged pixels stay square: what is measured is what is seen.
  context.imageSmoothingEnabled = k < 1
  context.imageSmoothingQuality = 'high'
  context.drawImage(scene.picture, 0, 0)
  if (scene.overlay !== null) {
    if (scene.showFill && scene.opacity > 0) scene.overlay.drawFill(context, scene.opacity)
    if (scene.showOutlines) scene.overlay.drawOutlines(context, view, canvas)
    if (scene.hovered !== null && scene.hovered !== scene.selected) {
      scene.overlay.drawObject(context, scene.hovered, hoveredColour, view, 0.12)
    }
    if (scene.selected !== null) scene.overlay.drawObject(context, scene.selected, selectedColour, view, 0.45)
  }

  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
  if (scene.selected !== null) drawLocator(context, scene, scene.selected)
  if (scene.cursor !== null) drawCursor(context, toScreen(view, scene.cursor))
  if (scene.pixelSizeUm !== null) drawScaleBar(context, scene, scene.pixelSizeUm)
}

/** A ring around a selected object too small to be found by its own outline. */
function drawLocator(context: CanvasRenderingContext2D, scene: Scene, label: number): void {
  const box = scene.overlay?.boxes.get(label)
  if (box === undefined) return
  const longestPx = Math.max(box.x1 - box.x0, box.y1 - box.y0) + 1
  if (longestPx * scene.view.scale > 40) return
  const at = toScreen(scene.view, { x: (box.x0 + box.x1 + 1) / 2, y: (box.y0 + box.y1 + 1) / 2 })
  for (const [colour, width] of [
    ['rgb(0 0 0 / 60%)', 4],
    [selectedColour, 1.5],
  ] as const) {
    context.strokeStyle = colour
    context.lineWidth = width
    context.beginPath()
    context.arc(at.x, at.y, 28, 0, 2 * Math.PI)
    context.stroke()
  }
}

function drawCursor(context: CanvasRenderingContext2D, at: Point): void {
  for (const [colour, width] of [
    ['rgb(0 0 0 / 70%)', 3],
    ['#f4f4f4', 1],
  ] as const) {
    context.strokeStyle = colour
    context.lineWidth = width
    context.beginPath()
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      context.moveTo(at.x + 4 * dx, at.y + 4 * dy)
      context.lineTo(at.x + 12 * dx, at.y + 12 * dy)
    }
    context.stroke()
  }
}

function drawScaleBar(
  context: CanvasRenderingContext2D,
  scene: Scene,
  pixelSize: { col: number; source: string },
): void {
  const bar = scaleBar(pixelSize.col / scene.view.scale, Math.min(220, scene.canvas.width / 4))
  const caption = `${formatNumber(pixelSize.col * (pixelSize.col < 0.1 ? 1000 : 1), 3)} ${
    pixelSize.col < 0.1 ? 'nm' : 'µm'
  }/px · ${pixelSize.source}`
  context.font = '11px "Segoe UI", "DejaVu Sans", sans-serif'
  const boxWidth = Math.max(bar.lengthPx, context.measureText(caption).width) + 28
  const boxHeight = 50
  const left = scene.canvas.width - boxWidth - 24
  const top = scene.canvas.height - boxHeight - 20
  const middle = left + boxWidth / 2
  context.fillStyle = 'rgb(24 24 24 / 88%)'
  context.fillRect(left, top, boxWidth, boxHeight)
  context.fillStyle = '#f2f2f2'
  context.textAlign = 'center'
  context.textBaseline = 'alphabetic'
  context.fillText(caption, middle, top + 43)
  context.font = '13px "Segoe UI", "DejaVu Sans", sans-serif'
  context.fillText(bar.label, middle, top + 17)
  context.fillRect(middle - bar.lengthPx / 2, top + 23, bar.lengthPx, 5)
}

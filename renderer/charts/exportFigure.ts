import type { Figure } from '../../main/contract/index.ts'
import {
  echarts,
  figureSize,
  figureTable,
  figureToSvg,
  themes,
  toEchartsOption,
} from '../../main/figures/index.ts'
import { downloadFile } from '../ui/download.ts'
import { nameWithUnit } from '../ui/format.ts'

const exportWidthPx = 720

/** As on paper, with title and caption inside: method, interval level and n travel with the drawing. */
function exportSize(figure: Figure) {
  const { width, height } = figureSize(figure, exportWidthPx)
  return { width, height: height + 46, heading: true }
}

export function saveFigureSvg(figure: Figure): void {
  const svg = figureToSvg(figure, 'print', figure.id, exportSize(figure))
  downloadFile(`${figure.id}.svg`, svg, 'image/svg+xml')
}

export async function saveFigurePng(figure: Figure): Promise<void> {
  const size = exportSize(figure)
  const chart = echarts.init(document.createElement('div'), null, { renderer: 'canvas', ...size })
  try {
    chart.setOption(toEchartsOption(figure, 'print', size))
    const canvas = chart.renderToCanvas({ pixelRatio: 3, backgroundColor: themes.print.background })
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, 'image/png')
    })
    if (blob === null) return
    downloadFile(`${figure.id}.png`, new Uint8Array(await blob.arrayBuffer()), 'image/png')
  } finally {
    chart.dispose()
  }
}

/** The figure's data, tab-separated with units in the heads, onto the clipboard. */
export async function copyFigureData(figure: Figure): Promise<void> {
  const table = figureTable(figure)
  const lines = [table.columns.map((column) => nameWithUnit(column.name, column.unit)), ...table.rows]
  const text = lines
    .map((cells) => cells.map((cell) => cell.replace(/[\t\r\n]+/g, ' ')).join('\t'))
    .join('\n')
  await navigator.clipboard.writeText(text)
}

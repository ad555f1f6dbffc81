import { multiplyInto, type Panels } from './matmul.ts'

/** One image of a convolution: the small and the large side are those of conv2d, whichever is the input. */
export interface Windows {
  readonly channels: number
  readonly height: number
  readonly width: number
  readonly kernelHeight: number
  readonly kernelWidth: number
  readonly rows: number
  readonly columns: number
  readonly stride: number
  readonly padding: number
  readonly dilation: number
}

/** Goes through all (window element, position) pairs that lie inside the image. */
function eachRow(
  w: Windows,
  visit: (column: number, image: number, first: number, last: number) => void,
): void {
  const { stride, padding, dilation } = w
  let column = 0
  for (let c = 0; c < w.channels; c++)
    for (let i = 0; i < w.kernelHeight; i++)
      for (let j = 0; j < w.kernelWidth; j++)
        for (let y = 0; y < w.rows; y++, column += w.columns) {
          const row = y * stride + i * dilation - padding
          if (row < 0 || row >= w.height) continue
          const shift = j * dilation - padding
          const first = Math.max(0, Math.ceil(-shift / stride))
          const last = Math.min(w.columns - 1, Math.floor((w.width - 1 - shift) / stride))
          visit(column, (c * w.height + row) * w.width + shift, first, last)
        }
}

/** The windows of an image as columns: (channels·kernelHeight·kernelWidth) x (rows·columns); zero outside the image. */
function windowsOf(image: Float32Array, at: number, w: Windows, out: Float32Array): void {
  out.fill(0)
  eachRow(w, (column, from, first, last) => {
    for (let x = first; x <= last; x++) out[column + x] = image[at + from + x * w.stride]!
  })
}

/** The reverse: every column entry is added to the pixel that it came from. */
function addWindows(columns: Float64Array, w: Windows, image: Float64Array): void {
  eachRow(w, (column, to, first, last) => {
    for (let x = first; x <= last; x++) image[to + x * w.stride]! += columns[column + x]!
  })
}

/** Forward convolution of `batch` images with `outputs` kernels, one product of matrices for each image. */
export function convolution(batch: number, outputs: number, w: Windows, panels: Panels) {
  const inner = w.channels * w.kernelHeight * w.kernelWidth
  const positions = w.rows * w.columns
  const columns = new Float32Array(inner * positions)
  return (image: Float32Array, kernel: Float32Array, y: Float32Array): void => {
    for (let b = 0; b < batch; b++) {
      windowsOf(image, b * w.channels * w.height * w.width, w, columns)
      multiplyInto(
        kernel,
        { offset: 0, row: inner, column: 1 },
        columns,
        { offset: 0, row: positions, column: 1 },
        y,
        b * outputs * positions,
        outputs,
        inner,
        positions,
        panels,
      )
    }
  }
}

/** Transposed convolution: the large side (channels, height, width of `w`) is the result, `inputs` channels the input. */
export function transposedConvolution(batch: number, inputs: number, w: Windows, panels: Panels) {
  const inner = w.channels * w.kernelHeight * w.kernelWidth
  const positions = w.rows * w.columns
  const columns = new Float64Array(inner * positions)
  const total = new Float64Array(w.channels * w.height * w.width)
  return (image: Float32Array, kernel: Float32Array, y: Float32Array): void => {
    for (let b = 0; b < batch; b++) {
      multiplyInto(
        kernel,
        { offset: 0, row: 1, column: inner },
        image,
        { offset: b * inputs * positions, row: positions, column: 1 },
        columns,
        0,
        inner,
        inputs,
        positions,
        panels,
      )
      total.fill(0)
      addWindows(columns, w, total)
      y.set(total, b * total.length)
    }
  }
}

import { broadcastStrides, sizeOf, type Shape } from '../../graph/index.ts'

/** How a tensor lies in the memory of another: element i is at offset + Σ iₐ·strideₐ; stride 0 repeats. */
export interface View {
  readonly offset: number
  readonly shape: Shape
  readonly strides: readonly number[]
}

export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1)
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!
  return strides
}

export const contiguous = (shape: Shape, offset = 0): View => ({
  offset,
  shape,
  strides: contiguousStrides(shape),
})

export function isContiguous({ shape, strides }: View): boolean {
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== step) return false
    step *= shape[i]!
  }
  return true
}

export const transposed = (view: View, permutation: readonly number[]): View => ({
  offset: view.offset,
  shape: permutation.map((axis) => view.shape[axis]!),
  strides: permutation.map((axis) => view.strides[axis]!),
})

export const sliced = (view: View, axis: number, start: number, end: number): View => ({
  offset: view.offset + start * view.strides[axis]!,
  shape: view.shape.map((length, i) => (i === axis ? end - start : length)),
  strides: view.strides,
})

/** As numpy broadcasts: new axes come first, axes of length 1 repeat. */
export function broadcastTo(view: View, shape: Shape): View {
  const lead = shape.length - view.shape.length
  return {
    offset: view.offset,
    shape,
    strides: shape.map((length, i) =>
      i < lead || (view.shape[i - lead] === 1 && length !== 1) ? 0 : view.strides[i - lead]!,
    ),
  }
}

/** The same elements in the same order under another shape; null where only a copy can do that. */
export function reshaped(view: View, shape: Shape): View | null {
  if (isContiguous(view)) return { ...contiguous(shape), offset: view.offset }
  const axes = view.shape.flatMap((length, i) => (length === 1 ? [] : [{ length, stride: view.strides[i]! }]))
  const strides = new Array<number>(shape.length).fill(0)
  let from = 0
  let to = 0
  while (from < axes.length) {
    let [oldEnd, newEnd] = [from + 1, to + 1]
    let [old, fresh] = [axes[from]!.length, shape[to] ?? 1]
    while (old !== fresh) {
      if (old < fresh) old *= axes[oldEnd++]!.length
      else fresh *= shape[newEnd++]!
    }
    for (let i = from; i + 1 < oldEnd; i++)
      if (axes[i]!.stride !== axes[i + 1]!.stride * axes[i + 1]!.length) return null
    let step = axes[oldEnd - 1]!.stride
    for (let i = newEnd - 1; i >= to; i--) {
      strides[i] = step
      step *= shape[i]!
    }
    from = oldEnd
    to = newEnd
  }
  return { offset: view.offset, shape, strides }
}

/** Strides of `shape` without its axes `without`, 0 along those: where sums over them collect. */
export function reducedStrides(shape: Shape, without: readonly number[]): number[] {
  return broadcastStrides(
    shape.map((length, i) => (without.includes(i) ? 1 : length)),
    shape.length,
  ).map((stride, i) => (without.includes(i) ? 0 : stride))
}

export const spanOf = (view: View): number =>
  1 + view.shape.reduce((far, length, i) => far + (length - 1) * view.strides[i]!, 0)

export const sizeOfView = (view: View): number => sizeOf(view.shape)

import { gammaP } from '../../math/index.ts'
import type { BinaryOp, UnaryOp } from '../types.ts'
import type { Walk } from './walk.ts'

type Map1 = (x: Float32Array, y: Float32Array) => void

const map1 =
  (f: (value: number) => number): Map1 =>
  (x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = f(x[i]!)
  }

const sigmoid = (x: number): number => {
  const e = Math.exp(-Math.abs(x))
  return x >= 0 ? 1 / (1 + e) : e / (1 + e)
}

/** erf(x) = sign(x) P(½, x²). */
export const erf = (x: number): number => (x === 0 || Number.isNaN(x) ? x : Math.sign(x) * gammaP(0.5, x * x))

/** Computed in float64 and rounded once, when stored. */
export const unaryKernels: Readonly<Record<UnaryOp, Map1>> = {
  neg: (x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = -x[i]!
  },
  exp: (x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.exp(x[i]!)
  },
  log: (x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.log(x[i]!)
  },
  sqrt: (x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.sqrt(x[i]!)
  },
  square: (x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = x[i]! * x[i]!
  },
  abs: (x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.abs(x[i]!)
  },
  tanh: (x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = Math.tanh(x[i]!)
  },
  sigmoid: (x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = sigmoid(x[i]!)
  },
  silu: (x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = x[i]! * sigmoid(x[i]!)
  },
  // NaN stays NaN: a diverged run must show.
  relu: (x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = x[i]! < 0 ? 0 : x[i]!
  },
  softplus: map1((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  erf: map1(erf),
  step: (x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = x[i]! > 0 ? 1 : 0
  },
}

export const clipKernel = (low: number, high: number): Map1 => {
  return (x, y) => {
    for (let i = 0; i < y.length; i++) {
      const value = x[i]!
      y[i] = value < low ? low : value > high ? high : value
    }
  }
}

type Map2 = (a: Float32Array, b: Float32Array, y: Float32Array, walk: Walk) => void

/** y is written in row-major order while a and b are walked with the strides of their broadcasting. */
export const binaryKernels: Readonly<Record<BinaryOp, Map2>> = {
  add: (a, b, y, { runs, length, strides: [s = 0, t = 0], starts }) => {
    for (let o = 0, i = 0; o < runs; o++) {
      let p = starts[0]![o]!
      let q = starts[1]![o]!
      for (const end = i + length; i < end; i++, p += s, q += t) y[i] = a[p]! + b[q]!
    }
  },
  sub: (a, b, y, { runs, length, strides: [s = 0, t = 0], starts }) => {
    for (let o = 0, i = 0; o < runs; o++) {
      let p = starts[0]![o]!
      let q = starts[1]![o]!
      for (const end = i + length; i < end; i++, p += s, q += t) y[i] = a[p]! - b[q]!
    }
  },
  mul: (a, b, y, { runs, length, strides: [s = 0, t = 0], starts }) => {
    for (let o = 0, i = 0; o < runs; o++) {
      let p = starts[0]![o]!
      let q = starts[1]![o]!
      for (const end = i + length; i < end; i++, p += s, q += t) y[i] = a[p]! * b[q]!
    }
  },
  div: (a, b, y, { runs, length, strides: [s = 0, t = 0], starts }) => {
    for (let o = 0, i = 0; o < runs; o++) {
      let p = starts[0]![o]!
      let q = starts[1]![o]!
      for (const end = i + length; i < end; i++, p += s, q += t) y[i] = a[p]! / b[q]!
    }
  },
}

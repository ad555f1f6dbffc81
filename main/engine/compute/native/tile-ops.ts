/** Numbers of operations in native/src/graph/plan.h. */
export const codes = {
  load: 0,
  store: 1,
  sum: 2,
  adam: 3,
  neg: 10,
  exp: 11,
  log: 12,
  sqrt: 13,
  square: 14,
  abs: 15,
  tanh: 16,
  sigmoid: 17,
  silu: 18,
  relu: 19,
  softplus: 20,
  erf: 21,
  step: 22,
  copy: 23,
  clip: 30,
  addTo: 31,
  mulBy: 32,
  divBy: 33,
  fromSub: 34,
  fromDiv: 35,
  add: 40,
  sub: 41,
  mul: 42,
  div: 43,
  mulStep: 44,
  mulAdd: 50,
} as const

export interface TileOp {
  readonly code: number
  readonly dst: number
  readonly a: number
  readonly b: number
  readonly c: number
  readonly low: number
  readonly high: number
}

export interface SumSink {
  readonly count: number
  readonly dense: number
  readonly out: number
  readonly dims: readonly number[]
  readonly strides: readonly number[]
}

export interface AdamSink {
  readonly weights: number
  readonly rule: number
}

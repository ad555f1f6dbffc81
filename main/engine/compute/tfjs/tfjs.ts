import type * as core from '@tensorflow/tfjs-core'

/**
 * What of TensorFlow.js the interpreter uses: `@tensorflow/tfjs-core`, which `@tensorflow/tfjs-node-gpu` hands on
 * whole. Types only; the library itself is passed in by whoever has loaded it with a backend.
 */
export type Tfjs = typeof core

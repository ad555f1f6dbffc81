import type { ExecutorEntry } from '../../../contract/index.ts'
import type { ExecutorName } from './names.ts'

export interface Candidate {
  readonly name: ExecutorName
  /** As a person reads it. */
  readonly title: string
  readonly device: ExecutorEntry['device']
  readonly tried: ExecutorEntry['tried']
  /** Opened only when asked for by name: what it needs is not part of the program. */
  readonly optIn: boolean
  /** Where it can be at all; empty means everywhere. */
  readonly platforms: readonly NodeJS.Platform[]
}

const everywhere: readonly NodeJS.Platform[] = []

/** What is known of each executor, in the order in which they are listed. */
export const candidates: readonly Candidate[] = [
  {
    name: 'native',
    title: 'Compiled kernel',
    device: 'cpu',
    tried: 'tested',
    optIn: false,
    platforms: everywhere,
  },
  {
    name: 'reference',
    title: 'TypeScript reference',
    device: 'cpu',
    tried: 'tested',
    optIn: false,
    platforms: everywhere,
  },
  {
    name: 'onnx-cpu',
    title: 'onnxruntime, CPU',
    device: 'cpu',
    tried: 'tested',
    optIn: false,
    platforms: everywhere,
  },
  {
    name: 'onnx-webgpu',
    title: 'onnxruntime, WebGPU',
    device: 'gpu',
    tried: 'software',
    optIn: false,
    platforms: ['linux', 'win32'],
  },
  {
    name: 'onnx-directml',
    title: 'onnxruntime, DirectML',
    device: 'gpu',
    tried: 'untested',
    optIn: true,
    platforms: ['win32'],
  },
  {
    name: 'onnx-cuda',
    title: 'onnxruntime, CUDA',
    device: 'gpu',
    tried: 'untested',
    optIn: true,
    platforms: ['linux'],
  },
  {
    name: 'tfjs-gpu',
    title: 'TensorFlow.js, CUDA',
    device: 'gpu',
    tried: 'untested',
    optIn: false,
    platforms: ['linux', 'win32'],
  },
]

/** How far gradients may lie from the reference, relative to the largest value of each. */
export const toleranceOf = (device: ExecutorEntry['device']): number => (device === 'cpu' ? 1e-5 : 1e-4)

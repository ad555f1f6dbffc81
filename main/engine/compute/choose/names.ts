/** Every executor the program knows of, best known first. */
export const executorNames = [
  'native',
  'reference',
  'onnx-cpu',
  'onnx-webgpu',
  'onnx-directml',
  'onnx-cuda',
  'tfjs-gpu',
] as const
export type ExecutorName = (typeof executorNames)[number]

export const isExecutorName = (text: string): text is ExecutorName =>
  (executorNames as readonly string[]).includes(text)

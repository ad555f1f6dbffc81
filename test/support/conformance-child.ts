import { onnxExecutor } from '../../main/engine/compute/onnx/index.ts'
import { conformanceCases } from './conformance-cases.ts'

/**
 * Runs conformance cases on onnxruntime's WebGPU in a process of its own, where a fault of a driver ends nothing else:
 * `node conformance-child.ts TOLERANCE [NAME ...]`, all cases when none is named. One line of JSON for each.
 */
const [tolerance = '1e-4', ...chosen] = process.argv.slice(2)
const executor = await onnxExecutor({ provider: 'webgpu' })
for (const { name, run } of conformanceCases) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  process.stdout.write(`${JSON.stringify({ name, wrong: await run(executor, Number(tolerance)) })}\n`)
}

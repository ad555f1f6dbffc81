import { onnxExecutor } from '../../../../../main/engine/compute/onnx/index.ts'
import { executorConformance } from '../../../../support/executor-conformance.ts'

executorConformance('onnxruntime on the CPU', () => onnxExecutor({ provider: 'cpu' }))

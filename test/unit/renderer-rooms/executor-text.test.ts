import { describe, expect, it } from 'vitest'
import type { ExecutorEntry } from '../../../main/contract/index.ts'
import {
  executorError,
  executorFigure,
  executorRemark,
  triedText,
} from '../../../renderer/rooms/settings/executor-text.ts'

const entry = (checks: ExecutorEntry['checks'], absent = ''): ExecutorEntry => ({
  name: 'onnx-webgpu',
  title: 'onnxruntime, WebGPU',
  device: 'gpu',
  tried: 'software',
  checks,
  absent,
})
const correct = { outcome: 'correct', gradientError: 2e-7, msPerStep: 3.5, reason: '' } as const
const refused = {
  outcome: 'refused',
  gradientError: 0.25,
  msPerStep: null,
  reason: 'its gradients differ',
} as const

describe('executors in the settings', () => {
  it('show milliseconds, else what came of the check, else nothing', () => {
    const both = entry([
      { workload: 'table', ...correct },
      { workload: 'image', ...refused },
    ])
    expect(executorFigure(both, 'table')).toBe(3.5)
    expect(executorFigure(both, 'image')).toBe('refused')
    expect(executorFigure(entry([]), 'image')).toBeNull()
    expect(executorError(both)).toBe(0.25)
    expect(executorError(entry([]))).toBeNull()
  })

  it('say once what is wrong, or why one is not there', () => {
    expect(
      executorRemark(
        entry([
          { workload: 'table', ...refused },
          { workload: 'image', ...refused },
        ]),
      ),
    ).toBe('its gradients differ')
    expect(executorRemark(entry([{ workload: 'table', ...correct }]))).toBe('')
    expect(executorRemark(entry([], 'Not on this operating system.'))).toBe('Not on this operating system.')
  })

  it('say what has not been tried', () => {
    expect(triedText('untested')).toBe('untested')
    expect(triedText('software')).toMatch(/software adapter only/)
  })
})

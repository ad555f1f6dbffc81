import { describe, expect, it } from 'vitest'
import { loadNative, nativeLevelsHere, whyNoNative } from '../../../../main/engine/compute/native/index.ts'
import { localConformance } from '../../../support/executor-conformance.ts'

describe.skipIf(whyNoNative() !== null)('the compiled executor', () => {
  it('is offered for the plainest instruction set at least', () => {
    expect(nativeLevelsHere()).toContain('baseline')
  })
  for (const level of nativeLevelsHere()) localConformance(`native ${level}`, () => loadNative(level)!)
})

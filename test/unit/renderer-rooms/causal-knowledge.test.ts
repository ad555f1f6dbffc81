import { describe, expect, it } from 'vitest'
import { jobParams } from '../../../main/contract/index.ts'
import {
  addPair,
  noKnowledge,
  pairProblem,
  readKnowledge,
  removePair,
} from '../../../renderer/rooms/causal/knowledge.ts'

describe('knowledge of the next run', () => {
  it('adds and removes a pair and leaves the rest', () => {
    const two = addPair(addPair(noKnowledge, 'required', ['a', 'b']), 'forbidden', ['b', 'a'])
    expect(two).toEqual({ required: [['a', 'b']], forbidden: [['b', 'a']] })
    expect(removePair(two, 'required', ['a', 'b'])).toEqual({ required: [], forbidden: [['b', 'a']] })
  })

  it('refuses a pair that contradicts the list, and says with what', () => {
    const now = addPair(addPair(noKnowledge, 'required', ['a', 'b']), 'required', ['b', 'c'])
    expect(pairProblem(now, 'required', ['c', 'a'])).toContain('circle')
    expect(addPair(now, 'required', ['c', 'a'])).toBe(now)
    expect(pairProblem(now, 'forbidden', ['a', 'b'])).toContain('required')
    expect(pairProblem(now, 'required', ['a', 'b'])).toContain('in the list')
    expect(pairProblem(now, 'required', ['a', 'a'])).toContain('own cause')
    expect(pairProblem(now, 'required', ['', 'a'])).toContain('Choose')
    expect(pairProblem(now, 'required', ['a', 'c'])).toBeNull()
  })

  it('comes back from the settings as it was kept, in the shape the contract takes', () => {
    const kept = addPair(noKnowledge, 'required', ['cooling rate', 'yield "σ"'])
    const read = readKnowledge(JSON.stringify(kept))
    expect(read).toEqual(kept)
    expect(jobParams.discover.parse({ knowledge: read }).knowledge.required).toEqual(kept.required)
  })

  it('takes nothing from a text it cannot read', () => {
    for (const text of [
      undefined,
      '',
      '{',
      'null',
      '[]',
      '{"required":[["a"]],"forbidden":[]}',
      '{"required":1}',
    ]) {
      expect(readKnowledge(text)).toBeNull()
    }
  })
})

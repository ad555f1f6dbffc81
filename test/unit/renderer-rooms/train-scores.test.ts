import { describe, expect, it } from 'vitest'
import type { ModelScore } from '../../../main/contract/index.ts'
import {
  bestOf,
  coverageInterval,
  coverageVerdict,
  whyRecommended,
} from '../../../renderer/rooms/train/scores.ts'
import { defaultChoice, choiceProblem, sameChoice } from '../../../renderer/rooms/train/setup.ts'
import { lossPoints } from '../../../renderer/rooms/train/trace.ts'

const score = (
  model: ModelScore['model'],
  output: string,
  crps: number,
  r2: number | null = 0.5,
): ModelScore => ({
  model,
  output,
  unit: 'MPa',
  n: 60,
  rmse: 2 * crps,
  mae: crps,
  r2,
  accuracy: 90,
  nll: crps,
  crps,
  coverage90: 0.9,
  width90: 4,
  fitCpuS: 1,
})

describe('judging held-out scores', () => {
  it('agrees with a published Wilson interval', () => {
    // Newcombe 1998, Table I: 81 of 263, 95 %: 0.2553 to 0.3662
    const { low, high } = coverageInterval(81 / 263, 263)
    expect(low).toBeCloseTo(0.2553, 4)
    expect(high).toBeCloseTo(0.3662, 4)
  })

  it('calls a coverage off only when chance does not explain it', () => {
    expect(coverageVerdict(0.85, 60)).toBe('holds')
    expect(coverageVerdict(0.7, 60)).toBe('too narrow')
    expect(coverageVerdict(1, 60)).toBe('too wide')
    expect(coverageVerdict(0.7, 6)).toBe('holds')
    expect(coverageVerdict(0, 0)).toBe('holds')
  })

  it('marks the best of each output, larger R² but smaller errors', () => {
    const scores = [
      score('bhn', 'a', 1, 0.8),
      score('ridge', 'a', 2, 0.9),
      score('bhn', 'b', 3),
      score('ridge', 'b', 3),
    ]
    expect([...bestOf(scores, 'crps')]).toEqual([scores[0], scores[2], scores[3]])
    expect(bestOf(scores, 'r2').has(scores[1]!)).toBe(true)
    expect(bestOf([score('bhn', 'a', 1)], 'crps').size).toBe(0)
    expect(bestOf([score('bhn', 'a', 1, null), score('ridge', 'a', 1, null)], 'r2').size).toBe(0)
  })

  it('gives the reason from the scores, one sentence per output', () => {
    const scores = [score('bhn', 'a', 1), score('ridge', 'a', 2), score('ridge', 'b', 2)]
    const outputs = [
      { name: 'a', unit: 'MPa' },
      { name: 'b', unit: 'MPa' },
    ]
    const why = whyRecommended({ recommended: 'bhn', scores, outputs })
    expect(why).toHaveLength(1)
    expect(why[0]).toContain('CRPS 1.00 MPa against 2.00 (ridge regression)')
    expect(why[0]).toContain('60 held-out')
  })
})

describe('the next training', () => {
  const column = (
    name: string,
    role: 'composition' | 'process' | 'microstructure' | 'property' | 'context',
  ) => ({
    name,
    unit: '1',
    role,
    kind: 'number' as const,
    levels: [],
  })
  const columns = [
    column('Al', 'composition'),
    column('T', 'process'),
    column('f', 'microstructure'),
    column('R', 'property'),
    column('heat', 'context'),
  ]

  it('proposes causes as inputs and every measured consequence as output, the property first', () => {
    expect(defaultChoice(columns)).toEqual({ inputs: ['Al', 'T'], outputs: ['R', 'f'] })
    const category = { ...column('finish', 'property'), kind: 'category' as const, levels: ['a'] }
    expect(defaultChoice([category]).outputs).toEqual([])
  })

  it('compares choices without regard to order and asks for both sides', () => {
    const choice = defaultChoice(columns)
    expect(sameChoice(choice, { inputs: ['T', 'Al'], outputs: ['f', 'R'] })).toBe(true)
    expect(sameChoice(choice, { inputs: ['T'], outputs: ['f', 'R'] })).toBe(false)
    expect(choiceProblem({ inputs: [], outputs: ['R'] })).toContain('input')
    expect(choiceProblem({ inputs: ['T'], outputs: [] })).toContain('output')
    expect(choiceProblem(choice)).toBeNull()
  })
})

describe('the live loss curve', () => {
  it('pairs training and validation by step', () => {
    const points = lossPoints({
      train: [
        [1, 3],
        [2, 2],
      ],
      validation: [[2, 2.5]],
      other: [[1, 9]],
    })
    expect(points).toEqual([
      { step: 1, train: 3, validation: null },
      { step: 2, train: 2, validation: 2.5 },
    ])
  })

  it('takes a series named loss, and nothing where there is none', () => {
    expect(lossPoints({ loss: [[5, 1]] })).toEqual([{ step: 5, train: 1, validation: null }])
    expect(lossPoints({})).toEqual([])
  })
})

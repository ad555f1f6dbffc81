import { describe, expect, it } from 'vitest'
import { coverageVerdict, ratioText } from '../../../renderer/rooms/train/scores.ts'
import {
  choiceProblem,
  defaultChoice,
  kindHints,
  sameChoice,
  trainParams,
} from '../../../renderer/rooms/train/setup.ts'
import { modelKind } from '../../../main/contract/index.ts'
import { modelNames } from '../../../main/figures/index.ts'
import { lossPoints } from '../../../renderer/rooms/train/trace.ts'
import { tabAfterKey, trainViews, viewOf } from '../../../renderer/rooms/train/views.ts'

describe('judging held-out scores', () => {
  it('calls a coverage off only when chance does not explain it', () => {
    expect(coverageVerdict({ low: 0.76, high: 0.92 })).toBe('holds')
    expect(coverageVerdict({ low: 0.57, high: 0.8 })).toBe('too narrow')
    expect(coverageVerdict({ low: 0.94, high: 1 })).toBe('too wide')
    expect(coverageVerdict({ low: 0.9, high: 0.95 })).toBe('holds')
  })

  it('prints a ratio in per cent with its interval, and never a 0 for what is not known', () => {
    expect(ratioText({ value: 0.5812, low: 0.449, high: 0.68 })).toBe('58 (45 to 68)')
    expect(ratioText({ value: -0.0301, low: null, high: null })).toBe('\u22123')
    expect(ratioText(null)).toBe('–')
  })

  it('has a name and a hint for every kind of model', () => {
    for (const kind of modelKind.options) {
      expect(modelNames[kind]).not.toBe('')
      expect(kindHints[kind]).not.toBe('')
    }
    expect(new Set(Object.values(modelNames)).size).toBe(modelKind.options.length)
  })
})

describe('the views of the room', () => {
  it('open as the route asks, and the first where it asks for none', () => {
    expect(viewOf('what-if')).toBe('what-if')
    for (const asked of [undefined, null, 'nothing', ['card']]) expect(viewOf(asked)).toBe('train')
  })

  it('are walked by arrows around both ends', () => {
    const count = trainViews.length
    expect(tabAfterKey('ArrowRight', count - 1, count)).toBe(0)
    expect(tabAfterKey('ArrowLeft', 0, count)).toBe(count - 1)
    expect(tabAfterKey('Home', 2, count)).toBe(0)
    expect(tabAfterKey('End', 1, count)).toBe(count - 1)
    expect(tabAfterKey('a', 1, count)).toBeNull()
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
    expect(defaultChoice(columns, ['bhn', 'mean'])).toEqual({
      inputs: ['Al', 'T'],
      outputs: ['R', 'f'],
      kinds: ['bhn', 'mean'],
    })
    const category = { ...column('finish', 'property'), kind: 'category' as const, levels: ['a'] }
    expect(defaultChoice([category], []).outputs).toEqual([])
  })

  it('compares choices without regard to order and asks for both sides', () => {
    const choice = defaultChoice(columns, ['bhn', 'ridge'])
    expect(sameChoice(choice, { inputs: ['T', 'Al'], outputs: ['f', 'R'], kinds: ['ridge', 'bhn'] })).toBe(
      true,
    )
    expect(sameChoice(choice, { ...choice, inputs: ['T'] })).toBe(false)
    expect(sameChoice(choice, { ...choice, kinds: ['bhn'] })).toBe(false)
    expect(choiceProblem({ ...choice, inputs: [] })).toContain('input')
    expect(choiceProblem({ ...choice, outputs: [] })).toContain('output')
    expect(choiceProblem({ ...choice, kinds: [] })).toContain('kind')
    expect(choiceProblem({ ...choice, kinds: ['mean'] })).toContain('beside the mean')
    expect(choiceProblem(choice)).toBeNull()
  })

  it('names to the engine only what a person changed', () => {
    const defaults = defaultChoice(columns, ['bhn', 'ridge'])
    expect(trainParams(defaults, defaults)).toEqual({ inputs: [], outputs: [], kinds: [] })
    expect(trainParams({ ...defaults, kinds: ['ridge'] }, defaults)).toEqual({
      inputs: [],
      outputs: [],
      kinds: ['ridge'],
    })
    expect(trainParams({ ...defaults, outputs: ['R'] }, defaults)).toEqual({
      inputs: ['Al', 'T'],
      outputs: ['R'],
      kinds: [],
    })
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

  it('keeps the runs of several networks apart', () => {
    const train: [number, number][] = [
      [10, 5],
      [20, 4],
      [10, 3],
      [20, 2],
    ]
    const validation: [number, number][] = [
      [20, 6],
      [10, 8],
      [20, 9],
    ]
    expect(lossPoints({ train, validation }).map((point) => point.validation)).toEqual([null, 6, 8, 9])
  })

  it('takes a series named loss, and nothing where there is none', () => {
    expect(lossPoints({ loss: [[5, 1]] })).toEqual([{ step: 5, train: 1, validation: null }])
    expect(lossPoints({})).toEqual([])
  })
})

import type { LossPoint } from '../../../contract/index.ts'
import { initialState, type LocalExecutor, type Parameters, type Tensors } from '../../graph/index.ts'
import type { RandomStream } from '../../math/index.ts'
import { schedule, type TrainingSettings } from '../training-settings.ts'
import { memberStep, type StepLayout } from './objective.ts'
import type { MemberRows, RowsJudge, Verdict } from './judge.ts'
import type { MemberState } from './predict.ts'
import { drawSize, type NetworkShape } from './shape.ts'
import { drawsOfSteps, predictionDraws, startParameters } from './start.ts'

/** One network in training; `validation` rows only choose the snapshot that is kept. */
export interface Member {
  /** Runs up to `checkInterval` steps, then looks at the validation rows; false when training is over. */
  advance(): boolean
  readonly steps: number
  readonly curve: readonly LossPoint[]
  /** The network that judged the validation rows best so far. */
  best(): MemberState
  /** The `snapshots` best so far, the best first; at least one. */
  kept(): readonly MemberState[]
  dispose(): void
}

/** What a member is trained by: its step and data, where it starts, and how it judges the validation rows. */
export interface MemberTraining {
  readonly shape: NetworkShape
  readonly settings: TrainingSettings
  /** Training rows. */
  readonly n: number
  readonly layout: StepLayout
  readonly start: Parameters
  readonly data: Tensors
  /** Smaller scores are better; null where there is nothing to judge by, and then the newest network is kept. */
  readonly judge: (state: MemberState) => Verdict
}

export function trainMember(
  executor: LocalExecutor,
  judge: RowsJudge,
  shape: NetworkShape,
  settings: TrainingSettings,
  train: MemberRows,
  validation: MemberRows,
  stream: RandomStream,
): Member {
  const training: MemberTraining = {
    shape,
    settings,
    n: train.n,
    layout: memberStep(shape, settings, train.n),
    start: startParameters(shape, stream.child('start')),
    data: {
      x: train.x,
      y: train.y.map((v) => (Number.isNaN(v) ? 0 : v)),
      observed: train.y.map((v) => (Number.isNaN(v) ? 0 : 1)),
      ...(train.offset === null ? {} : { offset: train.offset }),
    },
    judge: (state) => judge(state, validation),
  }
  return memberInTraining(executor, training, stream)
}

export function memberInTraining(
  executor: LocalExecutor,
  { shape, settings, n, layout, start, data, judge }: MemberTraining,
  stream: RandomStream,
): Member {
  const { step, batch, draws } = layout
  const trainer = executor.trainer(step, initialState(start), data)
  const points = predictionDraws(shape, stream.child('points'))
  const nextDraws = drawsOfSteps(shape, draws, settings.pairs === 0, stream.child('noise'))
  const nextRows = batches(n, batch, stream.child('order'))
  const curve: LossPoint[] = []
  const untrained: MemberState = { parameters: trainer.state().parameters, draws: points }
  let kept: readonly { readonly score: number; readonly state: MemberState }[] = []
  let bestScore = Infinity
  let bestStep = 0
  let steps = 0

  return {
    get steps() {
      return steps
    },
    curve,
    best: () => kept[0]?.state ?? untrained,
    kept: () => (kept.length === 0 ? [untrained] : kept.map(({ state }) => state)),
    dispose: () => {
      trainer.dispose()
    },
    advance() {
      const count = Math.min(settings.checkInterval, settings.maxSteps - steps)
      const inputs: Record<string, Float32Array | Int32Array> = {}
      const width = draws * drawSize(shape)
      if (width > 0) {
        const all = new Float32Array(count * width)
        for (let i = 0; i < count; i++) all.set(nextDraws(), i * width)
        inputs.draws = all
      }
      if (batch < n) {
        const all = new Int32Array(count * batch)
        for (let i = 0; i < count; i++) all.set(nextRows(), i * batch)
        inputs.rows = all
      }
      const rates = Float32Array.from({ length: count }, (_, i) => schedule(settings, steps + i))
      const losses = trainer.run({ count, rates, inputs })
      steps += count
      const state: MemberState = { parameters: trainer.state().parameters, draws: points }
      const { score, loss } = judge(state)
      curve.push({ step: steps, train: losses.reduce((a, b) => a + b, 0) / count, validation: loss })
      if (score === null || score < bestScore) {
        bestScore = score ?? bestScore
        bestStep = steps
      }
      // Without a judge the newest network is kept; a score that is not a number keeps none.
      if (score === null) kept = [{ score: Infinity, state }]
      else if (!Number.isNaN(score))
        kept = [...kept, { score, state }].sort((a, b) => a.score - b.score).slice(0, settings.snapshots)
      return steps < settings.maxSteps && steps - bestStep < settings.patience
    },
  }
}

/** Row numbers of the next batch: a new shuffle follows when the rows of the last one are used up. */
function batches(n: number, size: number, order: RandomStream): () => Int32Array {
  const rows = Int32Array.from({ length: n }, (_, i) => i)
  let next = n
  return () => {
    if (next + size > n) {
      order.shuffle(rows)
      next = 0
    }
    next += size
    return rows.slice(next - size, next)
  }
}

import type { Graph, NodeId, Parameters, Tensor, Tensors, TrainingState, TrainingStep } from './types.ts'

/** Inputs of `count` steps: every `per: 'step'` input with a leading axis of `count`, and the rate of each step. */
export interface StepFeeds {
  readonly count: number
  readonly rates: Float32Array
  readonly inputs: Tensors
}

export interface StepGradients {
  readonly loss: number
  readonly gradients: Parameters
}

/** A training run in progress. It owns its state; `state()` copies it out. */
export interface LocalTrainer {
  /** Takes `feeds.count` steps; the loss of each, before its update. NaN losses are returned, not hidden. */
  run(feeds: StepFeeds): Float32Array
  /** Loss and gradients of one step's feeds at the present parameters, without an update. */
  gradients(inputs: Tensors): StepGradients
  state(): TrainingState
  /** Frees what the executor holds; the trainer must not be used after. */
  dispose(): void
}

/** A graph made ready to be evaluated many times. */
export interface LocalEvaluator {
  /** Values of `outputs` in their order. `parameters` may be left out when they are those of the call before. */
  run(inputs: Tensors, parameters?: Parameters): Float32Array[]
  dispose(): void
}

/** Runs graphs in this thread and answers at once: the TypeScript reference and the compiled kernel. */
export interface LocalExecutor {
  readonly name: string
  /** data: the `per: 'data'` inputs of the graph. */
  trainer(step: TrainingStep, initial: TrainingState, data: Tensors): LocalTrainer
  evaluator(graph: Graph, outputs: readonly NodeId[]): LocalEvaluator
}

export interface Trainer {
  run(feeds: StepFeeds): Promise<Float32Array>
  gradients(inputs: Tensors): Promise<StepGradients>
  state(): Promise<TrainingState>
  dispose(): Promise<void>
}

export interface Evaluator {
  run(inputs: Tensors, parameters?: Parameters): Promise<Float32Array[]>
  dispose(): Promise<void>
}

/** Runs graphs anywhere (onnxruntime on CPU or GPU, TensorFlow.js, another process). */
export interface Executor {
  readonly name: string
  trainer(step: TrainingStep, initial: TrainingState, data: Tensors): Promise<Trainer>
  evaluator(graph: Graph, outputs: readonly NodeId[]): Promise<Evaluator>
}

/** A local executor behind the interface of all. */
export function asExecutor(local: LocalExecutor): Executor {
  return {
    name: local.name,
    trainer: (step, initial, data) => {
      const trainer = local.trainer(step, initial, data)
      return Promise.resolve({
        run: (feeds) => Promise.resolve(trainer.run(feeds)),
        gradients: (inputs) => Promise.resolve(trainer.gradients(inputs)),
        state: () => Promise.resolve(trainer.state()),
        dispose: () => Promise.resolve(trainer.dispose()),
      })
    },
    evaluator: (graph, outputs) => {
      const evaluator = local.evaluator(graph, outputs)
      return Promise.resolve({
        run: (inputs, parameters) => Promise.resolve(evaluator.run(inputs, parameters)),
        dispose: () => Promise.resolve(evaluator.dispose()),
      })
    },
  }
}

/** State before the first step: moments at zero. */
export function initialState(parameters: Parameters): TrainingState {
  const zeros = (): Record<string, Float32Array> =>
    Object.fromEntries(Object.entries(parameters).map(([name, w]) => [name, new Float32Array(w.length)]))
  return { step: 0, parameters, firstMoments: zeros(), secondMoments: zeros() }
}

export function isTensor(value: unknown): value is Tensor {
  return value instanceof Float32Array || value instanceof Int32Array
}

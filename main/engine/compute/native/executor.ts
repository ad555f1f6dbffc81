import {
  corrections,
  fedValues,
  type Graph,
  type LocalEvaluator,
  type LocalExecutor,
  type LocalTrainer,
  type NodeId,
  type Parameters,
  type StepFeeds,
  type Tensor,
  type Tensors,
  type TrainingState,
  type TrainingStep,
} from '../../graph/index.ts'
import { nativeAddon, nativeLevels, type MachineHandle, type NativeAddon, type NativeLevel } from './addon.ts'
import { compile, type Compiled, type Place } from './compile.ts'

/**
 * The compiled executor: a whole graph, or many steps of a training run, in one call of the addon, on one thread. null
 * where the addon is not there (`whyNoNative` says why). level: the instruction set; the best of this processor when left
 * out. Same machine and level: same bytes; levels differ in the last digits, since a fused multiply-add rounds once.
 * Throws an Error for a level that this processor does not have, and for a graph with an axis of length 0.
 */
export function loadNative(level?: NativeLevel): LocalExecutor | null {
  const { addon } = nativeAddon()
  if (addon === null) return null
  const here = addon.levels()
  const chosen = level ?? here.at(-1) ?? nativeLevels[0]
  if (!here.includes(chosen)) throw new Error(`this processor has no ${chosen}`)
  return {
    name: `native (${chosen})`,
    trainer: (step, initial, data) => trainer(addon, chosen, step, initial, data),
    evaluator: (graph, outputs) => evaluator(addon, chosen, graph, outputs),
  }
}

/** One sentence, or null where the compiled executor is there. */
export const whyNoNative = (): string | null => nativeAddon().reason

/** Instruction sets that can be asked for here, the plainest first; empty where the addon is not there. */
export function nativeLevelsHere(): NativeLevel[] {
  const here = nativeAddon().addon?.levels() ?? []
  return nativeLevels.filter((level) => here.includes(level))
}

/** A compiled program and the machine that runs it. */
class Machine {
  readonly compiled: Compiled
  readonly #addon: NativeAddon
  readonly #handle: MachineHandle

  constructor(addon: NativeAddon, level: string, compiled: Compiled) {
    this.compiled = compiled
    this.#addon = addon
    this.#handle = addon.create(level, compiled.words)
    for (const { offset, values } of compiled.constants) this.write(offset, values)
  }

  write(offset: number, values: Tensor): void {
    this.#addon.write(this.#handle, offset, values)
  }

  read(offset: number, size: number): Float32Array {
    const values = new Float32Array(size)
    this.#addon.read(this.#handle, offset, values)
    return values
  }

  leaves(kind: Place['kind']): Place[] {
    return this.compiled.leaves.filter((leaf) => leaf.kind === kind)
  }

  /** Writes the values of all leaves of a kind. */
  give(kind: Place['kind'], values: Tensors): void {
    for (const leaf of this.leaves(kind)) this.write(leaf.offset, valuesOf(leaf, values, 1))
  }

  run(count: number, feeds: readonly Tensor[], targets: Int32Array, scalars: Float32Array): Float32Array {
    const losses = new Float32Array(count)
    this.#addon.run(this.#handle, count, feeds, targets, scalars, losses)
    return losses
  }

  dispose(): void {
    this.#addon.dispose(this.#handle)
  }
}

function valuesOf(leaf: Place, values: Tensors, count: number): Tensor {
  const { name, kind, type, shape } = leaf
  const node =
    kind === 'parameter'
      ? ({ op: 'parameter', name, inputs: [], shape } as const)
      : ({ op: 'input', name, per: kind, type, inputs: [], shape } as const)
  const fed = fedValues(node, values, count)
  // Checked before the first step, so that a run is taken whole or not at all.
  if (leaf.tableRows !== null)
    for (const row of fed)
      if (!(row >= 0 && row < leaf.tableRows))
        throw new Error(`"${name}" names row ${row} of a table of ${leaf.tableRows}`)
  return fed
}

function evaluator(
  addon: NativeAddon,
  level: string,
  graph: Graph,
  outputs: readonly NodeId[],
): LocalEvaluator {
  const machine = new Machine(addon, level, compile(graph, outputs, null))
  let known = machine.leaves('parameter').length === 0
  const nothing = new Int32Array(0)
  const idle = new Float32Array(3)
  return {
    run(inputs, parameters) {
      machine.give('data', inputs)
      machine.give('step', inputs)
      if (parameters !== undefined) {
        machine.give('parameter', parameters)
        known = true
      }
      if (!known) throw new Error('the first call of an evaluator needs the parameters')
      machine.run(1, [], nothing, idle)
      return machine.compiled.outputs.map(({ offset, size }) => machine.read(offset, size))
    },
    dispose: () => {
      machine.dispose()
    },
  }
}

function trainer(
  addon: NativeAddon,
  level: string,
  step: TrainingStep,
  initial: TrainingState,
  data: Tensors,
): LocalTrainer {
  const machine = new Machine(addon, level, compile(step.graph, [step.loss], step))
  const { moments } = machine.compiled
  machine.give('data', data)
  machine.give('parameter', initial.parameters)
  step.rules.forEach(({ name }, i) => {
    const { first, second, size } = moments[i]!
    machine.write(first, stateValues(initial.firstMoments, name, size))
    machine.write(second, stateValues(initial.secondMoments, name, size))
  })
  const fed = machine.leaves('step')
  const targets = Int32Array.from(fed.flatMap(({ offset, size }) => [offset, size]))
  let taken = initial.step
  let gradients: LocalEvaluator | null = null

  const given = {
    weights: copied(initial.parameters),
    first: copied(initial.firstMoments),
    second: copied(initial.secondMoments),
  }

  /** Values of what the rules move, as they are now; what no rule moves as it was given. */
  const present = (part: 'weights' | 'first' | 'second'): Record<string, Float32Array> => {
    const values = copied(given[part])
    step.rules.forEach(({ name }, i) => {
      values[name] = machine.read(moments[i]![part], moments[i]!.size)
    })
    return values
  }

  return {
    run({ count, rates, inputs }: StepFeeds) {
      if (rates.length !== count) throw new Error(`${rates.length} rates for ${count} steps`)
      const feeds = fed.map((leaf) => valuesOf(leaf, inputs, count))
      const scalars = new Float32Array(3 * count)
      for (let i = 0; i < count; i++) {
        const [first, second] = corrections(step, taken + i + 1)
        scalars.set([rates[i]!, first, second], 3 * i)
      }
      const losses = machine.run(count, feeds, targets, scalars)
      taken += count
      return losses
    },
    gradients(inputs) {
      gradients ??= evaluator(addon, level, step.graph, [step.loss, ...step.gradients])
      const [loss, ...values] = gradients.run({ ...data, ...inputs }, present('weights'))
      return {
        loss: loss![0]!,
        gradients: Object.fromEntries(step.rules.map(({ name }, i) => [name, values[i]!])),
      }
    },
    state: () => ({
      step: taken,
      parameters: present('weights'),
      firstMoments: present('first'),
      secondMoments: present('second'),
    }),
    dispose: () => {
      machine.dispose()
      gradients?.dispose()
    },
  }
}

const copied = (tensors: Parameters): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(tensors).map(([name, values]) => [name, Float32Array.from(values)]))

function stateValues(state: Parameters, name: string, size: number): Float32Array {
  const values = state[name]
  if (values === undefined) throw new Error(`the state holds nothing for "${name}"`)
  if (values.length !== size)
    throw new Error(`the state holds ${values.length} values for "${name}", not ${size}`)
  return values
}

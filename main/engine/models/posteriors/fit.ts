import { ContractError } from '../../../contract/index.ts'
import type { Progress } from '../../dataset/table.ts'
import { initialState, trainingStep } from '../../graph/index.ts'
import type { LocalExecutor, Parameters, TrainingStep } from '../../graph/index.ts'
import { randomStream } from '../../math/index.ts'
import { boundData, boundGraph } from './bound.ts'
import { requirePosterior } from './check-spec.ts'
import { antitheticDraws } from './draws.ts'
import { principalFrame } from './frame.ts'
import { coordinateCount, drawWidth } from './generate.ts'
import { planFor, rateAt } from './rules.ts'
import type { TrainingPlan } from './rules.ts'
import type { PosteriorRows, PosteriorSpec, TrainedHead } from './types.ts'
import { weigh } from './weigh.ts'
import type { BoundEstimate } from './weigh.ts'

/** Steps handed to the executor at a time; between them the person may cancel. */
const CHUNK = 25
/** Draws that the final bound is estimated from. */
const BOUND_DRAWS = 512

/** A trained posterior: plain data. A conditional last layer follows from its rows. */
export interface FittedPosterior extends TrainedHead {
  readonly bound: BoundEstimate
  /** Mean bound over each chunk of steps, nats. */
  readonly curve: readonly { readonly step: number; readonly bound: number }[]
}

/** The training step of a posterior: loss = −bound/n, so that rates do not depend on the number of rows. */
export function posteriorStep(
  spec: PosteriorSpec,
  rows: PosteriorRows,
  draws: number,
): { step: TrainingStep; start: Parameters; frame: Float32Array | null } {
  const frame = principalFrame(spec, rows)
  const graph = boundGraph(spec, frame, rows, draws)
  const loss = graph.builder.scale(graph.bound, -1 / rows.n)
  const { parameters } = graph.generated
  const rules = parameters.map(({ name, rate, decay }) => ({ name, rate, decay }))
  return {
    step: trainingStep(graph.builder, loss, rules, { beta2: 0.99 }),
    start: Object.fromEntries(parameters.map(({ name, start }) => [name, start])),
    frame,
  }
}

/**
 * Climbs the bound on ln p(y). Same spec, rows and plan give the same parameters on the same executor. Errors: BAD_REQUEST
 * for a spec that does not fit the rows; NOT_CONVERGED when the bound is not a number; CANCELLED.
 */
export function fitPosterior(
  spec: PosteriorSpec,
  rows: PosteriorRows,
  executor: LocalExecutor,
  progress: Progress,
  plan: TrainingPlan = planFor(coordinateCount(spec)),
): FittedPosterior {
  requirePosterior(spec, rows, plan.draws)
  const { step, start, frame } = posteriorStep(spec, rows, plan.draws)
  const trainer = executor.trainer(step, initialState(start), boundData(rows))
  const stream = randomStream(spec.seed, 'posterior draws')
  const width = drawWidth(spec)
  const curve: { step: number; bound: number }[] = []
  try {
    for (let done = 0; done < plan.steps;) {
      progress.check()
      const count = Math.min(CHUNK, plan.steps - done)
      const first = done
      const losses = trainer.run({
        count,
        rates: Float32Array.from({ length: count }, (_, i) => plan.rate * rateAt(plan, first + i)),
        inputs: { z: antitheticDraws(plan.draws * count, width, stream) },
      })
      done += count
      const bound = (-rows.n * losses.reduce((sum, v) => sum + v, 0)) / count
      if (!Number.isFinite(bound))
        throw new ContractError('NOT_CONVERGED', 'The bound of the posterior is no number.', `step ${done}`)
      curve.push({ step: done, bound })
      progress.report(done, plan.steps, 'posterior', { bound: [done, bound] })
    }
    const head: TrainedHead = { spec, frame, parameters: trainer.state().parameters, rows }
    const { estimate } = weigh(head, executor, progress, BOUND_DRAWS, stream.child('bound'))
    return { ...head, bound: estimate, curve }
  } finally {
    trainer.dispose()
  }
}

import { ContractError } from '../../../contract/index.ts'
import type { ClassPrediction } from '../../../contract/index.ts'
import type { LocalExecutor } from '../../graph/index.ts'
import { predictionSet } from './calibration.ts'
import type { FittedClasses } from './fit-output.ts'
import { classPredictors, entropyParts } from './serve.ts'
import type { ClassKind } from './types.ts'

export interface ClassPosterior {
  readonly outputs: readonly { readonly name: string; readonly levels: readonly string[] }[]
  /** Of each of n rows (x: n x d) each output: probabilities, entropy in its two parts, and the set at `level`. */
  predict(x: Float64Array, n: number, level: number): ClassPrediction[][]
  levelsOf(output: number): readonly string[]
  /** S x n x L under weight draws; their mean is the probability that `predict` states. */
  levelDraws(x: Float64Array, n: number, draws: number, output: number): Float64Array
}

/** Serves categorical outputs: the recommended kind of each, or `kind` where that was fitted. */
export function classPosterior(
  fitted: readonly FittedClasses[],
  executor: LocalExecutor,
  kind?: string,
): ClassPosterior {
  const served = fitted.map((one) => {
    const chosen = one.models.find((model) => model.kind === kind) ?? kindOf(one, one.recommended)
    return { one, model: chosen, predictor: classPredictors(executor, one)(chosen) }
  })
  const at = (output: number): (typeof served)[number] => {
    const found = served[output]
    if (found === undefined)
      throw new ContractError('COLUMN_UNKNOWN', `There is no categorical output ${output}.`)
    return found
  }
  return {
    outputs: fitted.map(({ output, levels }) => ({ name: output, levels })),
    predict(x, n, level) {
      const answers = served.map(({ one, model, predictor }) => {
        const { levels } = one
        const probabilities = predictor.probabilities(x, n)
        const { epistemic, aleatoric } = entropyParts(predictor, x, n, levels.length)
        return Array.from({ length: n }, (_, i): ClassPrediction => {
          const own = probabilities.subarray(i * levels.length, (i + 1) * levels.length)
          return {
            output: one.output,
            levels: levels.map((name, l) => ({ level: name, probability: own[l]! })),
            set: predictionSet(own, model.calibration, level).map((l) => levels[l]!),
            level,
            epistemicBits: epistemic[i]!,
            aleatoricBits: aleatoric[i]!,
          }
        })
      })
      return Array.from({ length: n }, (_, i) => answers.map((answer) => answer[i]!))
    },
    levelsOf: (output) => at(output).one.levels,
    levelDraws: (x, n, draws, output) => at(output).predictor.draws(x, n, draws),
  }
}

function kindOf(one: FittedClasses, kind: ClassKind): FittedClasses['models'][number] {
  const found = one.models.find((model) => model.kind === kind)
  if (found === undefined) throw new Error(`"${one.output}" was fitted without the kind ${kind}`)
  return found
}

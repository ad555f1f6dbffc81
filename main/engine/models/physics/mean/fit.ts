import { ContractError } from '../../../../contract/index.ts'
import { silentProgress } from '../../../dataset/table.ts'
import type { Progress } from '../../../dataset/table.ts'
import { mean, variance } from '../../../math/index.ts'
import { inventory, valueOf } from '../columns/stages.ts'
import { HALL_PETCH_LEAST_UM } from '../laws/hall-petch.ts'
import type { Sample } from '../../types.ts'
import { designFor } from './design.ts'
import type { Block } from './design.ts'
import { fitForm } from './form.ts'
import type { Form } from './form.ts'
import { initialRuleOf, lnInitials, withInitialTerm } from './initial.ts'
import type { LawKind } from './law-value.ts'
import { outputKind } from './outputs.ts'
import type { OutputKind } from './outputs.ts'
import { lawRows, micronsOf, sharesOf, withoutLog } from './rows.ts'
import type { PhysicsMean } from './state.ts'

/** Fewest rows on which constants are fitted. */
export const LEAST_LAW_ROWS = 8
/** Length scales of the surface over composition that are tried, in √terms; null: no surface. */
const LENGTHS = [null, 0.5, 1]

/**
 * What stands beside the law. Growth and transformation are known on few heats, where slopes in single elements mislead
 * on the next heat; strengths add up by element.
 */
const blocksOf: Readonly<Record<OutputKind, ReadonlySet<Block>>> = {
  grain: new Set(['derived physics', 'other inputs']),
  particle: new Set(['derived physics', 'other inputs']),
  fraction: new Set(['derived physics', 'other inputs']),
  strength: new Set(['composition', 'derived physics', 'other inputs']),
}

const lawOf: Readonly<Record<OutputKind, LawKind>> = {
  grain: 'growth',
  particle: 'linear',
  fraction: 'transformation',
  strength: 'linear',
}

export interface PhysicsMeanOptions {
  /** Whether the output already is a natural logarithm; a unit "ln(…)" says so too. */
  readonly log?: boolean
  readonly progress?: Progress
}

/**
 * Fits the law that an output's name and unit ask for: grain growth, LSW coarsening, JMAK or a strength sum, with the
 * constants' priors, other terms under learnt scales and groups (heats, papers) as random effects; a surface over
 * composition where the evidence of the training rows is for it. null where no law is known for the output, its inputs
 * are not there, fewer than `LEAST_LAW_ROWS` rows have a target, or the target does not vary. Errors: BAD_REQUEST for an
 * output that is not there.
 */
export function fitPhysicsMean(
  sample: Sample,
  outputIndex: number,
  options: PhysicsMeanOptions = {},
): PhysicsMean | null {
  const column = sample.outputs[outputIndex]
  if (column === undefined)
    throw new ContractError('BAD_REQUEST', `The sample has no output ${outputIndex}.`, String(outputIndex))
  const { output, isLog: said } = withoutLog(column)
  const isLog = said || options.log === true
  const kind = outputKind(output)
  if (kind === null || (isLog && (kind === 'fraction' || kind === 'strength'))) return null
  const unitFactor =
    kind === 'grain' ? micronsOf(output) : kind === 'fraction' ? sharesOf(sample, outputIndex) : 1
  const link = isLog || kind === 'fraction' || kind === 'strength' ? 'identity' : 'ln'
  const law = lawOf[kind]
  const rows = lawRows(sample, outputIndex, link, isLog, unitFactor)
  const targetVariance = variance(rows.y)
  if (rows.sample.n < LEAST_LAW_ROWS || !(targetVariance > 1e-12)) return null
  const spread = { mean: mean(rows.y), sd: Math.sqrt(targetVariance) }
  const design = designFor(kind, rows.sample, spread, blocksOf[kind])
  if (design === null) return null
  const lnInitial = lnInitials(design, rows)
  const rule = initialRuleOf(lnInitial, rows.y)
  const own = rule === 'none' ? design : withInitialTerm(design, lnInitial)
  let best: Form | null = null
  for (const length of LENGTHS) {
    const form = fitForm(own, law, rule, length, rows, lnInitial, options.progress ?? silentProgress)
    if (form !== null && (best === null || form.logEvidence > best.logEvidence)) best = form
  }
  if (best === null) return null
  return {
    kind: 'physics',
    output: output.name,
    outputKind: kind,
    observed: isLog ? 'ln' : 'value',
    link,
    law,
    unitFactor,
    width: sample.inputs.length,
    ...best,
    initial: rule === 'growth law' ? design.initial : null,
    groupCount: rows.groupCount,
    rows: rows.sample.n,
    fineGrains: kind === 'strength' ? fineGrains(rows.sample) : 0,
  }
}

function fineGrains({ inputs, x, n }: Sample): number {
  const { grain } = inventory(inputs)
  if (grain === null) return 0
  let count = 0
  for (let i = 0; i < n; i++) if (valueOf(grain, x, inputs.length, i) < HALL_PETCH_LEAST_UM) count++
  return count
}

import type { ExecutorChoice, ExecutorEntry, WorkloadKind } from '../../../contract/index.ts'

/**
 * Tables are trained by the first of these that is correct, whatever the clock says: both run in the task's own thread,
 * and which one it is depends on the machine's program alone, so a repeated training repeats its numbers.
 */
const tableOrder: readonly string[] = ['native', 'reference']

/**
 * Which executor a kind of work gets, and why, from what was measured. Table: by a fixed order. Image: the fastest
 * correct one, a GPU only where `allowGpu`. Throws an Error when not even the reference is among the entries.
 */
export function chooseExecutor(
  entries: readonly ExecutorEntry[],
  workload: WorkloadKind,
  allowGpu: boolean,
): ExecutorChoice {
  const correct = entries.filter((entry) => checkOf(entry, workload)?.outcome === 'correct')
  const chosen = workload === 'table' ? firstOf(correct) : fastestOf(correct, allowGpu)
  if (chosen === undefined) throw new Error(`no executor for ${workload}`)
  const others = entries.filter((entry) => entry !== chosen)
  return {
    workload,
    executor: chosen.name,
    because: describe(chosen, workload),
    others: others.map((entry) => whyNot(entry, chosen, workload, allowGpu)),
  }
}

const checkOf = (entry: ExecutorEntry, workload: WorkloadKind) =>
  entry.checks.find((check) => check.workload === workload)

const firstOf = (correct: readonly ExecutorEntry[]): ExecutorEntry | undefined =>
  tableOrder.map((name) => correct.find((entry) => entry.name === name)).find((entry) => entry !== undefined)

function fastestOf(correct: readonly ExecutorEntry[], allowGpu: boolean): ExecutorEntry | undefined {
  const time = (entry: ExecutorEntry): number => checkOf(entry, 'image')?.msPerStep ?? Infinity
  return correct
    .filter(({ device }) => allowGpu || device === 'cpu')
    .reduce<ExecutorEntry | undefined>(
      (best, entry) => (best === undefined || time(entry) < time(best) ? entry : best),
      undefined,
    )
}

function describe(entry: ExecutorEntry, workload: WorkloadKind): string {
  const check = checkOf(entry, workload)
  const time = check?.msPerStep ?? null
  const error = check?.gradientError ?? null
  const figures = [
    time === null ? '' : `${time.toPrecision(3)} ms per step`,
    error === null || entry.name === 'reference'
      ? ''
      : `gradients within ${error.toExponential(1)} of the reference`,
  ].filter((text) => text !== '')
  const why = workload === 'table' ? 'first in the fixed order for tables' : 'the fastest correct one'
  return `${entry.title}: ${[why, ...figures].join(', ')}.`
}

function whyNot(
  entry: ExecutorEntry,
  chosen: ExecutorEntry,
  workload: WorkloadKind,
  allowGpu: boolean,
): string {
  const check = checkOf(entry, workload)
  if (check === undefined)
    return `${entry.title}: ${sentence(entry.absent === '' ? 'not checked' : entry.absent)}`
  if (check.outcome === 'refused') return `${entry.title}: refused, ${sentence(check.reason)}`
  if (check.outcome === 'failed') return `${entry.title}: failed, ${sentence(check.reason)}`
  if (entry.device === 'gpu' && workload === 'table') return `${entry.title}: not used for tables.`
  if (entry.device === 'gpu' && !allowGpu) return `${entry.title}: the GPU is not allowed.`
  const time = check.msPerStep === null ? '' : ` (${check.msPerStep.toPrecision(3)} ms per step)`
  return workload === 'table' && chosen.name !== entry.name
    ? `${entry.title}: correct, but tables take the order compiled kernel, reference${time}.`
    : `${entry.title}: correct, slower${time}.`
}

const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`)

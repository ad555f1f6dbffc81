import type { ExecutorCheck, ExecutorEntry } from '../../../main/contract/index.ts'

const words: Readonly<Record<ExecutorEntry['tried'], string>> = {
  tested: 'tested',
  software: 'tested on a software adapter only',
  untested: 'untested',
}
export const triedText = (tried: ExecutorEntry['tried']): string => words[tried]

/** Milliseconds of a step, the word for what came of it, or null where it was not checked. */
export function executorFigure(
  entry: ExecutorEntry,
  workload: ExecutorCheck['workload'],
): number | string | null {
  const check = entry.checks.find((one) => one.workload === workload)
  return check === undefined ? null : (check.msPerStep ?? check.outcome)
}

/** The larger of the gradient errors of both workloads; null where none is known. */
export function executorError({ checks }: ExecutorEntry): number | null {
  const errors = checks.flatMap(({ gradientError }) => (gradientError === null ? [] : [gradientError]))
  return errors.length === 0 ? null : Math.max(...errors)
}

/** Why it is not there, or what is wrong with it; empty when all is well. */
export function executorRemark({ absent, checks }: ExecutorEntry): string {
  if (absent !== '') return absent
  return [...new Set(checks.map(({ reason }) => reason).filter((reason) => reason !== ''))].join('; ')
}

import type { ExecutorCheck, ExecutorEntry, ExecutorReport } from '../../contract/index.ts'
import { listFlag } from './flags.ts'
import { plainText } from './output.ts'
import type { Verb } from './verb.ts'

/** «engine executors»: what this machine computes with; measured when it has not been, or again when asked. */
export const executorsVerb: Verb = {
  name: 'engine executors',
  bare: {
    summary: 'Show what this machine computes with: checked against the reference, timed, chosen.',
    positionals: [],
    flags: [
      { name: 'again', value: null, help: 'Measure again, also where a choice is kept.' },
      { name: 'cpu-only', value: null, help: 'Measure again and leave GPUs out of the choice.' },
      { name: 'try', value: 'a,b', help: 'Measure again, with these also: onnx-directml, onnx-cuda.' },
    ],
    run: async (context, given) => {
      const session = await context.session()
      const again = ['again', 'cpu-only', 'try'].some((name) => given.flags.has(name))
      const kept = again ? null : await session.call('engine.executors', {})
      if (kept === null) context.terminal.stderr('Measuring; this takes some seconds…\n')
      const report =
        kept ??
        (await session.call('engine.checkExecutors', {
          allowGpu: !given.flags.has('cpu-only'),
          optIn: listFlag(given, 'try') ?? [],
        }))
      return { value: report, text: reportText(report) }
    },
  },
}

function reportText(report: ExecutorReport): string {
  const rows = report.executors.map((entry) => ({
    executor: entry.name,
    device: entry.device,
    tried: entry.tried === 'software' ? 'software adapter' : entry.tried,
    'table ms': figure(entry, 'table'),
    'image ms': figure(entry, 'image'),
    error: worstError(entry),
    remark: remarkOf(entry),
  }))
  const choices = report.choices.map(({ workload, because, others }) =>
    [`${workload === 'table' ? 'Tables' : 'Images'}: ${because}`, ...others].join('\n  '),
  )
  return `${report.machine}\nMeasured ${report.measuredAt}\n\n${plainText(rows)}\n${choices.join('\n\n')}\n`
}

const checkOf = (entry: ExecutorEntry, workload: ExecutorCheck['workload']) =>
  entry.checks.find((check) => check.workload === workload)

function figure(entry: ExecutorEntry, workload: ExecutorCheck['workload']): string {
  const check = checkOf(entry, workload)
  return check === undefined ? '–' : (check.msPerStep?.toPrecision(3) ?? check.outcome)
}

function worstError({ checks }: ExecutorEntry): string {
  const errors = checks.flatMap(({ gradientError }) => (gradientError === null ? [] : [gradientError]))
  return errors.length === 0 ? '–' : Math.max(...errors).toExponential(1)
}

const remarkOf = (entry: ExecutorEntry): string =>
  entry.absent === ''
    ? [...new Set(entry.checks.map(({ reason }) => reason))].filter((r) => r !== '').join('; ')
    : entry.absent

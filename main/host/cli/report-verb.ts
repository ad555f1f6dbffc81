import { resolve } from 'node:path'
import { ContractError, methods } from '../../contract/index.ts'
import { copyWhole } from '../shell-service.ts'
import { neededFlag } from './flags.ts'
import { followJob, jobOutcome } from './job.ts'
import { ProgressView } from './progress.ts'
import { parametersOf, paramsFrom } from './schema-flags.ts'
import { projectFlag, type Verb } from './verb.ts'

/** «report write --project DIR --out FILE»: writes the report and copies its HTML to a file. */
export const reportVerb: Verb = {
  name: 'report write',
  project: {
    summary: methods['report.write'].summary,
    positionals: [],
    flags: [
      projectFlag,
      { name: 'out', value: 'FILE', help: 'Where the HTML is copied to.', required: true },
      ...parametersOf('report.write').map(({ flag }) => flag),
    ],
    run: async (context, given) => {
      const out = resolve(neededFlag(given, 'out'))
      const session = await context.session()
      await session.openProject(resolve(neededFlag(given, 'project')))
      const { title } = methods['report.write'].input.parse(
        paramsFrom('report.write', given, session.handles),
      )
      const { jobId } = await session.call('report.write', { title })
      const view = new ProgressView(context.terminal, () => performance.now())
      const job = await followJob({ session, terminal: context.terminal, view }, jobId)
      const done = jobOutcome(job)
      // A reused job made no new report: its own answer is the one of the job it was taken from.
      const owner = job.reusedFrom ?? job.id
      const report = (await session.call('report.list', {})).find((one) => one.jobId === owner)
      const blob = report === undefined ? null : session.blobPath(report.htmlBlob)
      if (report === undefined || blob === null)
        throw new ContractError('NOT_FOUND', 'The report is gone.', jobId)
      await copyWhole(blob.path, out)
      return {
        value: { ...(done.value as object), reportId: report.id, htmlBlob: report.htmlBlob, out },
        text: `Report written to ${out}\n`,
      }
    },
  },
}

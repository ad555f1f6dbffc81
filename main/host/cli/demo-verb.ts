import { integerFlag } from './flags.ts'
import { ProgressView } from './progress.ts'
import { UsageError, type Verb } from './verb.ts'

/** «demo»: a simulated campaign with known truth, run from simulation to report; goes on where it stopped. */
export const demoVerb: Verb = {
  name: 'demo',
  bare: {
    summary: 'Simulate a campaign with known truth and run its whole way, from simulation to report.',
    positionals: [],
    flags: [
      { name: 'out', value: 'DIR', help: 'Folder of the project. Default: ./demo.' },
      { name: 'seed', value: 'N', help: 'Seed of the campaign. Default: 1.' },
      { name: 'specimens', value: 'N', help: 'Number of specimens. Default: 72.' },
    ],
    run: async (context, given) => {
      const specimens = integerFlag(given, 'specimens', 3) ?? 72
      if (specimens > 500) throw new UsageError('--specimens takes at most 500.')
      const { runDemo, scorecardText } = await import('../demo.ts')
      const session = await context.session()
      const view = new ProgressView(context.terminal, () => performance.now())
      const outcome = await runDemo(
        { session, terminal: context.terminal, view },
        { out: given.flags.get('out') ?? 'demo', seed: integerFlag(given, 'seed', 0) ?? 1, specimens },
      )
      return {
        value: outcome,
        text:
          `${scorecardText(outcome.scores)}\n\nProject  ${outcome.project}\nReport   ${outcome.report}\n` +
          `Screen   npm start -- --project "${outcome.project}"\n`,
      }
    },
  },
}

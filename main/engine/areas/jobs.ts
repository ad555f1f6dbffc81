import type { Job, JsonValue, Plan } from '../../contract/index.ts'
import type { StoredJob } from '../store/index.ts'
import type { Area, AreaContext } from './area.ts'

function visible({ resolved, inputHash, codeVersion, ...job }: StoredJob): Job {
  return job
}

const afterImport: Plan['steps'] = (
  ['segment', 'measure', 'freeze', 'train', 'discover', 'optimize'] as const
).map((kind) => ({ kind, params: {} }))

export function jobArea(context: AreaContext): Area<'job'> & Area<'plan'> & Area<'settings'> {
  const { store, runner, handles } = context
  const resolve = (handle: string) => handles.resolve(handle)

  function startPlan(name: string, steps: Plan['steps']): Plan {
    return store.write(() => {
      const plan = store.plans.insert(name, steps)
      const first = plan.steps[0]!
      runner.submit(first.kind, first.params, resolve, plan.id)
      return store.plans.get(plan.id)
    })
  }
  return {
    'plan.runAll': ({ fromImport }) =>
      startPlan('the whole way', [
        ...(fromImport === null ? [] : [{ kind: 'import' as const, params: fromImport as JsonValue }]),
        ...afterImport,
        { kind: 'report', params: {} },
      ]),
    'plan.runDemo': (params) =>
      startPlan('simulated campaign', [
        { kind: 'simulate', params: params as JsonValue },
        { kind: 'import', params: { simulated: true } },
        ...afterImport.map((step) =>
          step.kind === 'segment' ? { ...step, params: { method: 'watershed' } } : step,
        ),
        { kind: 'scorecard', params: {} },
        { kind: 'report', params: { title: 'Simulated campaign' } },
      ]),
    'plan.list': () => store.plans.list(),

    'job.list': ({ limit }) => store.jobs.list(limit).map(visible),
    'job.get': ({ id }) => visible(store.jobs.get(id)),
    'job.trace': ({ id }) => ({ jobId: store.jobs.get(id).id, series: runner.trace(id) }),
    'job.cancel': ({ id }) => {
      runner.cancel(id)
      return visible(store.jobs.get(id))
    },
    'job.resume': ({ id }) => {
      runner.resume(id)
      return visible(store.jobs.get(id))
    },

    'settings.get': () => store.settings.all(),
    'settings.set': ({ key, value }) =>
      store.write(() => {
        store.settings.set(key, value, store.settings.all()['operator'] ?? 'operator')
        return store.settings.all()
      }),
  }
}

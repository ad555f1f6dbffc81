import type { JobKind, RoomState } from '../../contract/index.ts'
import type { ResultDocument, ResultKind, StoredResult } from '../store/index.ts'
import { silentContext } from './context.ts'
import { currentFields, currentResult, currentSegmentations } from '../steps/current.ts'
import { inputHash } from '../jobs/index.ts'
import type { Area, AreaContext } from './area.ts'

/** True when what the newest job of a kind was made from is no longer what is there. */
function isStale(context: AreaContext, kind: JobKind): boolean {
  const job = context.store.jobs.newest(kind, 'done')
  const step = context.steps.get(kind)
  if (job === null || step === undefined) return false
  try {
    const plan = step.plan(silentContext(context, job), job.params)
    return inputHash(kind, job.params, plan.inputs, job.codeVersion, job.seed) !== job.inputHash
  } catch {
    // Its inputs can no longer be gathered at all.
    return true
  }
}

/** What the rail writes beside a room; a damaged document must not keep the project from opening. */
function countIn<K extends ResultKind>(
  result: StoredResult<K> | null,
  count: (document: ResultDocument<K>) => string,
): string {
  if (result === null) return ''
  try {
    return count(result.document)
  } catch {
    return 'damaged'
  }
}

function roomStates(context: AreaContext): RoomState[] {
  const { store } = context
  const running = new Set(store.jobs.inState('running', 'pending').map((job) => job.kind))
  const items = store.micrographs.items()
  const taken = store.micrographs.list().length
  const fields = currentFields(store)
  const dataset = currentResult(store, 'dataset')
  const model = currentResult(store, 'model')
  const causal = currentResult(store, 'causal')
  const optimization = currentResult(store, 'optimization')
  const report = currentResult(store, 'report')
  const state = (kind: JobKind, has: boolean, ready: boolean): RoomState['state'] =>
    running.has(kind)
      ? 'running'
      : !has
        ? ready
          ? 'empty'
          : 'blocked'
        : isStale(context, kind)
          ? 'stale'
          : 'ready'
  const segmented = currentSegmentations(store).length
  return [
    { room: 'home', state: 'ready', count: '' },
    {
      room: 'import',
      state: running.has('import') ? 'running' : taken > 0 ? 'ready' : 'empty',
      count: items.length === 0 ? '' : `${taken} / ${items.length}`,
    },
    {
      room: 'micrographs',
      state: state('segment', segmented > 0, taken > 0),
      count: taken === 0 ? '' : String(taken),
    },
    {
      room: 'features',
      state: state('measure', fields.length > 0, segmented > 0),
      count: fields.length === 0 ? '' : String(new Set(fields.map((row) => row.micrographId)).size),
    },
    {
      room: 'dataset',
      state: state('freeze', dataset !== null, fields.length > 0),
      count: countIn(dataset, (d) => `${d.rowCount} × ${d.columns.length}`),
    },
    {
      room: 'train',
      state: state('train', model !== null, dataset !== null),
      count: countIn(model, (m) => m.recommended),
    },
    {
      room: 'causal',
      state: state('discover', causal !== null, dataset !== null),
      count: countIn(causal, (c) => `${c.edges.length} edges`),
    },
    {
      room: 'optimize',
      state: state('optimize', optimization !== null, model !== null),
      count: countIn(optimization, (o) => String(o.candidates.length)),
    },
    { room: 'report', state: state('report', report !== null, taken > 0), count: countIn(report, () => '1') },
  ]
}

export function projectArea(context: AreaContext): Area<'project'> {
  const { store, runner, handles } = context
  return {
    'project.info': () => ({
      name: store.meta.get('name') ?? '',
      createdAt: store.meta.get('createdAt') ?? store.now(),
      simulated: store.meta.get('simulated') === '1',
      seed: context.seed,
      programVersion: context.programVersion,
      schemaVersion: Number(store.meta.get('schemaVersion') ?? '0'),
      revision: store.revision(),
      rooms: roomStates(context),
    }),
    'project.verify': (input) => ({
      jobId: runner.submit('verify', input, (handle) => handles.resolve(handle)).id,
    }),
  }
}

import type { Plan, ProjectInfo, RoomName, RoomState } from '../../../main/contract/index.ts'

/** What each room does, in the order of the data's way, and what a person does there next. */
export const way: readonly { room: RoomName; title: string; does: string; act: string }[] = [
  { room: 'import', title: 'Import', does: 'Images and process table', act: 'Import images' },
  { room: 'micrographs', title: 'Micrographs', does: 'Segmentation and review', act: 'Segment and review' },
  { room: 'features', title: 'Features', does: 'Measures with intervals', act: 'Measure' },
  { room: 'dataset', title: 'Dataset', does: 'One frozen row per specimen', act: 'Freeze a dataset' },
  { room: 'train', title: 'Train', does: 'Hypernetwork and baselines', act: 'Train a model' },
  { room: 'causal', title: 'Causal', does: 'Causes, effects, ranking', act: 'Map the causes' },
  {
    room: 'optimize',
    title: 'Optimize',
    does: 'Candidates for the next experiment',
    act: 'Propose candidates',
  },
  { room: 'report', title: 'Report', does: 'Results with their provenance', act: 'Write the report' },
]

export interface NextAction {
  room: RoomName
  title: string
  why: string
}

/** The first room of the way that has work: empty or older than its inputs; null when all is up to date. */
export function nextAction(info: ProjectInfo): NextAction | null {
  for (const { room, title, act } of way) {
    const state = info.rooms.find((entry) => entry.room === room)?.state
    if (state === 'empty') return { room, title: act, why: `${title} has nothing yet.` }
    if (state === 'stale')
      return { room, title: `${act} again`, why: `Inputs of ${title} changed after its result.` }
  }
  return null
}

export const stateTexts: Record<RoomState['state'], string> = {
  empty: 'nothing yet',
  ready: 'up to date',
  running: 'running',
  stale: 'stale',
  blocked: 'waits for an earlier room',
}

export type StepState = 'done' | 'now' | 'stopped' | 'ahead'

/** How far each step of a plan is. */
export function planSteps(plan: Plan): { kind: Plan['steps'][number]['kind']; state: StepState }[] {
  return plan.steps.map(({ kind }, index) => {
    if (index < plan.cursor || plan.state === 'done') return { kind, state: 'done' }
    if (index > plan.cursor) return { kind, state: 'ahead' }
    return { kind, state: plan.state === 'stopped' ? 'stopped' : 'now' }
  })
}

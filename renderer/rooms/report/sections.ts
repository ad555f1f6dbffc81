import type { MethodOutput, RoomName } from '../../../main/contract/index.ts'

/** What each section tells, and the room whose newest result it prints. */
export const sectionRooms = [
  {
    section: 'Import',
    room: 'import',
    tells: 'files taken and refused, with the reason for each; calibration and its source',
  },
  {
    section: 'Segmentation',
    room: 'micrographs',
    tells: 'method and its parameters, review state, outlines drawn on micrographs',
  },
  { section: 'Measures', room: 'features', tells: 'each measure with interval, method and number of fields' },
  { section: 'Dataset', room: 'dataset', tells: 'hash, roles, groups and folds, missing values' },
  { section: 'Model', room: 'train', tells: 'scores beside the baselines, parity, reliability, coverage' },
  {
    section: 'Causal map',
    room: 'causal',
    tells: 'graph with stability, effects with intervals, assumptions',
  },
  {
    section: 'Candidates',
    room: 'optimize',
    tells: 'next experiments with predicted intervals, and what was held fixed and why',
  },
  { section: 'Manifest', room: 'home', tells: 'every hash, version and seed that the report rests on' },
] as const satisfies readonly { section: string; room: RoomName; tells: string }[]

type Rooms = MethodOutput<'project.info'>['rooms']

export interface SectionLine {
  readonly section: string
  readonly room: RoomName
  readonly tells: string
  readonly inReport: boolean
  /** Set when the room holds nothing, or something newer or staler than the report says. */
  readonly remark: string | null
}

/** Each section with whether the report on screen has it, and what its room says now. */
export function sectionLines(written: readonly string[] | null, rooms: Rooms): SectionLine[] {
  return sectionRooms.map(({ section, room, tells }) => {
    const state = rooms.find((entry) => entry.room === room)?.state
    const remarks: Partial<Record<NonNullable<typeof state>, string>> = {
      empty: 'nothing there yet',
      blocked: 'nothing there yet',
      stale: 'older than its inputs',
      running: 'a job runs',
    }
    return {
      section,
      room,
      tells,
      inReport: written?.includes(section) ?? false,
      remark: room === 'home' || state === undefined ? null : (remarks[state] ?? null),
    }
  })
}

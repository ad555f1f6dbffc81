import * as z from 'zod'
import { instant, note } from './primitives.ts'

/** Rooms of the screen in the order of the data's way. */
export const roomName = z.enum([
  'home',
  'import',
  'micrographs',
  'features',
  'dataset',
  'train',
  'causal',
  'optimize',
  'report',
])
export type RoomName = z.infer<typeof roomName>

/** blocked: an earlier room has nothing yet; stale: its inputs changed after its newest result. */
export const roomState = z.object({
  room: roomName,
  state: z.enum(['empty', 'ready', 'running', 'stale', 'blocked']),
  count: z.string(),
})
export type RoomState = z.infer<typeof roomState>

export const projectInfo = z.object({
  name: z.string(),
  createdAt: instant,
  /** True when the data come from the program's own simulator; every room and report says so. */
  simulated: z.boolean(),
  seed: z.number().int(),
  programVersion: z.string(),
  schemaVersion: z.number().int(),
  revision: z.number().int(),
  rooms: z.array(roomState),
})
export type ProjectInfo = z.infer<typeof projectInfo>

export const verifyResult = z.object({
  blobsChecked: z.number().int(),
  rowsChecked: z.number().int(),
  findings: z.array(note),
})
export type VerifyResult = z.infer<typeof verifyResult>

import * as z from 'zod'
import { jobKind, jobState } from './job.ts'
import { entityId } from './primitives.ts'

export const changedEvent = z.object({
  type: z.literal('changed'),
  entity: z.enum([
    'project',
    'micrograph',
    'specimen',
    'segmentation',
    'feature',
    'dataset',
    'model',
    'generator',
    'causal',
    'optimization',
    'report',
    'plan',
    'settings',
    'scorecard',
  ]),
  ids: z.array(entityId),
  revision: z.number().int(),
})

export const jobEvent = z.object({
  type: z.literal('job'),
  id: entityId,
  kind: jobKind,
  state: jobState,
  done: z.number().int(),
  total: z.number().int().nullable(),
  unit: z.string(),
  message: z.string(),
})

/** The only two kinds of event: what changed (ask again for what is on screen), and how a job stands. */
export const engineEvent = z.discriminatedUnion('type', [changedEvent, jobEvent])
export type EngineEvent = z.infer<typeof engineEvent>
export type ChangedEvent = z.infer<typeof changedEvent>
export type JobEvent = z.infer<typeof jobEvent>

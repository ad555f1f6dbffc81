import * as z from 'zod'
import { contractErrorData } from './errors.ts'
import { engineEvent } from './events.ts'

/** What travels on every transport, and nothing else. `params` and `value` are checked against the method table. */
export const callMessage = z.object({
  id: z.number().int().nonnegative(),
  method: z.string().max(64),
  params: z.unknown(),
})
export type CallMessage = z.infer<typeof callMessage>

export const replyMessage = z.union([
  z.object({ id: z.number().int(), value: z.unknown() }),
  z.object({ id: z.number().int(), error: contractErrorData }),
])
export type ReplyMessage = z.infer<typeof replyMessage>

export const eventMessage = z.object({ event: engineEvent })
export type EventMessage = z.infer<typeof eventMessage>

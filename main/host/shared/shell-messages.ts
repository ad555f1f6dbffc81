import * as z from 'zod'

/** The engine's processes that compute; only the shell can start them, and it hands their messages on unread. */
const executorCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('executorStart'), child: z.number().int() }),
  z.object({ type: z.literal('executorPost'), child: z.number().int(), message: z.unknown() }),
  z.object({ type: z.literal('executorKill'), child: z.number().int() }),
])
export type ExecutorCommand = z.infer<typeof executorCommand>

/**
 * What the desktop shell asks of the engine process, and nothing else: the page's own calls go over its port
 * and never through the shell. A port travels beside a 'port' message.
 */
export const shellRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('port') }),
  z.object({ type: z.literal('mint'), id: z.number().int(), path: z.string() }),
  z.object({ type: z.literal('blob'), id: z.number().int(), sha256: z.string() }),
  z.object({ type: z.literal('saveBlob'), id: z.number().int(), sha256: z.string(), path: z.string() }),
  z.object({ type: z.literal('close'), id: z.number().int() }),
  z.object({ type: z.literal('executorMessage'), child: z.number().int(), message: z.unknown() }),
  z.object({ type: z.literal('executorExit'), child: z.number().int(), how: z.string() }),
])
export type ShellRequest = z.infer<typeof shellRequest>

export const shellReply = z.union([
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), message: z.string() }),
  z.object({ type: z.literal('answer'), id: z.number().int(), value: z.unknown() }),
  z.object({ type: z.literal('refused'), id: z.number().int(), message: z.string() }),
  executorCommand,
])
export type ShellReply = z.infer<typeof shellReply>

export const blobPlace = z.object({ path: z.string(), mediaType: z.string() }).nullable()

import * as z from 'zod'
import { entityId } from './primitives.ts'

/**
 * query: reads, may run at any time. command: one short write transaction. job: answers the id of a job row.
 * Scope says who answers: the engine of the open project, or the host (files, which project is open).
 */
export type MethodKind = 'query' | 'command' | 'job'
export type MethodScope = 'engine' | 'host'

export interface MethodSpec<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: MethodKind
  readonly scope: MethodScope
  readonly summary: string
  readonly input: I
  readonly output: O
}

export const jobTicket = z.object({ jobId: entityId })

export function query<I extends z.ZodType, O extends z.ZodType>(summary: string, input: I, output: O) {
  return { kind: 'query', scope: 'engine', summary, input, output } as const satisfies MethodSpec<I, O>
}
export function command<I extends z.ZodType, O extends z.ZodType>(summary: string, input: I, output: O) {
  return { kind: 'command', scope: 'engine', summary, input, output } as const satisfies MethodSpec<I, O>
}
export function startsJob<I extends z.ZodType>(summary: string, input: I) {
  return { kind: 'job', scope: 'engine', summary, input, output: jobTicket } as const satisfies MethodSpec<
    I,
    typeof jobTicket
  >
}
export function hostMethod<I extends z.ZodType, O extends z.ZodType>(
  kind: 'query' | 'command',
  summary: string,
  input: I,
  output: O,
) {
  return { kind, scope: 'host', summary, input, output } as const satisfies MethodSpec<I, O>
}

import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { callMessage, ContractError, isMethodName, methods } from '../contract/index.ts'
import type { ContractErrorData, MethodName, ReplyMessage } from '../contract/index.ts'
import type { Log } from './log.ts'

type Answer = (method: MethodName, params: unknown) => Promise<unknown>

/** Answers one message: parsed, checked against the method table both ways, errors as contract data. */
export async function replyTo(message: unknown, answer: Answer, log: Log): Promise<ReplyMessage> {
  const call = callMessage.safeParse(message)
  if (!call.success) {
    const error = new ContractError('BAD_REQUEST', 'The message is not a call of the contract.')
    return { id: idOf(message), error: error.toData() }
  }
  const { id, method, params } = call.data
  try {
    return { id, value: await checkedCall(method, params, answer) }
  } catch (cause) {
    return { id, error: errorData(cause, method, log) }
  }
}

/** Parses params, calls, parses the answer. @throws ContractError, and anything else that is a defect */
export async function checkedCall(method: string, params: unknown, answer: Answer): Promise<unknown> {
  if (!isMethodName(method))
    throw new ContractError('UNKNOWN_METHOD', 'There is no such method.', method.slice(0, 64))
  const input = methods[method].input.safeParse(params)
  if (!input.success)
    throw new ContractError('BAD_REQUEST', firstIssue(input.error), `${method}: ${pathOf(input.error)}`)
  const value = await answer(method, input.data)
  const output = methods[method].output.safeParse(value)
  if (!output.success)
    throw new Error(`${method} answered against its contract: ${z.prettifyError(output.error)}`)
  return output.data
}

/** What may cross a host of an error. A defect becomes INTERNAL with a log id; its stack stays in the log. */
export function errorData(cause: unknown, doing: string, log: Log): ContractErrorData {
  if (cause instanceof ContractError) return cause.toData()
  const logId = randomBytes(4).toString('hex')
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  log({ level: 'error', message: `[${logId}] ${doing} failed unexpectedly.`, detail })
  return new ContractError('INTERNAL', 'Something unexpected happened.', `log ${logId}`).toData()
}

function idOf(message: unknown): number {
  const id: unknown = typeof message === 'object' && message !== null && 'id' in message ? message.id : 0
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : 0
}

const firstIssue = (error: z.ZodError): string => {
  const message = error.issues[0]?.message ?? 'The values are not as described.'
  return message.slice(0, 300)
}
const pathOf = (error: z.ZodError): string =>
  (error.issues[0]?.path ?? []).map(String).join('.').slice(0, 200) || 'params'

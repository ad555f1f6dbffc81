import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { ContractErrorData } from '../../main/contract/index.ts'
import { asContractError } from '../client/index.ts'

export interface Notice {
  id: number
  /** What the person was doing: "Import", "Accept segmentation". */
  action: string
  error: ContractErrorData
  /** How often the same thing happened, and to which items. */
  count: number
  details: string[]
}

/** Errors a person has not closed yet, one entry for each cause; and plain messages of success. */
export const useErrorsStore = defineStore('errors', () => {
  const notices = ref<Notice[]>([])
  let nextId = 1

  function report(action: string, thrown: unknown): void {
    const error = asContractError(thrown).toData()
    const same = notices.value.find(
      (notice) =>
        notice.action === action &&
        notice.error.code === error.code &&
        notice.error.message === error.message,
    )
    if (same !== undefined) {
      same.count++
      if (error.detail !== null && !same.details.includes(error.detail)) same.details.push(error.detail)
      return
    }
    notices.value.push({
      id: nextId++,
      action,
      error,
      count: 1,
      details: error.detail === null ? [] : [error.detail],
    })
  }

  function close(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }

  /** Runs an action; a failure becomes a notice and null is returned. */
  async function attempt<T>(action: string, run: () => Promise<T>): Promise<T | null> {
    try {
      return await run()
    } catch (thrown) {
      report(action, thrown)
      return null
    }
  }

  return { notices, report, close, attempt }
})

/** The text a person sends to those who can help. */
export function errorDetailsText(
  action: string,
  error: ContractErrorData,
  details: readonly string[],
): string {
  return [
    `Action: ${action}`,
    `Code: ${error.code}`,
    `Message: ${error.message}`,
    ...details.map((detail) => `Item: ${detail}`),
    `Hint: ${error.hint}`,
  ].join('\n')
}

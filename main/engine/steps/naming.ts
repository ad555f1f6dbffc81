import { ContractError } from '../../contract/index.ts'

/** Runs `work`; an error that names no item is told to be about this one (a file, a column). */
export function naming<T>(item: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof ContractError && error.detail === null)
      throw new ContractError(error.code, error.message, item)
    throw error
  }
}

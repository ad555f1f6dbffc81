import { ContractError } from '../../../../main/contract/index.ts'

/** Code of the ContractError that `work` throws; 'nothing' when it throws none; anything else is passed on. */
export function codeOf(work: () => unknown): string {
  try {
    work()
    return 'nothing'
  } catch (error) {
    if (error instanceof ContractError) return error.code
    throw error
  }
}

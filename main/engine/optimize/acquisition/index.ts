import { ContractError } from '../../../contract/index.ts'
import type { Acquisition } from './acquisition.ts'
import { expectedImprovement } from './expected-improvement.ts'
import { logExpectedImprovement } from './log-expected-improvement.ts'
import { probabilityOfImprovement } from './probability-of-improvement.ts'

export type { Acquisition } from './acquisition.ts'
export { expectedImprovement, logExpectedImprovement, probabilityOfImprovement }

/** Every acquisition function of the program; a new one is a file and an entry here. */
export const acquisitions: readonly Acquisition[] = register([
  logExpectedImprovement,
  expectedImprovement,
  probabilityOfImprovement,
])

/** The list as given; RangeError when two have one id. */
export function register(list: readonly Acquisition[]): readonly Acquisition[] {
  const ids = list.map((entry) => entry.id)
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice !== undefined) throw new RangeError(`two acquisition functions are called ${twice}`)
  return list
}

/** Error BAD_REQUEST when no acquisition function has this id. */
export function acquisitionById(id: string): Acquisition {
  const found = acquisitions.find((entry) => entry.id === id)
  if (found === undefined)
    throw new ContractError('BAD_REQUEST', 'There is no such acquisition function.', id)
  return found
}

import type { Column } from '../../../main/contract/index.ts'

export interface Choice {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

/** What the engine takes when nothing is chosen, shown as ticks so that a person sees what would be trained. */
export function defaultChoice(columns: readonly Column[]): Choice {
  const numbers = (role: Column['role']) =>
    columns.filter((column) => column.role === role && column.kind === 'number').map((column) => column.name)
  return {
    inputs: columns
      .filter((column) => column.role === 'composition' || column.role === 'process')
      .map((column) => column.name),
    outputs: [...numbers('property'), ...numbers('microstructure')],
  }
}

export function sameChoice(a: Choice, b: Choice): boolean {
  const key = (names: readonly string[]) => JSON.stringify(names.toSorted())
  return key(a.inputs) === key(b.inputs) && key(a.outputs) === key(b.outputs)
}

/** Why training cannot start with this choice; null when it can. */
export function choiceProblem(choice: Choice): string | null {
  if (choice.inputs.length === 0) return 'Choose at least one input.'
  return choice.outputs.length === 0 ? 'Choose at least one output.' : null
}

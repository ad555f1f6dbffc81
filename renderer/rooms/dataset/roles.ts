import type { ColumnRole, MethodOutput } from '../../../main/contract/index.ts'

export type ProposedColumn = MethodOutput<'dataset.roles'>[number]
export type Roles = Readonly<Record<string, ColumnRole>>

export const roleChoices: readonly { role: ColumnRole; title: string; meaning: string }[] = [
  {
    role: 'composition',
    title: 'composition',
    meaning: 'what the alloy is made of; a cause of everything later',
  },
  {
    role: 'process',
    title: 'process',
    meaning: 'what was done to the specimen; a cause of structure and property',
  },
  { role: 'microstructure', title: 'microstructure', meaning: 'what was measured on the micrographs' },
  { role: 'property', title: 'property', meaning: 'what the specimen is wanted for; an outcome' },
  { role: 'context', title: 'context', meaning: 'heat, plate, operator: groups rows, is not a cause to set' },
  { role: 'ignored', title: 'ignored', meaning: 'kept out of the dataset' },
]

/** Only what a person changed is sent, so that the engine's own choice stays the rule for the rest. */
export function changedRoles(columns: readonly ProposedColumn[], chosen: Roles): Record<string, ColumnRole> {
  return Object.fromEntries(
    columns.flatMap(({ name, role }) => {
      const wanted = chosen[name]
      return wanted === undefined || wanted === role ? [] : [[name, wanted] as const]
    }),
  )
}

/** Why a column cannot serve as it is; null when it can. */
export function columnProblem(column: ProposedColumn, specimens: number): string | null {
  if (column.filled === 0) return 'no specimen has a value'
  if (column.distinct < 2) return 'constant: it cannot explain anything'
  if (column.kind === 'category' && column.distinct === column.filled && column.filled > 2) {
    return 'a different text for each specimen: a name, not a category'
  }
  return column.filled < specimens ? `${String(specimens - column.filled)} missing` : null
}

/** Why a freeze with these roles would be of no use; null when it may start. */
export function freezeProblem(columns: readonly ProposedColumn[], chosen: Roles): string | null {
  const roles = new Set(columns.map((column) => chosen[column.name] ?? column.role))
  if (!roles.has('composition') && !roles.has('process')) {
    return 'Give at least one column the role composition or process.'
  }
  if (!roles.has('microstructure') && !roles.has('property')) {
    return 'Give at least one column the role microstructure or property.'
  }
  return null
}

import { ContractError } from '../../../contract/index.ts'
import type { Store } from '../../store/index.ts'
import type { ProcessTable } from './process-table.ts'
import { contradiction, isPerField } from './specimen-values.ts'

const named = (unit: string) => (unit === '' ? 'no unit' : unit)
const kinds = { number: 'numbers', category: 'text' } as const

/**
 * A table that contradicts what the project holds would be mixed with it value by value: hours with minutes, one
 * specimen's two hardnesses. Throws TABLE_BAD_UNIT, TABLE_BAD_NUMBER, TABLE_DUPLICATE_ID.
 */
export function checkAgreement(table: ProcessTable, fileNames: readonly string[], store: Store): void {
  const known = new Map(store.specimens.columns().map((column) => [column.name, column]))
  for (const { name, unit, kind } of table.columns) {
    const before = known.get(name)
    if (before === undefined || table.summary.find((column) => column.name === name)?.filled === 0) continue
    if (before.unit !== unit)
      throw new ContractError(
        'TABLE_BAD_UNIT',
        `Column "${name}" has ${named(unit)} in this table and ${named(before.unit)} in the project.`,
        name,
      )
    if (before.kind !== kind)
      throw new ContractError(
        'TABLE_BAD_NUMBER',
        `Column "${name}" holds ${kinds[kind]} in this table and ${kinds[before.kind]} in the project.`,
        name,
      )
  }
  const perField = new Set(table.columns.filter(({ role }) => isPerField(role)).map(({ name }) => name))
  const specimens = new Map(store.specimens.list().map((specimen) => [specimen.name, specimen]))
  for (const fileName of fileNames) {
    const row = table.rowFor(fileName)
    const before = row === null ? undefined : specimens.get(row.specimenName)
    if (before === undefined) continue
    const old = new Map(before.values.map((value) => [value.column, value.number ?? value.text]))
    for (const value of row!.values) {
      const was = old.get(value.column) ?? null
      const is = value.number ?? value.text
      if (was !== null && is !== null && was !== is && !perField.has(value.column))
        throw contradiction(before.name, value.column, `${was} in the project`, `${is} in this table`)
    }
  }
}

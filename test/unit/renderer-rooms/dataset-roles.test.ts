import { describe, expect, it } from 'vitest'
import type { DatasetTable } from '../../../main/contract/index.ts'
import {
  changedRoles,
  columnProblem,
  freezeProblem,
  roleChoices,
  type ProposedColumn,
} from '../../../renderer/rooms/dataset/roles.ts'
import { datasetGrid, datasetRows } from '../../../renderer/rooms/dataset/rows.ts'
import { columnRole } from '../../../main/contract/index.ts'
import { cellText } from '../../../renderer/ui/grid.ts'

const column = (
  name: string,
  role: ProposedColumn['role'],
  part: Partial<ProposedColumn> = {},
): ProposedColumn => ({
  name,
  unit: '1',
  role,
  kind: 'number',
  filled: 10,
  distinct: 5,
  ...part,
})

describe('roles of the next freeze', () => {
  it('offers every role of the contract, each once', () => {
    expect(roleChoices.map(({ role }) => role).sort()).toEqual([...columnRole.options].sort())
  })

  it('sends only what a person changed', () => {
    const columns = [column('a', 'process'), column('b', 'property')]
    expect(changedRoles(columns, { a: 'process', b: 'ignored', gone: 'process' })).toEqual({ b: 'ignored' })
  })

  it('says why a column cannot serve', () => {
    expect(columnProblem(column('a', 'process', { filled: 0, distinct: 0 }), 10)).toContain('no specimen')
    expect(columnProblem(column('a', 'process', { distinct: 1 }), 10)).toContain('constant')
    expect(columnProblem(column('a', 'process', { filled: 7 }), 10)).toBe('3 missing')
    expect(columnProblem(column('a', 'process', { kind: 'category', distinct: 10 }), 10)).toContain('name')
    expect(columnProblem(column('a', 'process'), 10)).toBeNull()
  })

  it('asks for a cause and for a consequence', () => {
    const columns = [column('a', 'process'), column('b', 'property')]
    expect(freezeProblem(columns, {})).toBeNull()
    expect(freezeProblem(columns, { a: 'context' })).toContain('composition or process')
    expect(freezeProblem(columns, { b: 'ignored' })).toContain('microstructure or property')
  })
})

describe('rows of a dataset', () => {
  const table: DatasetTable = {
    columns: [{ name: 'f', unit: '1', role: 'microstructure', kind: 'number', levels: [] }],
    specimens: ['S1', 'S2', 'S3'],
    groups: ['H1', 'H1', 'H2'],
    folds: [0, 0, 4],
    values: [[0.12345, null, 2]],
    standardErrors: [[0.0021, null, null]],
  }
  const rows = datasetRows(table)
  const grid = datasetGrid(table)
  const shown = (key: string, row: number) =>
    cellText(
      grid.find((c) => c.key === key)!,
      rows[row]!,
    )

  it('shows a value with its standard error and missing as a dash, never 0', () => {
    expect(shown('f', 0)).toBe('0.1235 ± 0.0021')
    expect(shown('f', 1)).toBe('–')
    expect(grid.find((c) => c.key === 'f')?.value(rows[1]!)).toBeNull()
    expect(shown('f', 2)).toBe('2')
  })

  it('shows group and fold, counted from 1', () => {
    expect(rows.map((row) => row.group)).toEqual(['H1', 'H1', 'H2'])
    expect(shown('fold', 2)).toBe('5')
  })
})

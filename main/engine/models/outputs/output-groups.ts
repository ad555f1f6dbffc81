import { ContractError } from '../../../contract/index.ts'
import type { Table, TableColumn } from '../../dataset/table.ts'
import { columnOf, sampleOf } from '../sample.ts'
import type { OutputGroup, Sample, Whole } from '../types.ts'
import { closed } from './composition.ts'
import { DERIVED, derivedOf } from './histogram.ts'
import type { Support } from './support.ts'

/** How far the parts of a row may miss their total and still be taken as its parts, rounded: a share of the total. */
const TOLERANCE = 0.02

export interface OutputSpec {
  readonly outputs: readonly string[]
  readonly supports?: Readonly<Record<string, Support>> | undefined
  readonly groups?: readonly OutputGroup[] | undefined
}

/**
 * The named columns as a sample over all rows of the table; groups of parts follow the outputs that stand alone, each as
 * parts that add up to its total exactly and, for a histogram, its derived quantities (`name mean`, `name D50`, …). A row
 * that lacks one part lacks the group. Errors: as `sampleOf`; BAD_REQUEST for a group that is none (fewer than two columns, a column in
 * two groups or a category, edges that do not fit) and for a row whose parts are negative or miss their total by more
 * than 2 %.
 */
export function groupedSample(table: Table, inputs: readonly string[], spec: OutputSpec): Sample {
  const { outputs, supports = {}, groups = [] } = spec
  if (groups.length === 0) return sampleOf(table, inputs, outputs, supports)
  requireGroups(groups)
  const inGroup = new Set(groups.flatMap(({ columns }) => columns))
  const alone = outputs.filter((name) => !inGroup.has(name))
  const columns = new Map(table.columns.map((column) => [column.name, column]))
  const names = [...alone]
  const wholes: Whole[] = []
  const ownSupports: Record<string, Support> = {}
  for (const group of groups) {
    const { name, total, edges } = group
    const made = groupColumns(table, group)
    const derived = made.length - group.columns.length
    made.slice(group.columns.length).forEach((column) => {
      if (columns.has(column.name))
        throw new ContractError(
          'BAD_REQUEST',
          `The table has a column "${column.name}", which is what the histogram "${name}" is called by.`,
          column.name,
        )
    })
    for (const column of made) columns.set(column.name, column)
    made.forEach((column, j) => {
      ownSupports[column.name] =
        j < group.columns.length ? { kind: 'bounded', low: 0, high: total } : derivedSupport(edges!)
    })
    wholes.push({
      name,
      total,
      first: names.length,
      parts: group.columns.length,
      derived,
      edges: edges === undefined ? null : [...edges],
    })
    names.push(...made.map((column) => column.name))
  }
  const sample = sampleOf({ ...table, columns: [...columns.values()] }, inputs, names, {
    ...supports,
    ...ownSupports,
  })
  return {
    ...sample,
    wholes,
    outputs: sample.outputs.map((output, j) => {
      const whole = wholes.find(({ first, parts }) => j >= first && j < first + parts)
      return whole === undefined ? output : { ...output, whole: whole.name }
    }),
  }
}

/** Sizes are above 0 and lie on a ratio scale; where edges are not, the quantities lie between the outermost. */
function derivedSupport(edges: readonly number[]): Support {
  const low = edges[0]!
  const high = edges.at(-1)!
  return low >= 0 ? { kind: 'positive', most: high } : { kind: 'bounded', low, high }
}

function requireGroups(groups: readonly OutputGroup[]): void {
  const seen = new Set<string>()
  const refuse = (name: string, why: string): never => {
    throw new ContractError('BAD_REQUEST', `The group "${name}" ${why}.`, name)
  }
  if (new Set(groups.map(({ name }) => name)).size < groups.length)
    refuse(groups[0]!.name, 'shares its name with another')
  for (const { name, columns, kind, edges } of groups) {
    if (columns.length < 2) refuse(name, 'needs at least two columns')
    for (const column of columns) {
      if (seen.has(column)) refuse(name, `takes "${column}", which is a part already`)
      seen.add(column)
    }
    if (kind === 'composition' && edges !== undefined) refuse(name, 'is a composition and has no edges')
    if (kind === 'composition') continue
    if (edges?.length !== columns.length + 1) refuse(name, `needs ${columns.length + 1} edges of its bins`)
    if (edges!.some((edge, b) => !Number.isFinite(edge) || (b > 0 && edge <= edges![b - 1]!)))
      refuse(name, 'needs edges that ascend')
  }
}

/** Columns of the parts, closed to the total, then the derived ones; NaN in all of them where a part is missing. */
function groupColumns(table: Table, group: OutputGroup): TableColumn[] {
  const { name, total, edges } = group
  const parts = group.columns.map((column) => columnOf(table, column))
  const category = parts.find(({ levels }) => levels !== null)
  if (category !== undefined)
    throw new ContractError('BAD_REQUEST', `"${category.name}" is a category, not a share.`, category.name)
  const n = table.rowIds.length
  const values = parts.map(() => new Float64Array(n).fill(Number.NaN))
  const derived = (edges === undefined ? [] : DERIVED).map(() => new Float64Array(n).fill(Number.NaN))
  for (let i = 0; i < n; i++) {
    const row = Float64Array.from(parts, (part) => part.values[i]!)
    if (row.some(Number.isNaN)) continue
    const sum = row.reduce((a, b) => a + b, 0)
    if (row.some((v) => v < 0) || !(Math.abs(sum - total) <= TOLERANCE * total))
      throw new ContractError(
        'BAD_REQUEST',
        `The parts of "${name}" add up to ${sum} in row ${table.rowIds[i]!}; they are shares of ${total}, none below 0.`,
        name,
      )
    closed(row, total).forEach((v, j) => (values[j]![i] = v))
    if (edges === undefined) continue
    derivedOf(closed(row, 1), edges).forEach((v, q) => (derived[q]![i] = v))
  }
  return [
    ...parts.map((part, j) => ({ ...part, values: values[j]! })),
    ...derived.map((column, q): TableColumn => ({
      name: `${name} ${DERIVED[q]!}`,
      unit: group.unit ?? '1',
      role: parts[0]!.role,
      levels: null,
      values: column,
    })),
  ]
}

import { ContractError } from '../../contract/index.ts'
import type { Support } from './outputs/support.ts'
import type { Table, TableColumn } from '../dataset/table.ts'
import type { Sample } from './types.ts'

export function columnOf(table: Table, name: string): TableColumn {
  const found = table.columns.find((c) => c.name === name)
  if (found === undefined)
    throw new ContractError('COLUMN_UNKNOWN', `The table has no column "${name}".`, name)
  return found
}

/** Rows of `x` (width columns each) named by `rows`. */
export function takeRows(x: Float64Array, width: number, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length * width)
  for (let i = 0; i < rows.length; i++)
    out.set(x.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width)
  return out
}

export function subset(sample: Sample, rows: Int32Array): Sample {
  return {
    ...sample,
    n: rows.length,
    x: takeRows(sample.x, sample.inputs.length, rows),
    y: takeRows(sample.y, sample.outputs.length, rows),
    groups: Int32Array.from(rows, (r) => sample.groups[r]!),
  }
}

/** The named inputs of the table as a sample without outputs. Errors: as `sampleOf`. */
export function inputsOf(table: Table, inputs: readonly string[]): Sample {
  if (inputs.length === 0) throw new ContractError('NO_INPUTS', 'No input column was given to the model.')
  const x = inputs.map((name) => columnOf(table, name))
  const n = table.rowIds.length
  return {
    n,
    inputs: x.map((c) => ({ name: c.name, unit: c.unit, levels: c.levels })),
    outputs: [],
    x: interleave(x, n),
    y: new Float64Array(0),
    groups: table.groups,
  }
}

/**
 * The named columns of the table as a sample over all its rows. Errors: COLUMN_UNKNOWN; NO_INPUTS or NO_OUTPUTS
 * for an empty list; BAD_REQUEST for a column on both sides, for a categorical output and for a value that is not
 * finite.
 */
export function sampleOf(
  table: Table,
  inputs: readonly string[],
  outputs: readonly string[],
  supports: Readonly<Record<string, Support>> = {},
): Sample {
  const known = inputsOf(table, inputs)
  if (outputs.length === 0) throw new ContractError('NO_OUTPUTS', 'No output column was given to the model.')
  requireApart(inputs, outputs)
  const y = outputs.map((name) => columnOf(table, name))
  const categorical = y.find((c) => c.levels !== null)
  if (categorical !== undefined)
    throw new ContractError(
      'BAD_REQUEST',
      `Output "${categorical.name}" is a category, not a number.`,
      categorical.name,
    )
  return {
    ...known,
    outputs: y.map((c) => {
      const support = supports[c.name]
      return { name: c.name, unit: c.unit, ...(support === undefined ? {} : { support }) }
    }),
    y: interleave(y, known.n),
  }
}

/** BAD_REQUEST for a column that is both an input and an output. */
export function requireApart(inputs: readonly string[], outputs: readonly string[]): void {
  const both = inputs.find((name) => outputs.includes(name))
  if (both !== undefined)
    throw new ContractError('BAD_REQUEST', `Column "${both}" cannot be both an input and an output.`, both)
}

function interleave(columns: readonly TableColumn[], n: number): Float64Array {
  const out = new Float64Array(n * columns.length)
  columns.forEach((c, j) => {
    for (let i = 0; i < n; i++) {
      const v = c.values[i]!
      if (v === Infinity || v === -Infinity)
        throw new ContractError('BAD_REQUEST', `Row ${i} of column "${c.name}" is not finite.`, c.name)
      out[i * columns.length + j] = v
    }
  })
  return out
}

import type {
  CausalSummary,
  DatasetTable,
  ModelSummary,
  OptimizationSummary,
} from '../../../main/contract/index.ts'
import { columnName } from '../../../main/figures/labels.ts'

export interface BoundLine {
  readonly column: string
  readonly unit: string
  readonly dataLow: number
  readonly dataHigh: number
  /** The causal map finds an effect on the objective that can be told from 0: varied unless switched off. */
  readonly critical: boolean
  /** Standardised effect on the objective, with its interval, as the map ranks it; null when it is not ranked. */
  readonly effect: { readonly value: number; readonly low: number; readonly high: number } | null
}
export interface BoundChoice {
  readonly vary: boolean
  readonly low: number
  readonly high: number
}
export type BoundChoices = Readonly<Record<string, BoundChoice>>
export interface Limit {
  readonly output: string
  readonly min: number | null
  readonly max: number | null
}

/** Numeric inputs of the model with the range of their data and what the map says of them for this objective. */
export function boundLines(
  model: Pick<ModelSummary, 'inputs'>,
  table: DatasetTable,
  map: Pick<CausalSummary, 'ranking'> | null,
  objective: string,
): BoundLine[] {
  return model.inputs.flatMap((name) => {
    const at = table.columns.findIndex((column) => column.name === name)
    const column = table.columns[at]
    if (column === undefined || column.kind !== 'number') return []
    const numbers = (table.values[at] ?? []).filter((value): value is number => typeof value === 'number')
    if (numbers.length === 0) return []
    const ranked = map?.ranking.find((row) => row.outcome === objective && row.treatment === name)
    return [
      {
        column: name,
        unit: column.unit,
        dataLow: Math.min(...numbers),
        dataHigh: Math.max(...numbers),
        critical: ranked?.critical ?? false,
        effect:
          ranked === undefined
            ? null
            : { value: ranked.standardisedEffect, low: ranked.low, high: ranked.high },
      },
    ]
  })
}

/** Columns that are varied without a word from a person: the critical ones, or all when the map names none. */
export function variedByDefault(lines: readonly BoundLine[]): ReadonlySet<string> {
  const critical = lines.filter((line) => line.critical)
  return new Set((critical.length > 0 ? critical : lines).map((line) => line.column))
}

export function choiceOf(line: BoundLine, choices: BoundChoices, defaults: ReadonlySet<string>): BoundChoice {
  const made = choices[line.column]
  return made ?? { vary: defaults.has(line.column), low: line.dataLow, high: line.dataHigh }
}

/** Columns to vary, where they are others than the engine would take by itself; else none is named. */
export function varyToSend(lines: readonly BoundLine[], choices: BoundChoices): string[] {
  const defaults = variedByDefault(lines)
  const varied = lines.filter((line) => choiceOf(line, choices, defaults).vary).map((line) => line.column)
  const same = varied.length === defaults.size && varied.every((column) => defaults.has(column))
  return same ? [] : varied
}

/** Bounds to send: those of varied columns whose ends differ from the data. */
export function boundsToSend(
  lines: readonly BoundLine[],
  choices: BoundChoices,
): { column: string; low: number; high: number }[] {
  const defaults = variedByDefault(lines)
  return lines.flatMap((line) => {
    const { vary, low, high } = choiceOf(line, choices, defaults)
    const changed = low !== line.dataLow || high !== line.dataHigh
    return vary && changed ? [{ column: line.column, low, high }] : []
  })
}

/** Limits to send: those with at least one end. */
export function limitsToSend(limits: readonly Limit[]): Limit[] {
  return limits.filter((limit) => limit.min !== null || limit.max !== null)
}

/** Why the search cannot start as it is set; null when it can. */
export function problemText(
  lines: readonly BoundLine[],
  choices: BoundChoices,
  limits: readonly Limit[],
  batch: number,
): string | null {
  const defaults = variedByDefault(lines)
  const varied = lines.filter((line) => choiceOf(line, choices, defaults).vary)
  if (varied.length === 0) return 'Vary at least one column.'
  for (const line of varied) {
    const { low, high } = choiceOf(line, choices, defaults)
    if (!Number.isFinite(low) || !Number.isFinite(high)) return `${columnName(line.column)}: give both ends.`
    if (low >= high) return `${columnName(line.column)}: the lower end must lie below the upper one.`
  }
  for (const limit of limits) {
    if (limit.min !== null && limit.max !== null && limit.min >= limit.max) {
      return `${columnName(limit.output)}: the lower limit must lie below the upper one.`
    }
  }
  return Number.isInteger(batch) && batch >= 1 && batch <= 20
    ? null
    : 'Candidates: a whole number from 1 to 20.'
}

/** Columns whose ends reach beyond the data: there the model has seen nothing. */
export function beyondData(lines: readonly BoundLine[], choices: BoundChoices): string[] {
  const defaults = variedByDefault(lines)
  return lines
    .filter((line) => {
      const { vary, low, high } = choiceOf(line, choices, defaults)
      return vary && (low < line.dataLow || high > line.dataHigh)
    })
    .map((line) => line.column)
}

/** Outputs of a run in the order of interest: objective, constrained ones, the rest. */
export function outputsInOrder(
  run: Pick<OptimizationSummary, 'objective' | 'constraints' | 'candidates'>,
): string[] {
  const all = run.candidates[0]?.predictions.map((prediction) => prediction.output) ?? []
  return [...new Set([run.objective, ...run.constraints.map((c) => c.output), ...all])].filter((name) =>
    all.includes(name),
  )
}

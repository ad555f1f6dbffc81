import type { DatasetTable, Prediction } from '../../../main/contract/index.ts'

export type InputValue = number | string | null
export type InputRow = Record<string, InputValue>

export interface InputControl {
  readonly name: string
  readonly unit: string
  readonly kind: 'number' | 'category'
  /** Data range and slider step of a number; 0, 0, 1 for a category. */
  readonly low: number
  readonly high: number
  readonly step: number
  readonly levels: readonly string[]
  readonly middle: InputValue
}

/** A step of about 1/200 of the range on a round figure, so that a slider gives values a person can set. */
export function sliderStep(low: number, high: number): number {
  const span = high - low
  if (!(span > 0)) return 1
  const raw = span / 200
  const power = 10 ** Math.floor(Math.log10(raw))
  const factor = [1, 2, 5, 10].find((f) => f * power >= raw) ?? 10
  return Number((factor * power).toPrecision(3))
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The value moved to the nearest slider step, so that field and slider say the same figure. */
function onStep(value: number, low: number, high: number): number {
  const step = sliderStep(low, high)
  const moved = Number((Math.round(value / step) * step).toPrecision(12))
  return Math.min(high, Math.max(low, moved))
}

/** One control per model input: its limits are those of the data the model was trained on. */
export function inputControls(table: DatasetTable, inputs: readonly string[]): InputControl[] {
  return inputs.flatMap((name): InputControl[] => {
    const at = table.columns.findIndex((column) => column.name === name)
    const column = table.columns[at]
    const values = table.values[at]
    if (column === undefined || values === undefined) return []
    if (column.kind === 'category') {
      const counts = column.levels.map((level) => values.filter((value) => value === level).length)
      const common = column.levels[counts.indexOf(Math.max(...counts))] ?? null
      return [
        {
          name,
          unit: column.unit,
          kind: 'category',
          low: 0,
          high: 0,
          step: 1,
          levels: column.levels,
          middle: common,
        },
      ]
    }
    const numbers = values.filter((value): value is number => typeof value === 'number')
    if (numbers.length === 0) return []
    const low = Math.min(...numbers)
    const high = Math.max(...numbers)
    return [
      {
        name,
        unit: column.unit,
        kind: 'number',
        low,
        high,
        step: sliderStep(low, high),
        levels: [],
        middle: onStep(median(numbers), low, high),
      },
    ]
  })
}

/** The inputs of a specimen of the table; an input that is missing there stays at the middle of the data. */
export function rowOfSpecimen(
  table: DatasetTable,
  controls: readonly InputControl[],
  specimen: string | null,
): InputRow {
  const row = specimen === null ? -1 : table.specimens.indexOf(specimen)
  return Object.fromEntries(
    controls.map((control) => {
      const at = table.columns.findIndex((column) => column.name === control.name)
      return [control.name, (row < 0 ? null : table.values[at]?.[row]) ?? control.middle]
    }),
  )
}

/** Inputs of a row that lie outside the range of the data. */
export function outsideInputs(controls: readonly InputControl[], row: InputRow): string[] {
  return controls
    .filter((control) => {
      const value = row[control.name]
      return (
        control.kind === 'number' &&
        typeof value === 'number' &&
        (value < control.low || value > control.high)
      )
    })
    .map((control) => control.name)
}

/** Rows that step one number across its data range while the rest stays. */
export function sweepRows(row: InputRow, control: InputControl, steps = 41): InputRow[] {
  return Array.from({ length: steps }, (_, i) => ({
    ...row,
    [control.name]: control.low + ((control.high - control.low) * i) / (steps - 1),
  }))
}

/** Share of the predictive variance that more data could remove. */
export function epistemicShare(prediction: Pick<Prediction, 'epistemicSd' | 'aleatoricSd'>): number {
  const total = prediction.epistemicSd ** 2 + prediction.aleatoricSd ** 2
  return total > 0 ? prediction.epistemicSd ** 2 / total : 0
}

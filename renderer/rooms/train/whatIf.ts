import type { DatasetTable, ModelInput, OutputWindow, Prediction } from '../../../main/contract/index.ts'

export type InputValue = number | string | null
export type InputRow = Record<string, InputValue>

export interface InputControl {
  readonly name: string
  readonly unit: string
  readonly kind: 'number' | 'category'
  /** Range of the data. */
  readonly low: number
  readonly high: number
  /** Ends of the slider: beyond the data, within physics. */
  readonly from: number
  readonly to: number
  readonly step: number
  readonly levels: readonly string[]
  readonly middle: InputValue
  /** Whether the data hold rows where it is missing. */
  readonly missingSeen: boolean
}

/** How far a slider goes beyond the data, as a share of their range. */
const reach = 0.2

/** A step of about 1/200 of the range on a round figure, so that a slider gives values a person can set. */
export function sliderStep(low: number, high: number): number {
  const span = high - low
  if (!(span > 0)) return 1
  const raw = span / 200
  const power = 10 ** Math.floor(Math.log10(raw))
  const factor = [1, 2, 5, 10].find((f) => f * power >= raw) ?? 10
  return Number((factor * power).toPrecision(3))
}

/** The value moved to the nearest slider step, so that field and slider say the same figure. */
function onStep(value: number, step: number, low: number, high: number): number {
  const moved = Number((Math.round(value / step) * step).toPrecision(12))
  return Math.min(high, Math.max(low, moved))
}

/** One control per model input: its slider reaches a fifth beyond the data on each side, and never beyond physics. */
export function inputControls(inputs: readonly ModelInput[]): InputControl[] {
  return inputs.map((input) => {
    const { name, unit, kind, low, high, physicalLow, physicalHigh, levels, missingSeen, typical } = input
    const step = sliderStep(low, high)
    const beyond = reach * (high - low)
    // A slider does not cross 0 where the data do not: a rate below 0 is another process. The field beside it may.
    const least = Math.max(physicalLow ?? -Infinity, low >= 0 ? 0 : -Infinity)
    const most = Math.min(physicalHigh ?? Infinity, high <= 0 ? 0 : Infinity)
    const from = Math.max(least, Math.floor((low - beyond) / step) * step)
    const to = Math.min(most, Math.ceil((high + beyond) / step) * step)
    return {
      name,
      unit,
      kind,
      low,
      high,
      from: kind === 'number' ? Number(Math.min(from, low).toPrecision(12)) : 0,
      to: kind === 'number' ? Number(Math.max(to, high).toPrecision(12)) : 0,
      step,
      levels,
      middle: typeof typical === 'number' ? onStep(typical, step, low, high) : typical,
      missingSeen,
    }
  })
}

/** The inputs of a specimen of the table; without one, and where it has no value, the middle of the data. */
export function rowOfSpecimen(
  table: DatasetTable,
  controls: readonly InputControl[],
  specimen: string | null,
): InputRow {
  const row = specimen === null ? -1 : table.specimens.indexOf(specimen)
  return Object.fromEntries(
    controls.map((control) => {
      const at = table.columns.findIndex((column) => column.name === control.name)
      const value = row < 0 ? undefined : table.values[at]?.[row]
      // A cell that is missing stays missing where the model knows what that means.
      if (value === null && control.missingSeen) return [control.name, null]
      return [control.name, value ?? control.middle]
    }),
  )
}

/** Inputs of a row that lie outside the range of the data. */
export function outsideInputs(controls: readonly InputControl[], row: InputRow): string[] {
  return controls
    .filter((control) => {
      const value = row[control.name]
      if (value === null) return !control.missingSeen
      if (control.kind === 'category') return !control.levels.includes(String(value))
      return typeof value === 'number' && (value < control.low || value > control.high)
    })
    .map((control) => control.name)
}

/** Rows that step one number across its slider while the rest stays. */
export function sweepRows(row: InputRow, control: InputControl, steps = 41): InputRow[] {
  return Array.from({ length: steps }, (_, i) => ({
    ...row,
    [control.name]: control.from + ((control.to - control.from) * i) / (steps - 1),
  }))
}

/** Share of the predictive variance that more data could remove. */
export function epistemicShare(prediction: Pick<Prediction, 'epistemicSd' | 'aleatoricSd'>): number {
  const total = prediction.epistemicSd ** 2 + prediction.aleatoricSd ** 2
  return total > 0 ? prediction.epistemicSd ** 2 / total : 0
}

/** What a person wants of one output, as typed: texts until they are numbers. */
export interface WindowText {
  readonly low: string
  readonly high: string
  readonly level: string
}
export const noWindow: WindowText = { low: '', high: '', level: '' }

function endOf(text: string): number | null {
  const trimmed = text.trim().replace(',', '.').replace('\u2212', '-')
  return trimmed === '' ? null : Number(trimmed)
}

/** The window that was typed; null where nothing is, and the reason where it cannot be. */
export function parseWindow(
  output: string,
  { low, high, level }: WindowText,
): { window: OutputWindow | null; problem: string | null } {
  if (level !== '') return { window: { output, low: null, high: null, level }, problem: null }
  const [from, to] = [endOf(low), endOf(high)]
  if (from === null && to === null) return { window: null, problem: null }
  if (Number.isNaN(from) || Number.isNaN(to)) return { window: null, problem: 'not a number' }
  if (from !== null && to !== null && !(from < to)) return { window: null, problem: 'ends before it begins' }
  return { window: { output, low: from, high: to, level: null }, problem: null }
}

/** The numbers of a row that a generator asks for, and the inputs for which the row has none. */
export function generatorInputs(
  inputs: readonly { readonly name: string }[],
  row: InputRow,
): { values: Record<string, number>; missing: string[] } {
  const values: Record<string, number> = {}
  const missing: string[] = []
  for (const { name } of inputs) {
    const value = row[name]
    if (typeof value === 'number') values[name] = value
    else missing.push(name)
  }
  return { values, missing }
}

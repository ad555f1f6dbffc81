import type { ModelKind, ModelScore, Note } from '../../contract/index.ts'
import { nameOfKind } from './kinds.ts'
import { observedRows } from './requirements.ts'
import type { InputColumn, Sample } from './types.ts'

const FEW_ROWS = 30
const FEW_GROUPS = 10

/** What a person must know of the rows that the model was fitted on. */
export function dataNotes(sample: Sample, dropped: readonly InputColumn[]): Note[] {
  const notes: Note[] = dropped.map((input) => ({
    code: 'INPUT_CONSTANT',
    message: `Input "${input.name}" does not vary and was left out; the model knows nothing of its effect.`,
    item: input.name,
  }))
  sample.outputs.forEach((output, j) => {
    const rows = observedRows(sample, j)
    const groups = new Set(Array.from(rows, (r) => sample.groups[r]!)).size
    if (rows.length < sample.n)
      notes.push({
        code: 'OUTPUT_MISSING',
        message: `"${output.name}" is measured on ${rows.length} of ${sample.n} specimens; the others teach nothing about it.`,
        item: output.name,
      })
    if (rows.length < FEW_ROWS)
      notes.push({
        code: 'FEW_SPECIMENS',
        message: `"${output.name}" rests on ${rows.length} specimens only; intervals are widened for that, and the figures themselves may change with a few more.`,
        item: output.name,
      })
    if (groups < FEW_GROUPS)
      notes.push({
        code: 'FEW_GROUPS',
        message: `"${output.name}" rests on ${groups} independent groups only; how wrong the model is on a new group is poorly known, so intervals are widened.`,
        item: output.name,
      })
  })
  sample.inputs.forEach((input, j) => {
    let missing = 0
    for (let i = 0; i < sample.n; i++) if (Number.isNaN(sample.x[i * sample.inputs.length + j]!)) missing++
    if (missing > 0)
      notes.push({
        code: 'INPUT_MISSING',
        message: `"${input.name}" is missing in ${missing} of ${sample.n} rows; the model is told so and fills nothing in as measured.`,
        item: input.name,
      })
  })
  return notes
}

/** What a person must know of how the recommended model did on rows it had not seen. */
export function resultNotes(scores: readonly ModelScore[], recommended: ModelKind): Note[] {
  const notes: Note[] = []
  const network = (kind: ModelKind): boolean => kind === 'pool' || kind === 'bhn' || kind === 'bhn-raw'
  if (!network(recommended) && scores.some((s) => network(s.model)))
    notes.push({
      code: 'BASELINE_BETTER',
      message: `On held-out groups ${nameOfKind[recommended]} did better than the hypernetwork; predictions come from it.`,
    })
  for (const score of scores.filter((s) => s.model === recommended)) {
    const baseline = scores.find((s) => s.model === 'mean' && s.output === score.output)
    if (baseline !== undefined && score.crps > 0.95 * baseline.crps)
      notes.push({
        code: 'NO_SKILL',
        message: `"${score.output}" of a new group is not predicted better than by its mean; do not choose experiments by it.`,
        item: score.output,
      })
    if (score.coverage90 < 0.8)
      notes.push({
        code: 'COVERAGE_LOW',
        message: `Only ${Math.round(100 * score.coverage90)} % of the held-out values of "${score.output}" lie in their 90 % interval; take intervals as too narrow.`,
        item: score.output,
      })
  }
  return notes
}

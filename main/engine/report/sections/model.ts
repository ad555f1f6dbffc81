import {
  errorCodes,
  type Figure,
  type ModelDetail,
  type ModelScore,
  type ReportSection,
} from '../../../contract/index.ts'
import {
  columnName,
  coverageByModel,
  formatNumber,
  lossCurve,
  missingMark,
  modelComparison,
  modelNames,
  namedMeasures,
  nameWithUnit,
  parity,
  reliability,
  residuals,
  sentenceStart,
  shareInterval,
} from '../../../figures/index.ts'
import type { ReportInput } from '../input.ts'
import {
  groupNotes,
  instantText,
  listText,
  sectionOf,
  shareText,
  smallDatasetText,
  tableOf,
} from '../parts.ts'

/** What the coverage of the recommended model's intervals says about them. */
function coverageSentence(score: ModelScore): string {
  const { low, high } = shareInterval(score.coverage90 * score.n, score.n, 0.9)
  const verdict =
    high < 0.9
      ? 'fewer than the 90 % promised: read these intervals as too narrow'
      : low > 0.9
        ? 'more than the 90 % promised: these intervals are wider than they need be'
        : 'in keeping with the 90 % promised'
  return `${sentenceStart(columnName(score.output))}: the 90 % interval held ${shareText(score.coverage90, score.n)} of the held-out specimens, ${verdict}.`
}

function skillSentence(model: ModelDetail): string {
  const parts = model.outputs.flatMap(({ name }) => {
    const own = model.scores.find((s) => s.output === name && s.model === model.recommended)
    const base = model.scores.find((s) => s.output === name && s.model === 'mean')
    if (own === undefined || base === undefined || !(base.crps > 0)) return []
    const change = 100 * (1 - own.crps / base.crps)
    return [
      change > 0
        ? `${formatNumber(change, 2)} % smaller for ${columnName(name)}`
        : `no smaller for ${columnName(name)} (${formatNumber(-change, 2)} % larger)`,
    ]
  })
  if (model.recommended === 'mean') {
    return 'No model did better on held-out specimens than the mean of the training rows: the inputs at hand do not predict these outputs.'
  }
  return parts.length === 0
    ? ''
    : `Against the mean of the training rows its held-out CRPS is ${listText(parts)}.`
}

function figuresOf(input: ReportInput, model: ModelDetail): Figure[] {
  const outputs = model.outputs.filter((o) => o.levels === undefined).map((o) => o.name)
  if (outputs.length === 0) return model.loss.length === 0 ? [] : [lossCurve(model.loss)]
  const only = outputs.length === 1 ? (outputs[0] ?? null) : null
  const first = outputs[0]
  const critical =
    input.causal?.ranking.filter((r) => r.outcome === first && r.critical).map((r) => r.treatment) ?? []
  const against = [...new Set([...critical, ...model.inputs])].filter((name) => model.inputs.includes(name))
  const table = input.dataset?.summary.id === model.datasetId ? input.dataset.table : null
  const known = against.filter((name) => table?.columns.some((c) => c.name === name)).slice(0, 2)
  return [
    ...outputs.slice(0, 6).map((output) => parity(model, output)),
    reliability(model),
    coverageByModel(model),
    modelComparison(model, 'crps', only),
    modelComparison(model, 'rmse', only),
    ...(first === undefined || table === null
      ? []
      : known.map((name) => residuals(model, table, first, name))),
    ...(model.loss.length === 0 ? [] : [lossCurve(model.loss)]),
  ]
}

export function modelSection(input: ReportInput): ReportSection {
  const { model, dataset } = input
  if (model === null) {
    const reason =
      dataset === null
        ? `No model is trained, since no dataset is frozen. ${errorCodes.NO_DATASET.hint}`
        : `No model is trained yet, so nothing can be predicted. ${errorCodes.NO_MODEL.hint}`
    return sectionOf(input, 'Model', { paragraphs: [reason] })
  }
  const outputs = model.outputs.map((o) => o.name)
  const recommended = model.scores.filter((s) => s.model === model.recommended)
  const stale = dataset !== null && dataset.summary.id !== model.datasetId
  const small =
    dataset === null ? null : smallDatasetText(dataset.summary.rowCount, dataset.summary.groupCount)
  return sectionOf(input, 'Model', {
    paragraphs: [
      `Trained ${instantText(model.createdAt)}, seed ${model.seed}: from ${listText(model.inputs.map(columnName))} to ${listText(outputs.map(columnName))}. ` +
        `Every figure of merit is held out: specimens of whole groups that the model had not seen.`,
      `Recommended: ${modelNames[model.recommended]}. ${skillSentence(model)}`.trim(),
      ...recommended.map(coverageSentence),
      ...(small === null
        ? []
        : ['The set is small (see Dataset): the figures of merit below are themselves uncertain.']),
      ...(stale
        ? ['The model was trained on another dataset than the one above; train again to bring them together.']
        : []),
      ...(outputs.length > 6 ? [`Parity is drawn for the first 6 of ${outputs.length} outputs.`] : []),
    ],
    notes: groupNotes(model.notes),
    figures: figuresOf(input, model),
    tables: [
      tableOf(
        'Held-out figures of merit by output and model (● recommended); coverage and width are of the 90 % interval, NLL in nats, CPU time of all fits; – not defined.',
        outputs.flatMap((output) => model.scores.filter((s) => s.output === output)),
        [
          { name: 'output', of: (s) => nameWithUnit(columnName(s.output), s.unit) },
          {
            name: 'model',
            of: (s) => sentenceStart(modelNames[s.model]) + (s.model === model.recommended ? ' ●' : ''),
          },
          { name: 'n', right: true, of: (s) => String(s.n) },
          { name: 'RMSE', right: true, of: (s) => formatNumber(s.rmse, 3, true) },
          { name: 'MAE', right: true, of: (s) => formatNumber(s.mae, 3, true) },
          { name: 'R²', right: true, of: (s) => (s.r2 === null ? missingMark : formatNumber(s.r2, 3, true)) },
          {
            name: 'accuracy',
            unit: '%',
            right: true,
            of: (s) => (s.accuracy === null ? missingMark : formatNumber(s.accuracy, 3, true)),
          },
          { name: 'NLL', right: true, of: (s) => formatNumber(s.nll, 3, true) },
          { name: 'CRPS', right: true, of: (s) => formatNumber(s.crps, 3, true) },
          { name: 'coverage', unit: '%', right: true, of: (s) => formatNumber(100 * s.coverage90, 3, true) },
          { name: 'width', right: true, of: (s) => formatNumber(s.width90, 3, true) },
          { name: 'CPU', unit: 's', right: true, of: (s) => formatNumber(s.fitCpuS, 2) },
        ],
      ),
      tableOf('Settings of the model', Object.entries(model.hyperparameters), [
        { name: 'setting', of: ([name]) => namedMeasures(name) },
        {
          name: 'value',
          right: true,
          of: ([, value]) => (typeof value === 'number' ? formatNumber(value, 5) : value),
        },
      ]),
    ],
  })
}

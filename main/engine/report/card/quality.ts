import type { CardSection, ComparisonRow } from '../../../contract/index.ts'
import {
  columnName,
  countOf,
  formatNumber,
  missingMark,
  modelNames,
  nameWithUnit,
  pitFigure,
  sentenceStart,
  trustParity,
  trustReliability,
} from '../../../figures/index.ts'
import { percent, tableOf } from '../parts.ts'
import { sectionOfCard, type CardSource } from './compose.ts'

/** Outputs that are drawn; the tables have all. */
const drawnOutputs = 4

/** How the figures of merit came about. */
export function splitSection({ dataset, trust }: CardSource): CardSection {
  const folds = trust[0]?.foldCount ?? dataset.foldCount
  return sectionOfCard('Split', {
    paragraphs: [
      `Every figure of merit is held out: ${countOf(dataset.groupCount, 'group')} of rows that belong together (a heat, a specimen family) ` +
        `are dealt into ${countOf(folds, 'fold')}; each fold is predicted by a model whose training, choice of settings and calibration ` +
        `have not seen it. No group stands in two folds.`,
    ],
  })
}

function ratioText(ratio: ComparisonRow['skill']): string {
  if (ratio === null) return missingMark
  const { value, low, high } = ratio
  const interval = low === null || high === null ? '' : ` (${percent(low, 2)} to ${percent(high, 2)})`
  return `${percent(value, 2)}${interval}`
}

export function comparisonSection({ comparison, model }: CardSource): CardSection {
  const { rows, recommended, why, flattered } = comparison
  return sectionOfCard('Figures of merit', {
    paragraphs: [
      ...why,
      ...flattered.map(
        ({ output, accuracyOfMean }) =>
          `The accuracy of ${columnName(output)} flatters: guessing the mean of the training rows alone reaches ${formatNumber(accuracyOfMean, 3)} %.`,
      ),
    ],
    tables: [
      tableOf(
        'Held-out figures by output and kind (● recommended): skill is 1 − CRPS / CRPS of the mean, with its 90 % interval by the jackknife over groups; accuracy is 100 (1 − mean |y − ŷ|/|y|).',
        [...new Set(rows.map((row) => row.output))].flatMap((output) =>
          rows.filter((row) => row.output === output),
        ),
        [
          { name: 'output', of: (r) => nameWithUnit(columnName(r.output), r.unit) },
          {
            name: 'kind',
            of: (r) => sentenceStart(modelNames[r.model]) + (r.model === recommended ? ' ●' : ''),
          },
          { name: 'n', right: true, of: (r) => String(r.n) },
          { name: 'CRPS', right: true, of: (r) => formatNumber(r.crps, 3, true) },
          { name: 'skill', right: true, of: (r) => ratioText(r.skill) },
          { name: 'RMSE', right: true, of: (r) => formatNumber(r.rmse, 3, true) },
          { name: 'R²', right: true, of: (r) => formatNumber(r.r2, 3, true) },
          { name: 'accuracy', unit: '%', right: true, of: (r) => formatNumber(r.accuracy, 3, true) },
          {
            name: 'coverage of 90 %',
            right: true,
            of: ({ coverage90: c }) =>
              `${percent(c.share, 2)} (${percent(c.low, 2)} to ${percent(c.high, 2)})`,
          },
          { name: 'width of 90 %', right: true, of: (r) => formatNumber(r.width90, 3, true) },
          { name: 'CPU', unit: 's', right: true, of: (r) => formatNumber(r.fitCpuS, 2) },
        ],
      ),
      ...classTables(model),
    ],
  })
}

/** Held-out figures of outputs that are categories. */
function classTables({ classScores = [] }: CardSource['model']): CardSection['tables'] {
  if (classScores.length === 0) return []
  return [
    tableOf(
      'Held-out figures of categories: log loss is the mean of −ln p of the observed level; sets are those that hold the level at 90 %.',
      classScores,
      [
        { name: 'output', of: (r) => columnName(r.output) },
        {
          name: 'kind',
          of: (r) => (r.model === 'mean' ? 'Shares of the levels' : sentenceStart(modelNames[r.model])),
        },
        { name: 'n', right: true, of: (r) => String(r.n) },
        { name: 'log loss', right: true, of: (r) => formatNumber(r.logLoss, 3, true) },
        { name: 'Brier', right: true, of: (r) => formatNumber(r.brier, 3, true) },
        { name: 'most probable is right', right: true, of: (r) => percent(r.accuracy, 2) },
        { name: 'calibration error', right: true, of: (r) => percent(r.calibrationError, 2) },
        { name: 'coverage of 90 % sets', right: true, of: (r) => percent(r.coverage90, 2) },
        { name: 'levels in a set', right: true, of: (r) => formatNumber(r.setSize90, 2) },
      ],
    ),
  ]
}

export function calibrationSection({ trust, model }: CardSource): CardSection {
  const calibration = model.hyperparameters['calibration']
  const drawn = trust.slice(0, drawnOutputs)
  return sectionOfCard('Calibration', {
    paragraphs: [
      ...(calibration === undefined ? [] : [`Intervals: ${String(calibration)}.`]),
      ...trust.map(({ output, pit, groups }) => {
        const narrow = groups.filter((group) => group.high < 0.9)
        return (
          `${sentenceStart(columnName(output))}: ${pit.outside} of ${pit.bins.length} bins of the probability integral transform lie outside ` +
          `what chance allows a calibrated model (up to ${pit.outsideByChance} may). ` +
          (narrow.length === 0
            ? 'No group has intervals that are shown to be too narrow.'
            : `Too narrow in ${countOf(narrow.length, 'group')}: ${narrow.map((g) => `${g.group} (${g.inside} of ${g.n})`).join(', ')}.`)
        )
      }),
      ...(trust.length > drawn.length
        ? [`Drawn are the first ${drawn.length} of ${trust.length} outputs.`]
        : []),
    ],
    figures: drawn.flatMap((one) => [trustParity(one), trustReliability(one), pitFigure(one)]),
  })
}

import { ContractError, type JobParams, type ScoreRow } from '../../contract/index.ts'
import type { Step } from '../jobs/index.ts'
import { arrowScores, featureError, trueOutcome } from '../simulate/index.ts'
import type { Store } from '../store/index.ts'
import { currentResult, currentSegmentations, currentSpecimenFeatures } from './current.ts'
import { simulatedCampaign } from './simulate.ts'
import type { IoUInput, IoUOutput } from './tasks/scorecard.ts'

const score = (
  group: string,
  name: string,
  value: number | null,
  unit: string,
  comment: string,
): ScoreRow => ({
  group,
  name,
  value,
  unit,
  comment,
})

function segmentationScores(found: IoUOutput): ScoreRow[] {
  const n = `${found.fields} fields`
  return [
    score('Segmentation', 'pixel IoU, mean', found.meanIoU, '1', n),
    score('Segmentation', 'pixel IoU, worst field', found.worstIoU, '1', n),
    score('Segmentation', 'objects found (recall)', found.objectRecall, '1', `IoU above 0.5, ${n}`),
    score('Segmentation', 'objects right (precision)', found.objectPrecision, '1', `IoU above 0.5, ${n}`),
  ]
}

function featureScores(store: Store, campaign: ReturnType<typeof simulatedCampaign>): ScoreRow[] {
  const measured = currentSpecimenFeatures(store)
  const rows = (
    [
      ['areaFraction', 'areaFraction'],
      ['equivalentCircleDiameterMean', 'equivalentCircleDiameterMeanUm'],
      ['aspectRatioMean', 'aspectRatioMean'],
    ] as const
  ).map(([measure, truthKey]) => {
    const own = new Map(
      measured.filter((row) => row.measure === measure).map((row) => [row.specimenName, row]),
    )
    const truth = campaign.truth.features.filter((row) => own.has(row.specimen))
    const error =
      truth.length === 0
        ? null
        : featureError(
            truth.map((row) => own.get(row.specimen)!.value ?? Number.NaN),
            truth.map((row) => row[truthKey]),
          )
    return score(
      'Measures',
      `${measure}: mean error`,
      error?.meanAbsolute == null ? null : 100 * error.meanAbsolute,
      '%',
      `against the specimen's truth, n = ${error?.n ?? 0}, bias ${error?.bias == null ? '–' : (100 * error.bias).toFixed(1)} %; sampling of the fields included`,
    )
  })
  return rows
}

function predictionScores(store: Store, campaign: ReturnType<typeof simulatedCampaign>): ScoreRow[] {
  const model = currentResult(store, 'model')?.document
  if (model === undefined) return [score('Prediction', 'held-out error', null, '', 'no model was trained')]
  const objective = model.outputs[0]!.name
  const rows = model.scores
    .filter((row) => row.output === objective)
    .flatMap((row) => [
      score(
        'Prediction',
        `${row.output}: RMSE, ${row.model}`,
        row.rmse,
        row.unit,
        `held out by heat, n = ${row.n}`,
      ),
      score(
        'Prediction',
        `${row.output}: 90 % interval covers, ${row.model}`,
        100 * row.coverage90,
        '%',
        `mean width ${row.width90.toFixed(0)} ${row.unit}`,
      ),
    ])
  const r2 =
    model.scores.find((row) => row.output === objective && row.model === model.recommended)?.r2 ?? null
  return [
    ...rows,
    score(
      'Prediction',
      `${objective}: R², ${model.recommended} (recommended)`,
      r2,
      '1',
      `the campaign's scatter allows at most ${campaign.truth.noiseFloor.r2CeilingGivenProcess.toFixed(2)}`,
    ),
    score(
      'Prediction',
      `${objective}: scatter no model can predict`,
      campaign.truth.noiseFloor.givenProcessMPa,
      'MPa',
      'heat, specimen and measurement together',
    ),
  ]
}

function causalScores(store: Store, campaign: ReturnType<typeof simulatedCampaign>): ScoreRow[] {
  const map = currentResult(store, 'causal')?.document
  if (map === undefined) return [score('Causal map', 'arrows', null, '', 'no causal map was made')]
  const found = arrowScores(
    map.edges,
    campaign.truth.edges,
    map.nodes.map((node) => node.name),
  )
  const effects = map.effects.filter((effect) => effect.total !== null)
  const pairs = effects.flatMap((effect) => {
    const truth = campaign.truth.effects.find(
      (row) => row.treatment === effect.treatment && row.outcome === effect.outcome,
    )
    return truth === undefined ? [] : [{ effect: effect.total!, truth: truth.perUnit }]
  })
  const covered = pairs.filter(({ effect, truth }) => effect.low <= truth && truth <= effect.high).length
  const detail = `${found.found} found, ${found.truth} true; missed: ${found.missed.map(([a, b]) => `${a} → ${b}`).join(', ') || 'none'}`
  return [
    score('Causal map', 'arrows: precision', found.arrows.precision, '1', detail),
    score('Causal map', 'arrows: recall', found.arrows.recall, '1', `among the columns of the map`),
    score(
      'Causal map',
      'effects whose 95 % interval holds the truth',
      pairs.length === 0 ? null : (100 * covered) / pairs.length,
      '%',
      `${covered} of ${pairs.length}`,
    ),
  ]
}

function candidateScores(store: Store, campaign: ReturnType<typeof simulatedCampaign>): ScoreRow[] {
  const found = currentResult(store, 'optimization')?.document
  const first = found?.candidates[0]
  if (found === undefined || first === undefined)
    return [score('Candidate', 'true strength', null, '', 'no candidate was proposed')]
  const best = campaign.truth.bestSpecimen
  const inputs = Object.fromEntries(first.inputs.map((input) => [input.column, input.value]))
  const truth = trueOutcome(inputs).yieldMPa
  const predicted = first.predictions.find((row) => row.output === found.objective)
  return [
    score(
      'Candidate',
      'true strength of the first candidate',
      truth,
      'MPa',
      predicted === undefined
        ? ''
        : `predicted ${predicted.mean.toFixed(0)} MPa, interval ${predicted.low.toFixed(0)} to ${predicted.high.toFixed(0)} (90 %)`,
    ),
    score('Candidate', 'true strength of the best specimen made', best.trueYieldMPa, 'MPa', best.name),
    score(
      'Candidate',
      'gain over the best specimen',
      (100 * (truth - best.trueYieldMPa)) / best.trueYieldMPa,
      '%',
      'true against true, without scatter',
    ),
    score(
      'Candidate',
      'strongest setting within the ranges',
      campaign.truth.bestPossible.yieldMPa,
      'MPa',
      'all eight inputs free',
    ),
  ]
}

/** Every result of a simulated campaign against the truth it was made from. */
export const scorecardStep: Step<JobParams['scorecard']> = {
  kind: 'scorecard',
  plan({ store }) {
    simulatedCampaign(store)
    const kinds = ['segment', 'measure', 'freeze', 'train', 'discover', 'optimize'] as const
    return { inputs: kinds.map((kind) => store.jobs.currentHash(kind)), units: [], unitName: 'scorecards' }
  },
  unit: () => Promise.reject(new Error('the scorecard is one unit')),
  async finish({ store, run, jobId }) {
    const campaign = simulatedCampaign(store)
    const micrographs = new Map(store.micrographs.list().map((row) => [row.id, row]))
    const truth = new Map(store.truth.list().map((row) => [row.fileName, row]))
    const pairs = currentSegmentations(store).flatMap((row) => {
      const micrograph = micrographs.get(row.micrographId)!
      const own = truth.get(micrograph.fileName)
      return own === undefined
        ? []
        : [
            {
              found: store.files.path(row.labelBlob),
              truth: store.files.path(own.labelBlob),
              databarRows: micrograph.databarRows,
            },
          ]
    })
    if (pairs.length === 0)
      throw new ContractError('NO_SEGMENTATION', 'No segmentation belongs to a simulated field.')
    const found = await run<IoUInput, IoUOutput>('scorecard', { pairs })
    return () => {
      const scores = [
        ...segmentationScores(found),
        ...featureScores(store, campaign),
        ...predictionScores(store, campaign),
        ...causalScores(store, campaign),
        ...candidateScores(store, campaign),
      ]
      return { scorecardId: store.results.insert('scorecard', jobId, { scores }, null) }
    }
  },
}

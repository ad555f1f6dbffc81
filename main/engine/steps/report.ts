import type {
  JobKind,
  JobParams,
  JsonValue,
  Micrograph,
  ReportSummary,
  Segmentation,
} from '../../contract/index.ts'
import type { Step, StepContext } from '../jobs/index.ts'
import type { ManifestEntry, Refusal } from '../report/index.ts'
import { hashBytes, type Store } from '../store/index.ts'
import { currentFields, currentResult, currentSegmentations, currentSpecimenFeatures } from './current.ts'
import { readDataset } from './datasets.ts'
import type { ReportTaskInput, ReportTaskOutput } from './tasks/report.ts'

const EXAMPLES = 4
/** Jobs whose outcomes stand in a report, in the order of the data's way. */
const reported: readonly JobKind[] = [
  'simulate',
  'import',
  'segment',
  'measure',
  'freeze',
  'train',
  'discover',
  'optimize',
  'scorecard',
]
const mayRefuse: readonly JobKind[] = ['measure', 'freeze', 'train', 'discover', 'optimize', 'scorecard']

/** Steps whose newest attempt failed after their newest success: the report says why there is no fresh result. */
function refusals(store: Store): Refusal[] {
  return mayRefuse.flatMap((step) => {
    const newest = store.jobs.newest(step)
    return newest?.state === 'failed' && newest.error !== null ? [{ step, error: newest.error }] : []
  })
}

/** Fields from the lowest to the highest area fraction, evenly spread: what the segmentation did at both ends. */
function exampleFields(segmentations: readonly Segmentation[]): Segmentation[] {
  const sorted = [...segmentations].sort(
    (a, b) => a.areaFraction - b.areaFraction || (a.labelBlob < b.labelBlob ? -1 : 1),
  )
  const count = Math.min(EXAMPLES, sorted.length)
  return Array.from(
    { length: count },
    (_, i) => sorted[count === 1 ? 0 : Math.round((i * (sorted.length - 1)) / (count - 1))]!,
  )
}

function manifest(
  { store, codeVersion, seed }: StepContext,
  micrographs: readonly Micrograph[],
): ManifestEntry[] {
  const dataset = currentResult(store, 'dataset')
  const model = currentResult(store, 'model')
  return [
    { key: 'program', value: `causalloy ${codeVersion}`, kind: 'version' },
    { key: 'schema', value: store.meta.get('schemaVersion') ?? '', kind: 'version' },
    { key: 'node', value: process.versions.node, kind: 'version' },
    { key: 'seed', value: String(seed), kind: 'seed' },
    ...(dataset === null
      ? []
      : [{ key: `dataset ${dataset.document.name}`, value: dataset.document.hash, kind: 'sha256' }]),
    ...(model?.blob == null ? [] : [{ key: 'model', value: model.blob, kind: 'sha256' }]),
    ...reported.flatMap((kind) => {
      const job = store.jobs.newest(kind, 'done')
      return job === null
        ? []
        : [
            // An import's hash holds the times of its files; its images are listed by content below.
            ...(kind === 'import'
              ? []
              : [{ key: `${kind}: inputs`, value: job.inputHash ?? '', kind: 'sha256' }]),
            {
              key: `${kind}: parameters`,
              value: JSON.stringify(visibleParams(job.params)),
              kind: 'parameters',
            },
          ]
    }),
    ...micrographs.map((row) => ({ key: row.fileName, value: row.blob, kind: 'sha256' })),
  ]
}

/** Handles live for one run of the program and would differ in every report. */
function visibleParams(params: JsonValue): JsonValue {
  if (params === null || typeof params !== 'object' || Array.isArray(params)) return params
  return Object.fromEntries(
    Object.entries(params).filter(
      ([, value]) => typeof value !== 'string' || !/^h_[0-9a-f]{32}$/.test(value),
    ),
  )
}

/** The report of what is current: composed and rendered in a worker, stored as a blob. */
export const reportStep: Step<JobParams['report']> = {
  kind: 'report',
  plan({ store }) {
    return {
      inputs: {
        current: reported.map((kind) => store.jobs.currentHash(kind)),
        reviews: currentSegmentations(store).map((row) => row.review),
        pixelSizes: store.micrographs.list().map((row) => row.pixelSizeUm),
        refusals: refusals(store),
      },
      units: [],
      unitName: 'reports',
    }
  },
  unit: () => Promise.reject(new Error('the report is one unit')),
  async finish(context, params) {
    const { store, run, jobId, codeVersion, seed } = context
    const micrographs = store.micrographs.list()
    const segmentations = currentSegmentations(store)
    const dataset = currentResult(store, 'dataset')
    const byId = new Map(micrographs.map((row) => [row.id, row]))
    const made = await run<ReportTaskInput, ReportTaskOutput>('report', {
      examples: exampleFields(segmentations).map((row) => {
        const micrograph = byId.get(row.micrographId)!
        return {
          micrograph,
          segmentation: row,
          displayPath: store.files.path(micrograph.displayBlob),
          labelPath: store.files.path(row.labelBlob),
        }
      }),
      report: {
        title: params.title,
        project: {
          name: store.meta.get('name') ?? '',
          createdAt: store.meta.get('createdAt') ?? '',
          simulated: store.meta.get('simulated') === '1',
          seed,
          programVersion: codeVersion,
          schemaVersion: Number(store.meta.get('schemaVersion') ?? '0'),
          revision: store.revision(),
          rooms: [],
        },
        writtenAt: store.now(),
        importItems: store.micrographs.items(),
        micrographs,
        segmentations,
        specimens: store.specimens.list(),
        fieldFeatures: currentFields(store),
        specimenFeatures: currentSpecimenFeatures(store),
        dataset: dataset === null ? null : { summary: dataset.document, table: readDataset(store, dataset) },
        model: currentResult(store, 'model')?.document ?? null,
        causal: currentResult(store, 'causal')?.document ?? null,
        optimization: currentResult(store, 'optimization')?.document ?? null,
        scorecard: currentResult(store, 'scorecard')?.document.scores ?? null,
        refusals: refusals(store),
        manifest: manifest(context, micrographs),
      },
    })
    return () => {
      const bytes = new TextEncoder().encode(made.html)
      const document: Omit<ReportSummary, 'id' | 'jobId' | 'createdAt'> = {
        htmlBlob: hashBytes(bytes),
        byteLength: bytes.length,
        sections: made.sections,
      }
      return { reportId: store.results.insert('report', jobId, document, store.putBlob(bytes, 'text/html')) }
    }
  },
}

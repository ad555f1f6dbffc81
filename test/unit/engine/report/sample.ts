import {
  errorCodes,
  type DatasetTable,
  type FeatureRow,
  type MeasureKey,
  type Micrograph,
  type Segmentation,
  type SpecimenFeature,
} from '../../../../main/contract/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import type { ReportInput } from '../../../../main/engine/report/index.ts'
import {
  causalOf,
  columns,
  hashOf,
  idOf,
  modelOf,
  now,
  optimizationOf,
  picture,
  rowsOf,
} from './sample-results.ts'

const measures: [MeasureKey, string, number, number][] = [
  ['areaFraction', '1', 0.1, 0.012],
  ['equivalentCircleDiameterMean', 'µm', 0.19, 0.014],
  ['numberDensity', '1/µm²', 2.05, 0.3],
  ['aspectRatioMean', '1', 1.31, 0.04],
  ['circularityMean', '1', 0.93, 0.01],
  ['nearestNeighbourDistanceMean', 'µm', 0.25, 0.02],
]

/** A whole campaign with seeded, invented numbers: what a report is composed from. */
export function sampleInput(specimenCount = 72, seed = 1): ReportInput {
  const random = randomStream(seed, 'sample')
  const rows = rowsOf(specimenCount, seed)
  const micrographs: Micrograph[] = rows.flatMap((row, i) =>
    [0, 1].map((field) => ({
      id: idOf(1000 + i * 2 + field),
      fileName: `${row.specimen}_field${field + 1}.tif`,
      specimenId: idOf(100 + i),
      specimenName: row.specimen,
      format: 'TIFF',
      rows: 768,
      cols: 1024,
      dtype: 'uint8' as const,
      pixelSizeUm: { row: 0.0042, col: 0.0042, source: 'table' as const },
      databarRows: 64,
      blob: hashOf(5000 + i * 2 + field),
      displayBlob: hashOf(6000 + i),
      thumbnailBlob: hashOf(7000 + i),
      metadata: {},
      importedAt: now,
    })),
  )
  const segmentations: Segmentation[] = micrographs.map((m, i) => ({
    id: idOf(3000 + i),
    micrographId: m.id,
    jobId: idOf(2),
    params: {
      method: 'watershed',
      polarity: 'auto',
      smoothingSigmaPx: 1,
      minAreaPx: 16,
      backgroundSigmaPx: 0,
      splitDepthPx: 1,
    },
    labelBlob: hashOf(8000 + i),
    objectCount: 60 + random.integer(50),
    threshold: 140 + random.normal(),
    polarityUsed: 'bright',
    areaFraction: 0.1 + 0.02 * random.normal(),
    notes:
      i % 40 === 3
        ? [{ code: 'LOW_CONTRAST', message: 'The two grey classes overlap by more than a tenth.' }]
        : [],
    review: i % 17 === 5 ? 'rejected' : i % 3 === 0 ? 'pending' : 'accepted',
    reviewedAt: i % 3 === 0 ? null : now,
    createdAt: now,
  }))
  const fieldFeatures: FeatureRow[] = []
  const specimenFeatures: SpecimenFeature[] = []
  rows.forEach((row, i) => {
    for (const [measure, unit, centre, sd] of measures) {
      const own = centre + 2 * sd * random.normal()
      const values = [0, 1].map(() => own + sd * random.normal())
      const missing = measure === 'nearestNeighbourDistanceMean' && i === 6
      values.forEach((value, field) => {
        const m = micrographs[i * 2 + field]
        fieldFeatures.push({
          measure,
          value,
          unit,
          low: value - sd,
          high: value + sd,
          level: 0.9,
          n: 80,
          method: 'objects of the field',
          flag: null,
          micrographId: m?.id ?? '',
          segmentationId: segmentations[i * 2 + field]?.id ?? '',
          specimenId: idOf(100 + i),
          specimenName: row.specimen,
          fileName: m?.fileName ?? '',
        })
      })
      const mean = ((values[0] ?? 0) + (values[1] ?? 0)) / 2
      specimenFeatures.push({
        measure,
        value: missing ? null : mean,
        unit,
        low: missing ? null : mean - 1.4 * sd,
        high: missing ? null : mean + 1.4 * sd,
        level: 0.9,
        n: 2,
        method: 'mean over fields, t interval',
        flag: missing ? 'fewer than 2 objects' : null,
        specimenId: idOf(100 + i),
        specimenName: row.specimen,
      })
    }
  })
  const table: DatasetTable = {
    columns,
    specimens: rows.map((row) => row.specimen),
    groups: rows.map((row) => row.group),
    folds: rows.map((row) => row.fold),
    values: columns.map((_, at) => rows.map((row) => row.values[at] ?? null)),
    standardErrors: columns.map((_, at) => rows.map(() => (at === 5 || at === 6 ? 0.004 : null))),
  }
  const groupCount = new Set(table.groups).size
  return {
    title: '316L ageing campaign',
    project: {
      name: '316L ageing campaign',
      createdAt: now,
      simulated: true,
      seed,
      programVersion: '0.1.0',
      schemaVersion: 1,
      revision: 214,
      rooms: [],
    },
    writtenAt: now,
    importItems: [
      ...micrographs.map((m) => ({
        fileName: m.fileName,
        status: 'taken' as const,
        code: null,
        reason: 'TIFF, 8 bit',
        specimenName: m.specimenName,
        byteLength: 790_000,
        sha256: m.blob,
        shape: [m.rows, m.cols] as [number, number],
        pixelSizeUm: m.pixelSizeUm,
      })),
      {
        fileName: 'S014_field3.tif',
        status: 'refused',
        code: 'IMAGE_TRUNCATED',
        reason: 'The file ends 41 rows early.',
        specimenName: null,
        byteLength: 311_000,
        sha256: null,
        shape: null,
        pixelSizeUm: null,
      },
      {
        fileName: 'notes.docx',
        status: 'skipped',
        code: null,
        reason: 'Not an image.',
        specimenName: null,
        byteLength: 18_220,
        sha256: null,
        shape: null,
        pixelSizeUm: null,
      },
    ],
    micrographs,
    segmentations,
    exampleImages: [1, 2, 3, 4].map((k) => ({
      caption: `S00${k}, field 1: objects outlined; 1 µm scale`,
      pngBase64: picture(k),
      width: 320,
      height: 240,
    })),
    specimens: rows.map((row, i) => ({
      id: idOf(100 + i),
      name: row.specimen,
      group: row.group,
      values: [0, 1, 2, 3, 4, 7, 8].map((at) => ({
        column: columns[at]?.name ?? '',
        unit: columns[at]?.unit ?? '',
        number: row.values[at] ?? null,
        text: null,
      })),
    })),
    fieldFeatures,
    specimenFeatures,
    dataset: {
      summary: {
        id: idOf(800),
        jobId: idOf(801),
        name: 'ageing v3',
        hash: hashOf(42),
        rowCount: rows.length,
        groupCount,
        foldCount: 5,
        columns,
        notes: [{ code: 'COLUMN_DROPPED', message: 'Left out: the same value in every row.', item: 'Ni' }],
        createdAt: now,
      },
      table,
    },
    model: modelOf(rows, seed),
    causal: causalOf(rows.length),
    optimization: optimizationOf(rows),
    scorecard: [
      {
        group: 'causal',
        name: 'adjacency precision',
        value: 0.91,
        unit: '1',
        comment: '10 of 11 edges are true',
      },
      {
        group: 'causal',
        name: 'adjacency recall',
        value: 0.83,
        unit: '1',
        comment: '10 of 12 true edges found',
      },
      { group: 'causal', name: 'arrow precision', value: 0.9, unit: '1', comment: '9 of 10' },
      {
        group: 'candidates',
        name: 'true gain of candidate 1',
        value: 6.4,
        unit: 'MPa',
        comment: 'noise-free truth',
      },
      {
        group: 'segmentation',
        name: 'area fraction error',
        value: null,
        unit: '1',
        comment: 'truth not stored',
      },
    ],
    refusals: [],
    manifest: [
      { key: 'dataset ageing v3', value: hashOf(42), kind: 'SHA-256' },
      { key: 'training seed', value: '7', kind: 'seed' },
      { key: 'discovery seed', value: '11', kind: 'seed' },
      { key: 'optimiser seed', value: '13', kind: 'seed' },
    ],
  }
}

/** A project just made: nothing is there, and training was refused. */
export function emptyInput(): ReportInput {
  const full = sampleInput(4)
  const { hint, retryable } = errorCodes.NO_DATASET
  return {
    ...full,
    project: { ...full.project, simulated: false },
    importItems: [],
    micrographs: [],
    segmentations: [],
    exampleImages: [],
    specimens: [],
    fieldFeatures: [],
    specimenFeatures: [],
    dataset: null,
    model: null,
    causal: null,
    optimization: null,
    scorecard: null,
    refusals: [
      {
        step: 'train',
        error: {
          code: 'NO_DATASET',
          message: 'There is no dataset to train on.',
          detail: null,
          hint,
          retryable,
        },
      },
    ],
    manifest: [],
  }
}

import type {
  CausalSummary,
  ContractErrorData,
  DatasetSummary,
  DatasetTable,
  FeatureRow,
  ImportItem,
  JobKind,
  Micrograph,
  ModelDetail,
  OptimizationSummary,
  ProjectInfo,
  ReportSection,
  ScoreRow,
  Segmentation,
  Specimen,
  SpecimenFeature,
} from '../../contract/index.ts'

/** A step that refused to run; its section prints the sentence and the hint. */
export interface Refusal {
  readonly step: JobKind
  readonly error: ContractErrorData
}

/** A line of the manifest: a hash, a version, a seed, a setting. */
export interface ManifestEntry {
  readonly key: string
  readonly value: string
  readonly kind: string
}

/** Everything a report says, as plain contract data; nothing is read from anywhere else. */
export interface ReportInput {
  readonly title?: string
  readonly project: ProjectInfo
  /** UTC instant, ISO 8601. */
  readonly writtenAt: string
  readonly importItems: readonly ImportItem[]
  readonly micrographs: readonly Micrograph[]
  readonly segmentations: readonly Segmentation[]
  /** PNGs with the outline drawn in, in base64. */
  readonly exampleImages: ReportSection['images']
  readonly specimens: readonly Specimen[]
  readonly fieldFeatures: readonly FeatureRow[]
  readonly specimenFeatures: readonly SpecimenFeature[]
  readonly dataset: { readonly summary: DatasetSummary; readonly table: DatasetTable } | null
  readonly model: ModelDetail | null
  readonly causal: CausalSummary | null
  readonly optimization: OptimizationSummary | null
  readonly scorecard: readonly ScoreRow[] | null
  readonly refusals: readonly Refusal[]
  readonly manifest: readonly ManifestEntry[]
}

import type {
  DatasetTable,
  ModelComparisonTable,
  ModelDetail,
  ModelKind,
  ModelTrust,
} from '../../../contract/index.ts'
import { compareModels, trustOf } from '../../models/index.ts'

export interface TrustInput {
  readonly model: ModelDetail
  readonly table: DatasetTable
  readonly output: string
  readonly kind: ModelKind | null
}

export const trustModel = ({ model, table, output, kind }: TrustInput): ModelTrust =>
  trustOf(model, table, output, kind)

export const compareKinds = ({ model }: { readonly model: ModelDetail }): ModelComparisonTable =>
  compareModels(model)

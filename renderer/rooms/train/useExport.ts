import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { ContractErrorData, ExportedFile, ModelExportFormat } from '../../../main/contract/index.ts'
import { asContractError, type EngineClient } from '../../client/index.ts'
import { downloadBlob } from '../../ui/index.ts'

export interface ModelExport {
  /** The format that is being written. */
  busy: Ref<ModelExportFormat | null>
  error: ShallowRef<ContractErrorData | null>
  /** Has the file written and hands it to the person; null when that failed. */
  write: (modelId: string, format: ModelExportFormat) => Promise<ExportedFile | null>
}

export function useExport(engine: EngineClient): ModelExport {
  const busy = ref<ModelExportFormat | null>(null)
  const error = shallowRef<ContractErrorData | null>(null)
  async function write(modelId: string, format: ModelExportFormat): Promise<ExportedFile | null> {
    if (busy.value !== null) return null
    busy.value = format
    error.value = null
    try {
      const file = await engine.call('model.export', { modelId, format })
      downloadBlob(file.fileName, engine.blobUrl(file.blob))
      return file
    } catch (thrown) {
      error.value = asContractError(thrown).toData()
      return null
    } finally {
      busy.value = null
    }
  }
  return { busy, error, write }
}

import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { ContractErrorData, ObjectTable } from '../../../main/contract/index.ts'
import { asContractError, useEngine } from '../../client/index.ts'

/**
 * The objects of several segmentations as one table (the fields of a specimen); null while they are asked for. Fields
 * in different length units are not put together: only those in the unit of the first are kept.
 */
export function useObjects(ids: () => readonly string[]): {
  table: ShallowRef<ObjectTable | null>
  error: ShallowRef<ContractErrorData | null>
} {
  const engine = useEngine()
  const table = shallowRef<ObjectTable | null>(null)
  const error = shallowRef<ContractErrorData | null>(null)
  let asked = 0

  async function ask(wanted: readonly string[]): Promise<void> {
    const number = ++asked
    table.value = null
    error.value = null
    if (wanted.length === 0) return
    try {
      const tables = await Promise.all(wanted.map((id) => engine.call('measure.objects', { id })))
      if (number !== asked) return
      const lengthUnit = tables[0]?.lengthUnit ?? 'px'
      const objects = tables.filter((one) => one.lengthUnit === lengthUnit).flatMap((one) => one.objects)
      table.value = { lengthUnit, objects }
    } catch (thrown) {
      if (number === asked) error.value = asContractError(thrown).toData()
    }
  }
  watch(
    () => ids().join(' '),
    () => void ask(ids()),
    { immediate: true },
  )
  onScopeDispose(() => {
    asked++
  })
  return { table, error }
}

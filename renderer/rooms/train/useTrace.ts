import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { Job, MethodOutput } from '../../../main/contract/index.ts'
import { useEngine } from '../../client/index.ts'

const pollMs = 500

/** Live series of a running job, asked for twice a second; the last picture stays when a question fails. */
export function useTrace(job: () => Job | null): ShallowRef<MethodOutput<'job.trace'>['series']> {
  const engine = useEngine()
  const series = shallowRef<MethodOutput<'job.trace'>['series']>({})
  let timer: ReturnType<typeof setTimeout> | null = null
  let stopped = false

  const clear = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  async function ask(id: string): Promise<void> {
    const trace = await engine.call('job.trace', { id }).catch(() => null)
    if (stopped || job()?.id !== id) return
    if (trace !== null) series.value = trace.series
    timer = setTimeout(() => void ask(id), pollMs)
  }
  watch(
    () => (job()?.state === 'running' ? job()?.id : undefined),
    (id) => {
      clear()
      if (id === undefined) return
      series.value = {}
      void ask(id)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    stopped = true
    clear()
  })
  return series
}

import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { EngineEvent, Job, JobEvent } from '../../main/contract/index.ts'
import { asContractError, useEngine } from '../client/index.ts'
import { useErrorsStore } from './errors.ts'
import { RateMeter } from './time-left.ts'

const steadyMs = () => performance.now()
const isActive = (job: Job) => job.state === 'running' || job.state === 'pending'

/** The project's jobs, newest first, live from the engine's events. */
export const useJobsStore = defineStore('jobs', () => {
  const engine = useEngine()
  const errors = useErrorsStore()
  const list = shallowRef<Job[]>([])
  const meters = new Map<string, RateMeter>()
  /** Grows each second while a job runs, so that times left are told anew. */
  const tick = ref(0)
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  const active = computed(() => list.value.filter(isActive))
  const running = computed(() => list.value.filter((job) => job.state === 'running'))

  async function refresh(): Promise<void> {
    const number = ++asked
    try {
      const jobs = await engine.call('job.list', { limit: 200 })
      if (number === asked) list.value = jobs
    } catch (thrown) {
      if (number !== asked) return
      const { code } = asContractError(thrown)
      if (code === 'NO_PROJECT') list.value = []
      else if (code !== 'ENGINE_STOPPED') errors.report('List jobs', thrown)
    }
  }
  function refreshSoon(): void {
    timer ??= setTimeout(() => {
      timer = null
      void refresh()
    }, 150)
  }

  function receive(event: EngineEvent): void {
    if (event.type === 'job') applyJobEvent(event)
    else if (event.entity === 'project' || event.entity === 'plan') refreshSoon()
  }

  function applyJobEvent(event: JobEvent): void {
    if (event.state === 'running') {
      let meter = meters.get(event.id)
      if (meter === undefined) meters.set(event.id, (meter = new RateMeter()))
      meter.push(event.done, steadyMs())
    } else meters.delete(event.id)
    const known = list.value.find((job) => job.id === event.id)
    if (known === undefined || known.state !== event.state) {
      // Result, error and times are not in the event; they are asked for once per change of state.
      refreshSoon()
    }
    if (known !== undefined) {
      const { state, done, total, unit, message } = event
      list.value = list.value.map((job) =>
        job.id === event.id ? { ...job, state, done, total, unit, message } : job,
      )
    }
  }

  function secondsLeft(job: Job): number | null {
    void tick.value
    return meters.get(job.id)?.secondsLeft(job.total, steadyMs()) ?? null
  }
  function ratePerS(job: Job): number | null {
    void tick.value
    return meters.get(job.id)?.ratePerS() ?? null
  }

  async function cancel(id: string): Promise<void> {
    await errors.attempt('Cancel job', () => engine.call('job.cancel', { id }))
    refreshSoon()
  }
  async function resume(id: string): Promise<void> {
    await errors.attempt('Resume job', () => engine.call('job.resume', { id }))
    refreshSoon()
  }

  /** The newest job of a kind, or null. */
  function newest(kind: Job['kind']): Job | null {
    return list.value.find((job) => job.kind === kind) ?? null
  }

  engine.on(receive)
  engine.onState((state) => {
    if (state === 'open') refreshSoon()
  })
  setInterval(() => {
    if (running.value.length > 0) tick.value++
  }, 1000)
  void refresh()

  return { list, active, running, refresh, receive, secondsLeft, ratePerS, cancel, resume, newest }
})

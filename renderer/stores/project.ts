import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { MethodOutput, ProjectInfo, RoomName, RoomState } from '../../main/contract/index.ts'
import { asContractError, useEngine, type ConnectionState } from '../client/index.ts'
import { useErrorsStore } from './errors.ts'

/** The open project: its name, origin and the state of every room. `info` is null when none is open. */
export const useProjectStore = defineStore('project', () => {
  const engine = useEngine()
  const errors = useErrorsStore()
  const info = shallowRef<ProjectInfo | null>(null)
  const host = shallowRef<MethodOutput<'host.info'> | null>(null)
  const connection = ref<ConnectionState>(engine.state)
  /** False until the first answer: no room says "no project" before that is known. */
  const known = ref(false)
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  const isOpen = computed(() => info.value !== null)
  const simulated = computed(() => info.value?.simulated === true)

  async function refresh(): Promise<void> {
    const number = ++asked
    try {
      const newHost = await engine.call('host.info', {})
      const newInfo = newHost.projectOpen ? await engine.call('project.info', {}) : null
      if (number !== asked) return
      host.value = newHost
      info.value = newInfo
      known.value = true
    } catch (thrown) {
      if (number !== asked) return
      const { code } = asContractError(thrown)
      if (code === 'NO_PROJECT') {
        info.value = null
        known.value = true
      } else if (code !== 'ENGINE_STOPPED') errors.report('Read project', thrown)
    }
  }
  function refreshSoon(): void {
    timer ??= setTimeout(() => {
      timer = null
      void refresh()
    }, 200)
  }

  function room(name: RoomName): RoomState | null {
    return info.value?.rooms.find((entry) => entry.room === name) ?? null
  }

  engine.on((event) => {
    // Every change may move the state of a room; a job moves it when its own state changes.
    if (event.type === 'changed' || event.state !== 'running' || event.done === 0) refreshSoon()
  })
  engine.onState((state) => {
    connection.value = state
    if (state === 'open') refreshSoon()
  })
  void refresh()

  return { info, host, connection, known, isOpen, simulated, refresh, room }
})

import { shallowRef } from 'vue'
import { bridge, useEngine } from '../client/index.ts'

export interface Picked {
  handle: string
  /** Name of the folder or file; null where the shell told only the handle. */
  name: string | null
}

export interface PickRequest {
  kind: 'folder' | 'csv' | 'project'
  title: string
  settle: (picked: Picked | null) => void
}

/** The request that FilePicker.vue answers; null when none is open. */
export const pickRequest = shallowRef<PickRequest | null>(null)

function pickInPage(kind: PickRequest['kind'], title: string): Promise<Picked | null> {
  pickRequest.value?.settle(null)
  return new Promise((resolve) => {
    pickRequest.value = {
      kind,
      title,
      settle: (picked) => {
        pickRequest.value = null
        resolve(picked)
      },
    }
  })
}

/** Lets a person choose a folder: the system's dialog in the desktop program, the page's own else. */
export async function pickFolder(
  title: string,
  kind: 'folder' | 'project' = 'folder',
): Promise<Picked | null> {
  const shell = bridge()
  if (shell === null) return pickInPage(kind, title)
  const handle = await shell.pickFolder()
  if (handle === null) return null
  const { name } = await useEngine().call('files.browse', { folder: handle })
  return { handle, name }
}

export async function pickCsv(title: string): Promise<Picked | null> {
  const shell = bridge()
  if (shell === null) return pickInPage('csv', title)
  const handle = await shell.pickFile('csv')
  return handle === null ? null : { handle, name: null }
}

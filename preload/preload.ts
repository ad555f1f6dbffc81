import { contextBridge, ipcRenderer } from 'electron'
import type { CausalloyBridge } from './bridge.d.ts'

// The one file that runs between page and shell. It forwards verbs and holds no logic; the names of the
// messages stand here a second time since a sandboxed preload may load nothing but electron.
const bridge: CausalloyBridge = {
  platform: process.platform,
  requestPort: () => ipcRenderer.send('causalloy:request-port'),
  pickFolder: () => ipcRenderer.invoke('causalloy:pick-folder') as Promise<string | null>,
  pickFile: (kind) => ipcRenderer.invoke('causalloy:pick-file', kind) as Promise<string | null>,
  saveAs: (sha256, suggestedName) =>
    ipcRenderer.invoke('causalloy:save-as', sha256, suggestedName) as Promise<boolean>,
  blobUrl: (sha256) => `causalloy://app/blob/${sha256}`,
}

contextBridge.exposeInMainWorld('causalloy', bridge)

ipcRenderer.on('causalloy:port', (event) => {
  // Only this window's own page can receive it; the shell lets no other page into the window.
  window.postMessage('causalloy-port', '*', event.ports)
})

import type { MenuItemConstructorOptions } from 'electron'

export interface MenuActions {
  openProject(): void
  simulatedCampaign(): void
  closeProject(): void
  showNetwork(): void
  showAbout(): void
}

/** The menu as data. It has no entry that leads out of the program (no link, no update check). */
export function menuTemplate(platform: string, actions: MenuActions): MenuItemConstructorOptions[] {
  const file: MenuItemConstructorOptions[] = [
    { label: 'Open project…', accelerator: 'CmdOrCtrl+O', click: () => actions.openProject() },
    { label: 'Simulated campaign…', click: () => actions.simulatedCampaign() },
    { label: 'Close project', click: () => actions.closeProject() },
    { type: 'separator' },
    { role: 'quit' },
  ]
  return [
    ...(platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    { label: 'File', submenu: file },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'resetZoom' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    {
      label: 'Help',
      submenu: [
        { label: 'Network', click: () => actions.showNetwork() },
        { label: 'About Causalloy', click: () => actions.showAbout() },
      ],
    },
  ]
}

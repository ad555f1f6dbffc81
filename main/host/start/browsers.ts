import { posix, win32 } from 'node:path'

/** Where Chromium, Chrome and Edge are installed, most wanted first. */
export function browserPlaces(platform: string, env: Readonly<Record<string, string | undefined>>): string[] {
  if (platform === 'win32') {
    const bases = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter(
      (base): base is string => base !== undefined && base !== '',
    )
    const parts = [
      'Chromium\\Application\\chrome.exe',
      'Google\\Chrome\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ]
    return parts.flatMap((part) => bases.map((base) => win32.join(base, part)))
  }
  if (platform === 'darwin')
    return ['Chromium', 'Google Chrome', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    )
  const names = [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
    'microsoft-edge-stable',
  ]
  const folders = (env['PATH'] ?? '/usr/local/bin:/usr/bin')
    .split(':')
    .filter((folder) => posix.isAbsolute(folder))
  return names.flatMap((name) => folders.map((folder) => posix.join(folder, name)))
}

/** Arguments that open `url` as a window of its own, with a profile that holds nothing and asks nothing. */
export function browserArguments(url: string, profileFolder: string, isRoot: boolean): string[] {
  return [
    `--app=${url}`,
    `--user-data-dir=${profileFolder}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-extensions',
    '--window-size=1600,1000',
    // Chromium refuses to start as root with its sandbox; nobody should need this, and the start says so.
    ...(isRoot ? ['--no-sandbox'] : []),
  ]
}

/** Where the Electron runtime lies in the electron package, or in the folder that replaces it. */
export function electronPlace(
  platform: string,
  packageFolder: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const style = platform === 'win32' ? win32 : posix
  const folder = env['ELECTRON_OVERRIDE_DIST_PATH'] ?? style.join(packageFolder, 'dist')
  if (platform === 'win32') return win32.join(folder, 'electron.exe')
  if (platform === 'darwin') return posix.join(folder, 'Electron.app/Contents/MacOS/Electron')
  return posix.join(folder, 'electron')
}

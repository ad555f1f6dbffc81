import { posix, win32 } from 'node:path'

export interface ConfigPlace {
  readonly platform: string
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * The user's folder for what belongs to the program and to no project (the recent list):
 * APPDATA on Windows, Application Support on macOS, XDG_CONFIG_HOME elsewhere.
 */
export function configFolder({ platform, home, env }: ConfigPlace): string {
  if (platform === 'win32') {
    const base = env['APPDATA']
    return win32.join(
      base !== undefined && win32.isAbsolute(base) ? base : win32.join(home, 'AppData', 'Roaming'),
      'Causalloy',
    )
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Causalloy')
  const base = env['XDG_CONFIG_HOME']
  // The XDG specification says that a relative value is to be ignored.
  return posix.join(
    base !== undefined && posix.isAbsolute(base) ? base : posix.join(home, '.config'),
    'causalloy',
  )
}

export interface InstallPlan {
  /** False when a copy on this machine is to be used and nothing is fetched. */
  readonly fetches: boolean
  readonly from: string
  readonly text: string
}

/** What `npm run desktop:install` will do, in words; honours ELECTRON_OVERRIDE_DIST_PATH and ELECTRON_MIRROR. */
export function installPlan(where: {
  readonly version: string
  readonly platform: string
  readonly arch: string
  readonly env: Readonly<Record<string, string | undefined>>
}): InstallPlan {
  const { version, platform, arch, env } = where
  const own = env['ELECTRON_OVERRIDE_DIST_PATH']
  if (own !== undefined && own !== '')
    return {
      fetches: false,
      from: own,
      text: `Nothing is fetched: ELECTRON_OVERRIDE_DIST_PATH names the Electron runtime in ${own}.`,
    }
  const mirror = env['ELECTRON_MIRROR'] ?? env['npm_config_electron_mirror']
  const from =
    mirror === undefined || mirror === '' ? 'https://github.com/electron/electron/releases/download/' : mirror
  const file = `electron-v${version}-${platform}-${arch}.zip`
  return {
    fetches: true,
    from,
    text:
      `Fetching the Electron runtime ${version} for ${platform}-${arch}: one file, ${file}, about 120 MB, ` +
      `from ${from} (checked against the checksums in the electron package). ` +
      'A facility without internet sets ELECTRON_MIRROR to its own copy, or ELECTRON_OVERRIDE_DIST_PATH to an unpacked one.',
  }
}

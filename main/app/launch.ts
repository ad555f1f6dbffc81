export type Launch =
  | { readonly mode: 'window'; readonly project: string | null }
  | { readonly mode: 'cli'; readonly args: readonly string[] }

/**
 * How the program was started: `--cli` and what follows it is the command line, without a window. `argv` is
 * process.argv; started from a checkout it holds the folder of the program as well, hence the search.
 * `--project=DIR` opens a project in the window.
 */
export function launchOf(argv: readonly string[]): Launch {
  const at = argv.indexOf('--cli')
  if (at >= 0) return { mode: 'cli', args: argv.slice(at + 1) }
  const flag = argv.find((word) => word.startsWith('--project='))
  return { mode: 'window', project: flag?.slice('--project='.length) ?? null }
}

/** Switches of Chromium set before it starts: no name resolves, nothing runs in the background. */
export const chromiumSwitches: readonly (readonly [string, string?])[] = [
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  ['no-proxy-server'],
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['disable-sync'],
  ['disable-features', 'SpellcheckService,OptimizationHints,MediaRouter,DialMediaRouteProvider'],
  ['force-webrtc-ip-handling-policy', 'disable_non_proxied_udp'],
]

/** What a person may pick for each verb of the bridge. */
export const fileFilters = {
  csv: [{ name: 'Table', extensions: ['csv', 'txt'] }],
} as const

/** Ends within this time count together. */
const windowMs = 60_000
const most = 5

export type RestartDecision =
  { readonly restart: true; readonly afterMs: number } | { readonly restart: false; readonly reason: string }

/**
 * Whether an engine that ended is started again. `failedAtMs` are the times of the failed ends so far, this
 * one last. Exit code 0 was asked for. An engine that fails again at once is waited for longer, then given up,
 * so that a damaged project does not make the machine busy without end.
 */
export function afterExit(code: number | null, failedAtMs: readonly number[]): RestartDecision {
  if (code === 0) return { restart: false, reason: 'The engine was closed.' }
  const now = failedAtMs.at(-1) ?? 0
  const recent = failedAtMs.filter((at) => now - at < windowMs).length
  if (recent > most)
    return {
      restart: false,
      reason: `The engine ended unexpectedly ${recent} times within a minute and is not started again.`,
    }
  return { restart: true, afterMs: recent <= 1 ? 0 : 250 * 2 ** (recent - 2) }
}

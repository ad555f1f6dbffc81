interface Sample {
  atMs: number
  done: number
}

const windowMs = 30_000

/**
 * How fast a job goes, from its own counters of the last 30 s; the first units (warm-up, cache) so fall out.
 * Times are passed in, in ms of any steady clock.
 */
export class RateMeter {
  #samples: Sample[] = []

  push(done: number, atMs: number): void {
    const last = this.#samples.at(-1)
    // A resumed job starts to count anew: the older samples say nothing of it.
    if (last !== undefined && done < last.done) this.#samples = []
    this.#samples.push({ done, atMs })
    const oldest = atMs - windowMs
    while (this.#samples.length > 2 && this.#samples[1]!.atMs <= oldest) this.#samples.shift()
    // Before the first unit lies the start of workers, which no later unit pays again.
    if (this.#samples.length > 3 && this.#samples[0]!.done === 0 && this.#samples[1]!.done > 0)
      this.#samples.shift()
  }

  /** Units per second, or null while two different counts have not been seen. */
  ratePerS(): number | null {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined) return null
    const spanMs = last.atMs - first.atMs
    const units = last.done - first.done
    return spanMs < 200 || units <= 0 ? null : (units / spanMs) * 1000
  }

  /** Seconds left at `atMs`, or null when it is unknown: no total, no rate, or no progress for too long. */
  secondsLeft(total: number | null, atMs: number): number | null {
    const rate = this.ratePerS()
    const last = this.#samples.at(-1)
    if (rate === null || last === undefined || total === null) return null
    const quietS = (atMs - last.atMs) / 1000
    if (quietS > 20 && quietS > 5 / rate) return null
    return Math.max(0, (total - last.done) / rate - quietS)
  }
}

/** "40 s", "3 min", "2 h 10 min"; "unknown" for null. */
export function timeLeftText(seconds: number | null): string {
  if (seconds === null) return 'unknown'
  if (seconds < 1) return 'below 1 s'
  if (seconds < 90) return `${String(Math.round(seconds))} s`
  if (seconds < 5400) return `${String(Math.round(seconds / 60))} min`
  const hours = Math.floor(seconds / 3600)
  return `${String(hours)} h ${String(Math.round((seconds - hours * 3600) / 60))} min`
}

/** "≈ 40 s left", or "time left unknown". */
export function leftText(seconds: number | null): string {
  return seconds === null ? 'time left unknown' : `≈ ${timeLeftText(seconds)} left`
}

/** Wanted length of a piece of training: half of the 100 ms within which a cancel is to be heard. */
const wantedMs = 50
/** However fast a step is: feeds are made in one piece for a chunk. */
const longest = 4096

/** Learns how many steps fit into a short while. It decides when a pause comes, never what is computed. */
export class Chunks {
  #count = 1

  /** How many steps to take now, of the `left` that are left. */
  next(left: number): number {
    return Math.min(this.#count, left)
  }

  /** Grows by no more than four times: the first steps of an executor are often unlike those that follow. */
  took(count: number, tookMs: number): void {
    const fitting = tookMs <= 0 ? count * 4 : Math.floor((count * wantedMs) / tookMs)
    this.#count = Math.max(1, Math.min(fitting, count * 4, longest))
  }
}

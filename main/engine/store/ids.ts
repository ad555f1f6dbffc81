import { v7 } from 'uuid'

/** UUIDv7 from the passed clock: sorts by creation, also within a millisecond (a counter takes the first random bits). */
export function idMaker(clock: () => number): () => string {
  let lastMs = 0
  let sequence = 0
  return () => {
    const ms = Math.max(clock(), lastMs)
    sequence = ms === lastMs ? sequence + 1 : 0
    lastMs = ms
    return v7({ msecs: ms, seq: sequence })
  }
}

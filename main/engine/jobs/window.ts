/**
 * Computes items from `start` to `count` with at most `width` at a time and hands the outcomes over strictly in order:
 * commits stay a cursor even when units finish out of turn. The first failure stops the rest.
 */
export async function inOrder<T>(
  start: number,
  count: number,
  width: number,
  compute: (index: number) => Promise<T>,
  handOver: (value: T, index: number) => void,
): Promise<void> {
  const ahead = new Map<number, Promise<T>>()
  let next = start
  const fill = () => {
    while (next < count && ahead.size < width) {
      const promise = compute(next)
      // A later unit may fail before its turn; it is reported when its turn comes.
      promise.catch(() => undefined)
      ahead.set(next, promise)
      next++
    }
  }
  try {
    for (let index = start; index < count; index++) {
      fill()
      const value = await ahead.get(index)!
      ahead.delete(index)
      handOver(value, index)
    }
  } finally {
    await Promise.allSettled(ahead.values())
  }
}

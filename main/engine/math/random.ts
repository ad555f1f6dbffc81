/**
 * Seeded random streams. Same seed and name give the same numbers on every machine.
 * Generator: xoshiro128** (Blackman & Vigna 2018), state filled by splitmix32 from the seed and a
 * 32-bit FNV-1a hash of the stream's name, so that streams of different names do not overlap in practice.
 */
export interface RandomStream {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number
  /** Integer on [0, n). */
  integer(n: number): number
  /** Standard normal (Marsaglia's polar method). */
  normal(): number
  /** Fisher–Yates, in place. */
  shuffle<T extends { [index: number]: unknown; length: number }>(items: T): T
  /** An independent stream; the parent's position does not matter. */
  child(name: string): RandomStream
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  return hash >>> 0
}

function splitmix32(state: number): () => number {
  let s = state >>> 0
  return () => {
    s = (s + 0x9e3779b9) >>> 0
    let t = s ^ (s >>> 16)
    t = Math.imul(t, 0x21f0aaad)
    t ^= t >>> 15
    t = Math.imul(t, 0x735a2d97)
    return (t ^ (t >>> 15)) >>> 0
  }
}

export function randomStream(seed: number, name = ''): RandomStream {
  const high = Math.floor(seed / 0x100000000) >>> 0
  const fill = splitmix32((seed ^ Math.imul(high, 0x85ebca6b) ^ fnv1a(name)) >>> 0)
  let a = fill()
  let b = fill()
  let c = fill()
  let d = fill()
  let spare: number | null = null

  function next32(): number {
    const m = Math.imul(b, 5)
    const result = Math.imul((m << 7) | (m >>> 25), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result
  }
  function uniform(): number {
    return ((next32() >>> 5) * 67108864 + (next32() >>> 6)) / 9007199254740992
  }
  function integer(n: number): number {
    return Math.floor(uniform() * n)
  }
  function normal(): number {
    if (spare !== null) {
      const value = spare
      spare = null
      return value
    }
    for (;;) {
      const u = 2 * uniform() - 1
      const v = 2 * uniform() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) {
        const f = Math.sqrt((-2 * Math.log(s)) / s)
        spare = v * f
        return u * f
      }
    }
  }
  return {
    uniform,
    integer,
    normal,
    shuffle(items) {
      for (let i = items.length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const kept = items[i]
        items[i] = items[j]
        items[j] = kept
      }
      return items
    },
    child: (childName) => randomStream(seed, `${name}/${childName}`),
  }
}

import { columnName } from '../../../main/figures/labels.ts'

export type Pair = readonly [cause: string, effect: string]
export interface PairKnowledge {
  readonly required: readonly Pair[]
  readonly forbidden: readonly Pair[]
}
export type KnowledgeKind = keyof PairKnowledge

export const noKnowledge: PairKnowledge = { required: [], forbidden: [] }

const same = (a: Pair, b: Pair): boolean => a[0] === b[0] && a[1] === b[1]

/** Whether `to` can be reached from `from` over required pairs. */
function reaches(pairs: readonly Pair[], from: string, to: string): boolean {
  const seen = new Set([from])
  const queue = [from]
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (at === to) return true
    for (const [cause, effect] of pairs) {
      if (cause === at && !seen.has(effect)) {
        seen.add(effect)
        queue.push(effect)
      }
    }
  }
  return false
}

/** Why a pair cannot be added, in a sentence that names the pairs in conflict; null when it can. */
export function pairProblem(now: PairKnowledge, kind: KnowledgeKind, pair: Pair): string | null {
  const [cause, effect] = pair
  if (cause === '' || effect === '') return 'Choose a cause and an effect.'
  if (cause === effect) return 'A column is not its own cause.'
  if (now[kind].some((other) => same(other, pair))) return 'This pair is in the list.'
  const other = kind === 'required' ? 'forbidden' : 'required'
  if (now[other].some((known) => same(known, pair)))
    return `${columnName(cause)} → ${columnName(effect)} is ${other}; remove that first.`
  if (kind === 'required' && reaches(now.required, effect, cause)) {
    return `Required pairs already lead from ${columnName(effect)} to ${columnName(cause)}: this one would close a circle.`
  }
  return null
}

export function addPair(now: PairKnowledge, kind: KnowledgeKind, pair: Pair): PairKnowledge {
  return pairProblem(now, kind, pair) === null ? { ...now, [kind]: [...now[kind], pair] } : now
}

export function removePair(now: PairKnowledge, kind: KnowledgeKind, pair: Pair): PairKnowledge {
  return { ...now, [kind]: now[kind].filter((known) => !same(known, pair)) }
}

const isPairs = (value: unknown): value is [string, string][] =>
  Array.isArray(value) &&
  value.every(
    (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((name) => typeof name === 'string'),
  )

/** Knowledge as it was kept in the settings; null when nothing readable is there. */
export function readKnowledge(text: string | undefined): PairKnowledge | null {
  if (text === undefined) return null
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return null
    const { required, forbidden } = value as { required?: unknown; forbidden?: unknown }
    return isPairs(required) && isPairs(forbidden) ? { required, forbidden } : null
  } catch {
    return null
  }
}

export interface Figure {
  readonly id: string
  readonly value: number
  readonly unit: string
  /** As printed, e.g. '≥ 0.9'; null where the figure is only reported. */
  readonly goal: string | null
  readonly holds: boolean | null
}

export type Bench = (tell: (line: string) => void) => Promise<Figure[]>

export const atLeast = (id: string, value: number, unit: string, goal: number): Figure => ({
  id,
  value,
  unit,
  goal: `≥ ${goal}`,
  holds: value >= goal,
})
export const atMost = (id: string, value: number, unit: string, goal: number): Figure => ({
  id,
  value,
  unit,
  goal: `≤ ${goal}`,
  holds: value <= goal,
})
export const reported = (id: string, value: number, unit: string): Figure => ({
  id,
  value,
  unit,
  goal: null,
  holds: null,
})

/** CPU seconds (user and system, all threads) that the work takes. */
export async function cpuSeconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

import { describe, expect, it } from 'vitest'
import { asExecutor } from '../../main/engine/graph/index.ts'
import type { Executor, LocalExecutor } from '../../main/engine/graph/index.ts'
import { conformanceCases } from './conformance-cases.ts'

/** Registers one test for each conformance case; `make` gives the executor under test, once for all. */
export function executorConformance(
  name: string,
  make: () => Executor | Promise<Executor>,
  { tolerance = 1e-5, skip = [] as readonly string[] } = {},
): void {
  let executor: Promise<Executor> | null = null
  describe(`conformance of ${name}`, () => {
    for (const { name: title, run } of conformanceCases)
      it.skipIf(skip.includes(title))(title, async () => {
        executor ??= Promise.resolve(make())
        expect(await run(await executor, tolerance)).toEqual([])
      })
  })
}

export const localConformance = (name: string, make: () => LocalExecutor, options = {}): void =>
  executorConformance(name, () => asExecutor(make()), options)

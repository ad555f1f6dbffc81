import { defineConfig } from 'vitest/config'

const project = (name: string, testTimeout: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    setupFiles: ['test/support/seed.ts'],
    testTimeout,
    hookTimeout: testTimeout,
    pool: 'forks' as const,
  },
})

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', 60_000),
      project('contract', 60_000),
      project('engine', 600_000),
      project('reference', 300_000),
      project('faults', 600_000),
      project('e2e', 600_000),
    ],
  },
})

import { serveTasks } from '../../main/engine/jobs/index.ts'

/** Tasks for tests of the job system: real threads, real work, nothing of science. */
serveTasks({
  square: (x: number) => x * x,
  fail: () => {
    throw new RangeError('broken on purpose')
  },
  spin: (_input: never, scope) => {
    for (let i = 0; ; i++) {
      if (i % 1000 === 0) scope.check()
    }
  },
  deaf: () => {
    for (;;) {
      // Never asks whether it was cancelled.
    }
  },
  report: (steps: number, scope) => {
    for (let i = 1; i <= steps; i++) scope.report(i, steps, `step ${i}`, { loss: [i, 1 / i] })
    return steps
  },
})

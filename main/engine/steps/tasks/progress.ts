import type { Progress } from '../../dataset/table.ts'
import type { TaskScope } from '../../jobs/index.ts'

/** The science rooms' view of a running task. */
export function progressOf(scope: TaskScope): Progress {
  return {
    check: () => {
      scope.check()
    },
    report: (done, total, message, series) => {
      scope.report(done, total, message, series)
    },
  }
}

import { imageWorkload } from '../../main/engine/compute/choose/workloads.ts'
import { processExecutor } from '../../main/engine/compute/process/executor.ts'
import { slowGraph } from './slow-graph.ts'

/**
 * A program for tests: opens an executor in a child, sets it to work and tells the child's number. `busy` trains without
 * end, `deaf` makes one call that lasts, `idle` has nothing more to do.
 */
const mode = process.argv[2]
const executor = await processExecutor({ name: 'reference' })
if (mode === 'deaf') {
  const { graph, result } = slowGraph()
  void (await executor.evaluator(graph, [result])).run({})
  await new Promise((resolve) => setTimeout(resolve, 300))
}
process.send?.(executor.pid)
if (mode === 'idle') process.disconnect()
if (mode === 'busy') {
  const { step, initial, data, feedsFor } = imageWorkload({ batch: 2, channels: 16, doublings: 2 })
  const trainer = await executor.trainer(step, initial, data)
  for (;;) await trainer.run(feedsFor(0, 200))
}

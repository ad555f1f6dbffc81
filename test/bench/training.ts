import { relativeDifference } from '../support/conformance-cases.ts'
import { atLeast, atMost, cpuSeconds, reported, type Bench, type Figure } from './bench.ts'
import { executorsHere } from './training/executors.ts'
import { findPyTorch, startPeer } from './training/peer.ts'
import { workloads } from './training/workloads.ts'

/** Least ratio of PyTorch's CPU time to an executor's (docs: the training engine), by the start of the executor's name. */
const goals: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'onnxruntime CPU': { small: 1.5, big: 1.1, lite: 3, decoder: 1.5 },
  native: { small: 4, big: 2, lite: 8 },
}

const steps = 50
const rounds = 5

const median = (values: readonly number[]): number =>
  [...values].sort((p, q) => p - q)[Math.floor(values.length / 2)]!

/**
 * CPU seconds per training step of every executor beside PyTorch on one thread, both in turn in the same run, so that
 * what else the machine does falls on both; and that they do the same work: the losses of the same steps agree.
 */
export const trainingBench: Bench = async (tell) => {
  const torch = findPyTorch()
  if (torch === null) {
    tell('skipped: no Python with PyTorch on this machine (Debian: apt-get install python3-torch)')
    return []
  }
  tell(`PyTorch ${torch.version}, one thread; ${steps} steps a call, median of ${rounds} rounds`)
  const executors = await executorsHere(tell)
  const figures: Figure[] = []
  for (const [name, make] of Object.entries(workloads)) {
    const workload = make()
    const feeds = workload.feeds(0, steps)
    const peers = [
      await startPeer(torch.python, workload, feeds, 'single'),
      await startPeer(torch.python, workload, feeds, 'foreach'),
    ]
    const comparable = peers[0]!.blas !== 'reference'
    if (!comparable) tell(`${name}: PyTorch runs on the reference BLAS here; install libopenblas0 to compare`)
    const trainers = []
    for (const executor of executors) {
      const trainer = await executor.trainer(workload.step, workload.initial, workload.data)
      trainers.push({ name: executor.name, trainer, seconds: [] as number[] })
    }
    const peerSeconds: number[][] = [[], []]
    const first = await Promise.all(peers.map((peer) => peer.run(1)))
    for (const { name: label, trainer } of trainers) {
      const losses = await trainer.run(feeds)
      figures.push(
        atMost(
          `${name}: losses of ${label} against PyTorch`,
          relativeDifference(losses, Float32Array.from(first[0]!.losses)),
          'relative',
          1e-3,
        ),
      )
    }
    for (let round = 0; round < rounds; round++) {
      for (const [i, peer] of peers.entries()) peerSeconds[i]!.push((await peer.run(1)).cpuSeconds)
      for (const own of trainers) own.seconds.push(await cpuSeconds(() => own.trainer.run(feeds)))
    }
    for (const peer of peers) peer.close()
    for (const { trainer } of trainers) await trainer.dispose()
    const torchSeconds = Math.min(...peerSeconds.map(median))
    figures.push(reported(`${name}: PyTorch`, (1000 * torchSeconds) / steps, 'CPU ms'))
    for (const own of trainers) {
      const seconds = median(own.seconds)
      figures.push(reported(`${name}: ${own.name}`, (1000 * seconds) / steps, 'CPU ms'))
      const goal = Object.entries(goals).find(([start]) => own.name.startsWith(start))?.[1][name]
      const id = `${name}: ${own.name} against PyTorch`
      const ratio = torchSeconds / seconds
      figures.push(
        goal === undefined || !comparable ? reported(id, ratio, '×') : atLeast(id, ratio, '×', goal),
      )
    }
    tell(`${name} done`)
  }
  // The deep ensemble of ten members (CPU seconds to its held-out likelihood) belongs here: one more list of figures.
  return figures
}

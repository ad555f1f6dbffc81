import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { StepFeeds, Tensor, Tensors } from '../../../main/engine/graph/index.ts'
import type { Workload } from './workloads.ts'

/** PyTorch running one workload in a process of its own. */
export interface Peer {
  /** The library that its products run in; `reference` is tenfold slower than any other. */
  readonly blas: string
  /** CPU seconds of `rounds` passes through the stored steps, and the losses of the last. */
  run(rounds: number): Promise<{ readonly cpuSeconds: number; readonly losses: readonly number[] }>
  close(): void
}

const script = join(dirname(fileURLToPath(import.meta.url)), 'peer.py')

/** A Python that has PyTorch (Debian: python3-torch), or null. */
export function findPyTorch(): { readonly python: string; readonly version: string } | null {
  for (const python of ['/usr/bin/python3', 'python3']) {
    try {
      const version = execFileSync(python, ['-c', 'import torch; print(torch.__version__)'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      return { python, version: version.trim() }
    } catch {
      continue
    }
  }
  return null
}

/** Starts the twin of `workload` with the same parameters and the steps of `feeds`. */
export async function startPeer(
  python: string,
  workload: Workload,
  feeds: StepFeeds,
  form: 'foreach' | 'single',
): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'training-peer-'))
  const { step, initial, data } = workload
  const shapes = new Map<string, readonly number[]>()
  for (const node of step.graph.nodes)
    if (node.op === 'input' || node.op === 'parameter') shapes.set(node.name, node.shape)
  const stored = (kind: string, tensors: Tensors, lead: readonly number[]) =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, values]: [string, Tensor]) => {
        const file = `${kind}-${name}.bin`
        writeFileSync(join(folder, file), new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
        const type = values instanceof Int32Array ? '<i4' : '<f4'
        return [name, { file, type, shape: [...lead, ...shapes.get(name)!] }]
      }),
    )
  const manifest = {
    twin: workload.twin,
    count: feeds.count,
    rate: feeds.rates[0],
    beta1: step.beta1,
    beta2: step.beta2,
    epsilon: step.epsilon,
    parameters: stored('parameter', initial.parameters, []),
    data: stored('data', data, []),
    feeds: stored('feed', feeds.inputs, [feeds.count]),
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
  const child = spawn(python, [script, folder, form], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<unknown> => {
    const line = await lines.next()
    if (line.done === true) throw new Error('the PyTorch process ended')
    return JSON.parse(line.value)
  }
  const { blas } = (await answer()) as { blas: string }
  return {
    blas,
    async run(rounds) {
      child.stdin.write(`${rounds}\n`)
      return (await answer()) as { cpuSeconds: number; losses: number[] }
    },
    close() {
      child.stdin.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

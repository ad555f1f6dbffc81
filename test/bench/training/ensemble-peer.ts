import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { MemberMoments } from '../../../main/engine/models/hypernetwork/predict.ts'
import type { TrainingSettings } from '../../../main/engine/models/training-settings.ts'
import type { Split } from './ensemble-fit.ts'

/** The ways in which PyTorch can train an ensemble; the fastest counts. */
export const peerForms = ['single', 'foreach', 'batched'] as const
export type PeerForm = (typeof peerForms)[number]

export interface PeerRun {
  readonly cpuSeconds: number
  readonly steps: number
  readonly validation: readonly MemberMoments[]
  readonly test: readonly MemberMoments[]
}

/** PyTorch in a process of its own, one thread. */
export interface EnsemblePeer {
  readonly blas: string
  readonly version: string
  train(
    split: Split,
    settings: TrainingSettings,
    count: number,
    form: PeerForm,
    seed: number,
  ): Promise<PeerRun>
  close(): void
}

interface Answer {
  readonly cpuSeconds: number
  readonly steps: number
  readonly validation: readonly { mean: number[]; noise: number[] }[]
  readonly test: readonly { mean: number[]; noise: number[] }[]
}

const script = join(dirname(fileURLToPath(import.meta.url)), 'ensemble.py')

export async function startEnsemblePeer(python: string): Promise<EnsemblePeer> {
  const folder = mkdtempSync(join(tmpdir(), 'ensemble-peer-'))
  const child = spawn(python, [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<unknown> => {
    const line = await lines.next()
    if (line.done === true) throw new Error('the PyTorch process ended')
    return JSON.parse(line.value)
  }
  const { blas, version } = (await answer()) as { blas: string; version: string }
  const moments = (parts: Answer['test']): MemberMoments[] =>
    parts.map(({ mean, noise }) => ({
      mean: Float32Array.from(mean),
      spread: new Float32Array(mean.length),
      noise: Float32Array.from(noise),
    }))
  return {
    blas,
    version,
    async train(split, settings, count, form, seed) {
      const data = Object.fromEntries(
        (['train', 'validation', 'test'] as const).flatMap((part) => {
          const { n, x, y } = split[part]
          return ([['X', x, [n, split.features]] as const, ['Y', y, [n]] as const] as const).map(
            ([name, values, shape]) => {
              const file = join(folder, `${part}${name}`)
              writeFileSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
              return [`${part}${name}`, { file, shape }]
            },
          )
        }),
      ) as Record<string, unknown>
      const job = join(folder, 'job.json')
      writeFileSync(job, JSON.stringify({ data, settings: { ...settings, count }, form, seed }))
      child.stdin.write(`${job}\n`)
      const { cpuSeconds, steps, validation, test } = (await answer()) as Answer
      return { cpuSeconds, steps, validation: moments(validation), test: moments(test) }
    },
    close() {
      child.stdin.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

import { silentProgress } from '../../main/engine/dataset/table.ts'
import { referenceExecutor } from '../../main/engine/graph/index.ts'
import { randomStream } from '../../main/engine/math/index.ts'
import { fitPosterior, weightMoments } from '../../main/engine/models/posteriors/index.ts'
import type { HeadSpec, OutputLayer } from '../../main/engine/models/posteriors/index.ts'
import { closedForm, compareNormals, linearProblem } from '../support/linear-posterior.ts'
import {
  comparePosterior,
  hmcReference,
  networkProblem,
  networkSpec,
  testPoints,
} from '../support/network-posterior.ts'
import type { Comparison } from '../support/network-posterior.ts'
import { atLeast, atMost, cpuSeconds, reported } from './bench.ts'
import type { Bench, Figure } from './bench.ts'

const LINEAR_PROBLEMS = 12
const DATA_SETS = 3
const HMC_LENGTH = 3

/**
 * Posterior truths at KL temper 1: linear bases against closed-form regression; 1 × 20 networks on 100 rows against long
 * HMC runs, for the posteriors that are meant to reach it and, reported only, for those that are not.
 */
export const posteriorBench: Bench = async (tell) => {
  const figures: Figure[] = []
  const seconds = await cpuSeconds(() => {
    figures.push(...linearFigures(tell))
    for (const inputs of [1, 2, 4]) figures.push(...networkFigures(inputs, tell))
  })
  return [...figures, reported('posterior: CPU of all', seconds, 's')]
}

/** Random sizes, correlations 0–0.95 and noise 0.06–1; rows from the number of weights up, and apart below twice that. */
function linearFigures(tell: (line: string) => void): Figure[] {
  const worst = { well: { mean: 0, sd: 0, correlation: 0 }, few: { mean: 0, sd: 0, correlation: 0 } }
  for (let seed = 1; seed <= LINEAR_PROBLEMS; seed++) {
    const stream = randomStream(seed, 'linear setting')
    const inputs = 1 + stream.integer(10)
    const setting = {
      inputs,
      n: Math.max(inputs + 1, Math.round(10 ** (0.8 + 1.5 * stream.uniform()))),
      correlation: 0.95 * stream.uniform(),
      noiseSd: 10 ** (-1.2 + 1.2 * stream.uniform()),
    }
    const problem = linearProblem(seed, setting)
    const spec = {
      layers: [{ inputs, outputs: 1, activation: 'identity' as const, weightSd: 1, biasSd: 1 }],
      likelihood: { kind: 'known' as const, sd: [setting.noiseSd] },
      head: { kind: 'full-covariance' as const },
      outputLayer: 'generated' as const,
      temper: 1,
      seed,
    }
    const fitted = fitPosterior(spec, problem.rows, referenceExecutor, silentProgress)
    const moments = weightMoments(fitted, referenceExecutor, silentProgress, 40_000, seed)
    const found = compareNormals(moments, closedForm(problem))
    const part = setting.n < 2 * (inputs + 1) ? worst.few : worst.well
    part.mean = Math.max(part.mean, found.mean)
    part.sd = Math.max(part.sd, found.sd)
    part.correlation = Math.max(part.correlation, found.correlation)
    tell(`linear ${seed}: ${JSON.stringify(setting)} ${JSON.stringify(found)}`)
  }
  return [
    atMost('linear: mean, worst weight', worst.well.mean, 'sd', 0.05),
    atMost('linear: sd, worst weight', worst.well.sd, '', 0.05),
    atMost('linear: correlation, worst pair', worst.well.correlation, '', 0.05),
    atMost('linear, rows < 2 x weights: mean', worst.few.mean, 'sd', 0.05),
    atMost('linear, rows < 2 x weights: sd', worst.few.sd, '', 0.05),
    atMost('linear, rows < 2 x weights: correlation', worst.few.correlation, '', 0.05),
  ]
}

interface Variant {
  readonly name: string
  readonly head: HeadSpec
  readonly outputLayer: OutputLayer
  readonly reweigh: boolean
  readonly draws: number
  /** Whether this one is meant to equal HMC. */
  readonly aims: boolean
}

const full: HeadSpec = { kind: 'full-covariance' }
const flow: HeadSpec = { kind: 'flow', base: full, transform: 'coupling', layers: 4, hidden: 32 }
const common = { outputLayer: 'conditional' as const, reweigh: false, draws: 4096 }
const variants: readonly Variant[] = [
  { ...common, name: 'conditional, weighed', head: full, reweigh: true, draws: 8192, aims: true },
  { ...common, name: 'conditional', head: full, aims: false },
  { ...common, name: 'conditional, flow', head: flow, aims: false },
  { ...common, name: 'conditional, low-rank 8', head: { kind: 'low-rank', rank: 8 }, aims: false },
  { ...common, name: 'conditional, scales', head: { kind: 'layer-scales', scales: full }, aims: false },
  { ...common, name: 'all generated', head: full, outputLayer: 'generated', aims: false },
]

/** Worst over the data sets; of four inputs one data set, since its chains are the longest. */
function networkFigures(inputs: number, tell: (line: string) => void): Figure[] {
  const sets = inputs > 2 ? 1 : DATA_SETS
  const problems = Array.from({ length: sets }, (_, i) => networkProblem(inputs, i + 1))
  const references = problems.map((problem, i) =>
    hmcReference(problem, testPoints(inputs).x, HMC_LENGTH, i + 1),
  )
  references.forEach((r, i) => {
    const { rhat, effective, acceptance, divergences } = r
    tell(
      `HMC ${inputs} inputs, set ${i + 1}: ${JSON.stringify({ rhat, effective, acceptance, divergences })}`,
    )
  })
  const label = `network, ${inputs} input${inputs > 1 ? 's' : ''}`
  const figures = [
    atMost(`${label}: HMC R-hat`, Math.max(...references.map((r) => r.rhat)), '', 1.01),
    atLeast(`${label}: HMC effective draws`, Math.min(...references.map((r) => r.effective)), '', 1000),
  ]
  for (const variant of variants) {
    // Those not meant to reach it are shown on the first data set alone.
    const found = (variant.aims ? problems : problems.slice(0, 1)).map((problem, i) => {
      const spec = networkSpec(problem, variant.head, variant.outputLayer, i + 1)
      return comparePosterior(problem, spec, references[i]!, referenceExecutor, variant)
    })
    tell(`${label}, ${variant.name}: ${JSON.stringify(found)}`)
    figures.push(...variantFigures(`${label}, ${variant.name}`, found, variant.aims))
  }
  return figures
}

function variantFigures(label: string, found: readonly Comparison[], aims: boolean): Figure[] {
  const figure = (id: string, value: number, goal: number, unit: string): Figure =>
    aims ? atMost(`${label}: ${id}`, value, unit, goal) : reported(`${label}: ${id}`, value, unit)
  const worst = (of: (c: Comparison) => number): number => Math.max(...found.map(of))
  const figures = [
    figure(
      'mean inside',
      worst((c) => c.inside.mean),
      0.1,
      'sd',
    ),
    figure(
      'width inside',
      worst((c) => c.inside.width),
      0.1,
      '',
    ),
    figure(
      'mean outside',
      worst((c) => c.outside.mean),
      0.1,
      'sd',
    ),
    figure(
      'width outside',
      worst((c) => c.outside.width),
      0.1,
      '',
    ),
    reported(
      `${label}: width without noise, inside`,
      worst((c) => c.inside.epistemicWidth),
      '',
    ),
    reported(
      `${label}: width without noise, outside`,
      worst((c) => c.outside.epistemicWidth),
      '',
    ),
  ]
  if (aims)
    figures.push(
      figure(
        'Pareto shape',
        worst((c) => c.paretoShape ?? Infinity),
        0.7,
        '',
      ),
    )
  return figures
}

import { encode } from 'fast-png'
import {
  sha256,
  type CausalSummary,
  type Column,
  type Effect,
  type ModelDetail,
  type ModelKind,
  type OptimizationSummary,
} from '../../../../main/contract/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'

export const now = '2026-11-03T14:05:00.000Z'
export const hashOf = (n: number) => sha256.parse(n.toString(16).padStart(64, 'a9c4'))
export const idOf = (n: number) => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

export const columns: Column[] = (
  [
    ['Al', 'wt%', 'composition'],
    ['Cr', 'wt%', 'composition'],
    ['solution temperature', '°C', 'process'],
    ['ageing temperature', '°C', 'process'],
    ['ageing time', 'h', 'process'],
    ['areaFraction', '1', 'microstructure'],
    ['equivalentCircleDiameterMean', 'µm', 'microstructure'],
    ['yield strength', 'MPa', 'property'],
    ['elongation', '%', 'property'],
  ] as const
).map(([name, unit, role]) => ({ name, unit, role, kind: 'number', levels: [] }))
const inputs = ['Al', 'Cr', 'solution temperature', 'ageing temperature', 'ageing time']
const outputs = [
  { name: 'yield strength', unit: 'MPa' },
  { name: 'elongation', unit: '%' },
]

const pictures = new Map<number, string>()

/** A grey field with bright discs and their outline: stands for an example image; drawn once. */
export function picture(seed: number): string {
  const made = pictures.get(seed) ?? drawPicture(seed)
  pictures.set(seed, made)
  return made
}

function drawPicture(seed: number): string {
  const random = randomStream(seed, 'picture')
  const [width, height] = [320, 240]
  const data = new Uint8Array(width * height * 3)
  const discs = Array.from({ length: 22 }, () => ({
    x: random.uniform() * width,
    y: random.uniform() * height,
    r: 5 + random.uniform() * 14,
  }))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const away = Math.min(...discs.map((d) => Math.hypot(d.x - x, d.y - y) - d.r))
      const grey = Math.max(0, Math.min(255, (away < 0 ? 190 : 108) + random.normal() * 7))
      const rgb = Math.abs(away) < 1 ? [86, 180, 233] : [grey, grey, grey]
      data.set(rgb, (y * width + x) * 3)
    }
  }
  return Buffer.from(encode({ width, height, data, channels: 3 })).toString('base64')
}

export interface Row {
  readonly specimen: string
  readonly group: string
  readonly fold: number
  readonly values: number[]
}

export function rowsOf(n: number, seed: number): Row[] {
  const random = randomStream(seed, 'rows')
  return Array.from({ length: n }, (_, i) => {
    const al = 1.6 + 0.5 * random.uniform()
    const cr = 16.5 + 1.2 * random.uniform()
    const solution = 1040 + 60 * random.uniform()
    const ageing = 650 + 150 * random.uniform()
    const hours = 1 + 47 * random.uniform()
    const fraction = 0.06 + 0.04 * (al - 1.6) * 2 + 0.00025 * (800 - ageing) + 0.006 * random.normal()
    const size = 0.08 + 0.0009 * (ageing - 640) + 0.002 * hours + 0.012 * random.normal()
    const strength = 250 + 900 * fraction - 240 * size + 90 * (al - 1.6) + 9 * random.normal()
    const elongation = 52 - 0.06 * (strength - 250) + 0.02 * (solution - 1040) + 1.6 * random.normal()
    const group = Math.floor(i / 4)
    return {
      specimen: `S${String(i + 1).padStart(3, '0')}`,
      group: `heat ${group + 1}`,
      fold: group % 5,
      values: [al, cr, solution, ageing, hours, fraction, size, strength, elongation],
    }
  })
}

export function modelOf(rows: Row[], seed: number): ModelDetail {
  const random = randomStream(seed, 'model')
  const sdOf: Partial<Record<ModelKind, [number, number]>> = {
    bhn: [9, 1.7],
    ridge: [13, 1.9],
    mean: [31, 2.9],
  }
  const kinds: ModelKind[] = ['bhn', 'ridge', 'mean']
  const heldOut = kinds.flatMap((model) =>
    outputs.flatMap(({ name: output }, at) =>
      rows.map((row) => {
        const y = row.values[7 + at] ?? 0
        const sd = sdOf[model]?.[at] ?? 1
        const mean = y + sd * random.normal()
        const { specimen, group, fold } = row
        const half = 1.645 * sd
        return { model, specimen, group, fold, output, y, mean, sd, low90: mean - half, high90: mean + half }
      }),
    ),
  )
  const scores = kinds.flatMap((model) =>
    outputs.map(({ name: output, unit }, at) => {
      const own = heldOut.filter((p) => p.model === model && p.output === output)
      const sd = sdOf[model]?.[at] ?? 1
      const rmse = Math.sqrt(own.reduce((sum, p) => sum + (p.y - p.mean) ** 2, 0) / own.length)
      const coverage90 = own.filter((p) => p.y >= p.low90 && p.y <= p.high90).length / own.length
      return {
        model,
        output,
        unit,
        n: own.length,
        rmse,
        mae: rmse * 0.8,
        r2: model === 'mean' ? null : 1 - (rmse / (at === 0 ? 33 : 3.1)) ** 2,
        accuracy: 100 - rmse / 4,
        nll: Math.log(sd) + 1.42,
        crps: 0.56 * rmse,
        coverage90,
        width90: 3.29 * sd,
        fitCpuS: model === 'bhn' ? 18.4 : 0.03,
      }
    }),
  )
  return {
    id: idOf(900),
    jobId: idOf(901),
    datasetId: idOf(800),
    inputs,
    outputs,
    recommended: 'bhn',
    scores,
    notes: [{ code: 'RECALIBRATED', message: 'Interval widths were recalibrated on inner folds.' }],
    seed: 7,
    createdAt: now,
    heldOut,
    loss: Array.from({ length: 60 }, (_, i) => ({
      step: i * 50,
      train: 1.2 + 3 * Math.exp(-i / 9) + 0.04 * random.normal(),
      validation: i % 4 === 0 ? 1.35 + 3 * Math.exp(-i / 9) + 0.03 * random.normal() : null,
    })),
    reliability: outputs.map(({ name: output }) => ({
      output,
      points: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map((nominal) => ({
        nominal,
        observed:
          Math.round(rows.length * Math.min(1, Math.max(0, nominal + 0.03 * random.normal()))) / rows.length,
        n: rows.length,
      })),
    })),
    hyperparameters: { 'hidden units': 32, 'prior sd': 0.7071, 'posterior samples': 200, optimiser: 'Adam' },
  }
}

function effectOf(
  treatment: string,
  outcome: string,
  slope: number,
  from: number,
  to: number,
  at: number,
): Effect {
  const width = (to - from) / 24
  return {
    treatment,
    outcome,
    identified: true,
    adjustmentSets: [['Al', 'solution temperature']],
    total: {
      estimate: slope,
      se: Math.abs(slope) / 6,
      low: slope - 0.32 * Math.abs(slope),
      high: slope + 0.32 * Math.abs(slope),
    },
    curve: Array.from({ length: 25 }, (_, i) => {
      const x = from + i * width
      const scale = outcome === 'elongation' ? 0.12 : 1
      const spread = scale * (5 + Math.abs(i - 12) * 0.9)
      const mean = at + slope * (x - (from + to) / 2) - 0.02 * scale * (i - 12) ** 2
      return { x, mean, low: mean - spread, high: mean + spread, supported: i > 1 && i < 21 }
    }),
    naive: {
      estimate: slope * 0.55,
      se: Math.abs(slope) / 8,
      low: slope * 0.55 - Math.abs(slope) / 4,
      high: slope * 0.55 + Math.abs(slope) / 4,
    },
    sensitivity: { partialR2: 0.31, robustnessValue: 0.42 },
    n: 72,
    level: 0.95,
    warnings: [],
  }
}

export function causalOf(n: number): CausalSummary {
  const tierOf = { composition: 0, process: 1, microstructure: 2, property: 3, context: 0, ignored: 0 }
  const edge = (from: string, to: string, stability: number, mark: '-->' | '--' | '<->' = '-->') => ({
    from,
    to,
    mark,
    stability,
    directedStability: stability * 0.93,
    p: 10 ** (-6 * stability),
    q: 3 * 10 ** (-6 * stability),
    partialCorrelation: 0.2 + 0.6 * stability,
    given: stability > 0.8 ? [] : ['Al'],
    required: false,
  })
  const rank = (outcome: string, at: number, treatment: string, effect: number, half: number) => ({
    treatment,
    outcome,
    standardisedEffect: effect,
    low: effect - half,
    high: effect + half,
    level: 0.95,
    rank: at,
    separableFromNext: at === 1,
    critical: Math.abs(effect) > half,
  })
  return {
    id: idOf(950),
    jobId: idOf(951),
    datasetId: idOf(800),
    nodes: columns.map(({ name, unit, role }) => ({ name, unit, role, tier: tierOf[role] })),
    edges: [
      edge('Al', 'areaFraction', 0.98),
      edge('ageing temperature', 'areaFraction', 0.94),
      edge('ageing temperature', 'equivalentCircleDiameterMean', 1),
      edge('ageing time', 'equivalentCircleDiameterMean', 0.91),
      edge('solution temperature', 'elongation', 0.38),
      edge('Cr', 'areaFraction', 0.22, '--'),
      edge('areaFraction', 'yield strength', 0.99),
      edge('equivalentCircleDiameterMean', 'yield strength', 0.97),
      edge('Al', 'yield strength', 0.71),
      edge('yield strength', 'elongation', 0.88),
      edge('areaFraction', 'equivalentCircleDiameterMean', 0.31, '<->'),
    ],
    separations: [{ a: 'Cr', b: 'yield strength', given: ['areaFraction'], p: 0.44 }],
    test: 'Fisher z',
    alpha: 0.05,
    n,
    testCount: 412,
    resamples: 200,
    seed: 11,
    knowledge: { tiers: [['Al', 'Cr'], inputs.slice(2)], required: [], forbidden: [['Cr', 'elongation']] },
    ranking: [
      rank('yield strength', 1, 'ageing temperature', -0.72, 0.11),
      rank('yield strength', 2, 'Al', 0.46, 0.13),
      rank('yield strength', 3, 'ageing time', -0.3, 0.12),
      rank('yield strength', 4, 'solution temperature', 0.05, 0.14),
      rank('yield strength', 5, 'Cr', -0.03, 0.13),
      rank('elongation', 1, 'ageing temperature', 0.52, 0.15),
      rank('elongation', 2, 'Al', -0.31, 0.16),
      rank('elongation', 3, 'solution temperature', 0.17, 0.19),
    ],
    effects: [
      effectOf('ageing temperature', 'yield strength', -0.34, 650, 800, 295),
      effectOf('Al', 'yield strength', 41, 1.6, 2.1, 295),
      effectOf('ageing temperature', 'elongation', 0.021, 650, 800, 49),
      {
        ...effectOf('Cr', 'elongation', 0.1, 16.5, 17.7, 49),
        identified: false,
        total: null,
        curve: [],
        naive: null,
      },
    ],
    warnings: [
      { code: 'CLUSTERED', message: 'Specimens of one heat are not independent: intervals use heats.' },
    ],
    createdAt: now,
  }
}

export function optimizationOf(rows: Row[]): OptimizationSummary {
  const best = rows.reduce((a, b) => ((b.values[7] ?? 0) > (a.values[7] ?? 0) ? b : a))
  const incumbent = best.values[7] ?? 0
  return {
    id: idOf(970),
    jobId: idOf(971),
    datasetId: idOf(800),
    modelId: idOf(900),
    causalId: idOf(950),
    objective: 'yield strength',
    unit: 'MPa',
    direction: 'maximise',
    incumbent: { specimen: best.specimen, value: incumbent },
    varied: [
      { column: 'ageing temperature', low: 650, high: 800 },
      { column: 'Al', low: 1.6, high: 2.1 },
      { column: 'ageing time', low: 1, high: 48 },
    ],
    fixed: [
      { column: 'Cr', value: 17.1, reason: 'effect on yield strength cannot be told from 0' },
      {
        column: 'solution temperature',
        value: 1070,
        reason: 'effect on yield strength cannot be told from 0',
      },
    ],
    constraints: [{ output: 'elongation', min: 40, max: null }],
    candidates: [1, 2, 3, 4].map((rank) => {
      const predicted = incumbent + 15 - 7 * rank
      return {
        rank,
        inputs: [
          { column: 'ageing temperature', unit: '°C', value: 652.5 + 9 * rank, varied: true },
          { column: 'Al', unit: 'wt%', value: 2.1 - 0.021 * rank, varied: true },
          { column: 'ageing time', unit: 'h', value: 3.2 + 2 * rank, varied: true },
          { column: 'Cr', unit: 'wt%', value: 17.1, varied: false },
        ],
        predictions: [
          {
            output: 'yield strength',
            unit: 'MPa',
            mean: predicted,
            sd: 9,
            low: predicted - 14.8,
            high: predicted + 14.8,
            level: 0.9,
            epistemicSd: 5,
            aleatoricSd: 7.5,
          },
          {
            output: 'elongation',
            unit: '%',
            mean: 44 + rank * 0.4,
            sd: 1.8,
            low: 41 + rank * 0.4,
            high: 47 + rank * 0.4,
            level: 0.9,
            epistemicSd: 0.9,
            aleatoricSd: 1.5,
          },
        ],
        expectedImprovement: 9.1 / rank,
        probabilityFeasible: 0.98 - 0.01 * rank,
        probabilityOfImprovement: 0.81 - 0.14 * (rank - 1),
        nearestSpecimen: best.specimen,
        notes:
          rank === 1
            ? [{ code: 'NEAR_BOUND', message: 'Lies at a bound of the design space.', item: 'Al' }]
            : [],
      }
    }),
    evaluated: 20480,
    notes: [],
    seed: 13,
    createdAt: now,
  }
}

import { expect, it } from 'vitest'
import { localExecutor } from '../../../../main/engine/compute/index.ts'
import { groupFolds } from '../../../../main/engine/dataset/index.ts'
import { silentProgress, type Table, type TableColumn } from '../../../../main/engine/dataset/table.ts'
import { fitModel, posterior } from '../../../../main/engine/models/index.ts'
import { proposeCandidates } from '../../../../main/engine/optimize/index.ts'
import {
  inputColumns,
  inputsByName,
  names,
  simulateCampaign,
  trueOutcome,
  type CampaignSpecimen,
} from '../../../../main/engine/simulate/index.ts'

const outputs = [names.yieldStrength, names.areaFraction, names.diameter, names.grainSize]
const varied: readonly string[] = [names.ni, names.ageingTemperature, names.ageingTime]

/** Yield strength and microstructure against all settings of a simulated campaign. */
function campaignTable(seed: number): { table: Table; heats: string[] } {
  const { specimens } = simulateCampaign({ specimens: 72, fieldsPerSpecimen: 1, seed })
  const settings = specimens.map((s) => inputsByName(s.process))
  const heats = specimens.map((s) => s.heat)
  const numbers = [...new Set(heats)]
  const output = (name: string, valueOf: (s: CampaignSpecimen) => number): TableColumn => ({
    name,
    unit: '1',
    role: 'property',
    levels: null,
    values: Float64Array.from(specimens, valueOf),
  })
  const table: Table = {
    columns: [
      ...inputColumns.map(({ name, unit, role }) => ({
        name,
        unit,
        role,
        levels: null,
        values: Float64Array.from(settings, (row) => row[name]!),
      })),
      output(names.yieldStrength, (s) => s.measured.yieldMPa),
      output(names.areaFraction, (s) => s.actual.areaFraction),
      output(names.diameter, (s) => s.actual.equivalentCircleDiameterMeanUm),
      output(names.grainSize, (s) => s.measured.grainSizeUm),
    ],
    rowIds: specimens.map((s) => s.name),
    groups: Int32Array.from(heats, (heat) => numbers.indexOf(heat)),
  }
  return { table, heats }
}

const executor = localExecutor()

it('intervals of proposed candidates hold the truth of the simulated alloy, at settings that can be dialled in', () => {
  let inside = 0
  let count = 0
  for (const seed of [201, 203]) {
    const { table, heats } = campaignTable(seed)
    const inputs = inputColumns.map((c) => c.name)
    const spec = { inputs, outputs, folds: groupFolds(heats, 2, seed), seed, executor }
    const served = posterior(fitModel(table, { ...spec, kinds: ['bhn'] }, silentProgress), executor, {
      kind: 'bhn',
    })
    const start = table.columns.map((c) => c.values[0]!)
    const { candidates } = proposeCandidates(
      {
        posterior: {
          outputs: served.outputs,
          predict: (rows, n) => served.moments(rows, n),
          samples: (rows, n, draws) => served.samples(rows, n, draws),
          interval(rows, n, level) {
            const named = Array.from({ length: n }, (_, i) =>
              Object.fromEntries(inputs.map((name, k) => [name, rows[i * inputs.length + k]!])),
            )
            const found = served.predict(named, level).flatMap((row) => row.predictions)
            return {
              low: Float64Array.from(found, (p) => p.low),
              high: Float64Array.from(found, (p) => p.high),
            }
          },
        },
        table,
        inputs,
        space: varied.map((column) => ({ column })),
        fixed: Object.fromEntries(
          inputs.flatMap((name, k) => (varied.includes(name) ? [] : [[name, start[k]!]])),
        ),
        objective: names.yieldStrength,
        direction: 'maximise',
        constraints: [],
        batch: 2,
        seed,
      },
      silentProgress,
    )
    for (const { inputs: row, predictions } of candidates) {
      const truth = trueOutcome(Object.fromEntries(row.map((c) => [c.column, c.value]))).yieldMPa
      if (truth >= predictions[0]!.low && truth <= predictions[0]!.high) inside++
      count++
      for (const { value } of row) expect(String(value).replace(/[-.]/g, '').length).toBeLessThanOrEqual(6)
    }
  }
  expect(count).toBe(4)
  expect(inside).toBeGreaterThanOrEqual(3)
}, 120_000)

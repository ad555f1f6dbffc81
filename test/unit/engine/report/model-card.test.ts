import { describe, expect, it } from 'vitest'
import { modelCard, type ModelInput } from '../../../../main/contract/index.ts'
import { compareModels } from '../../../../main/engine/models/comparison.ts'
import { trustOf } from '../../../../main/engine/models/trust.ts'
import { cardHtml, cardMarkdown, composeCard, heldOutCsv } from '../../../../main/engine/report/index.ts'
import { sampleInput } from './sample.ts'

const sample = sampleInput(24)
if (sample.model === null || sample.dataset === null) throw new Error('The sample lacks a part.')
const model = {
  ...sample.model,
  hyperparameters: { ...sample.model.hyperparameters, 'computed by': 'native' },
}
const { table, summary } = sample.dataset

const inputs = model.inputs.slice(1).map((name): ModelInput => ({
  name,
  unit: 'wt%',
  kind: 'number',
  low: 1,
  high: 2.5,
  physicalLow: 0,
  physicalHigh: 100,
  levels: [],
  missingSeen: false,
  typical: 2,
}))
const source = {
  model,
  modelHash: 'ab'.repeat(32),
  dataset: summary,
  table,
  inputs,
  comparison: compareModels(model),
  trust: model.outputs.map(({ name }) => trustOf(model, table, name, null)),
  projectName: 'Prüfreihe <1> | *bold*',
  simulated: true,
  programVersion: '0.1.0',
}
const card = modelCard.parse(composeCard(source))
const sectionOf = (title: string) => card.sections.find((section) => section.title === title)!
const factOf = (title: string, name: string) =>
  sectionOf(title).facts.find((fact) => fact.name === name)?.value

describe('a model card', () => {
  it('says which model and which data, by their hashes, seed and executor', () => {
    expect(factOf('Model', 'Model SHA-256')).toBe(source.modelHash)
    expect(factOf('Model', 'Seed')).toBe(String(model.seed))
    expect(factOf('Model', 'Computed by')).toBe('native')
    expect(factOf('Data', 'Dataset SHA-256')).toBe(summary.hash)
    expect(factOf('Data', 'Rows')).toBe(`24 specimens in ${String(summary.groupCount)} groups`)
  })

  it('gives units and ranges of inputs and outputs, and what was left out', () => {
    const [table] = sectionOf('Inputs').tables
    expect(table!.rows).toHaveLength(inputs.length)
    expect(table!.rows[0]).toEqual(expect.arrayContaining(['wt%', '1 to 2.5', '0 to 100', 'none seen']))
    expect(sectionOf('Inputs').paragraphs[0]).toContain(model.inputs[0]!)
    expect(sectionOf('Outputs').tables[0]!.rows).toHaveLength(model.outputs.length)
  })

  it('gives every figure of merit with its interval, split, calibration and limits', () => {
    expect(sectionOf('Figures of merit').tables[0]!.rows).toHaveLength(model.scores.length)
    expect(sectionOf('Figures of merit').paragraphs[0]).toContain('recommended')
    expect(sectionOf('Split').paragraphs[0]).toMatch(/held out: .* groups/)
    expect(sectionOf('Calibration').figures).toHaveLength(3 * model.outputs.length)
    const limits = sectionOf('Limits of use')
    expect(limits.paragraphs[0]).toContain('simulated data')
    expect(limits.notes.map((note) => note.code)).toContain('RECALIBRATED')
    expect(limits.paragraphs.at(-1)).toContain('This set is small')
  })

  it('as Markdown has every section, one row a line, and escapes what a laboratory wrote', () => {
    const text = cardMarkdown(card)
    for (const { title } of card.sections) expect(text).toContain(`\n## ${title}\n`)
    expect(text).toContain('# Model card: Prüfreihe \\<1\\> \\| \\*bold\\*')
    const cells = (line: string) => line.split(/(?<!\\)\|/).length
    for (const block of text.match(/(?:^\|.*\n)+/gm) ?? []) {
      const lines = block.trim().split('\n')
      expect(new Set(lines.map(cells)).size).toBe(1)
      expect(lines.length).toBeGreaterThan(2)
    }
    expect(text).toContain('Simulated data')
  })

  it('as a page needs nothing else, draws its figures and escapes what a laboratory wrote', () => {
    const html = cardHtml(card)
    expect(html).toContain('Prüfreihe &lt;1&gt;')
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)|NaN|undefined/)
    expect(html.match(/<svg /g)).toHaveLength(3 * model.outputs.length)
    expect(html).toContain('SIMULATED DATA')
    expect(cardHtml(composeCard(source))).toBe(html)
  })

  it('goes with a table of every held-out prediction in which groups have their names', () => {
    const lines = heldOutCsv(model, table).trimEnd().split('\r\n')
    expect(lines).toHaveLength(model.heldOut.length + 1)
    expect(lines[0]).toBe('kind,output,unit,specimen,group,fold,observed,mean,sd,low90,high90,inside90')
    const first = model.heldOut[0]!
    const group = table.groups[table.specimens.indexOf(first.specimen)]!
    expect(lines[1]!.split(',').slice(0, 7)).toEqual([
      first.model,
      first.output,
      model.outputs[0]!.unit,
      first.specimen,
      group,
      String(first.fold),
      String(first.y),
    ])
    const inside = lines.slice(1).filter((line) => line.endsWith(',1')).length
    expect(inside).toBe(model.heldOut.filter((row) => row.y >= row.low90 && row.y <= row.high90).length)
  })
})

import { describe, expect, it } from 'vitest'
import { errorCodes, reportDocument, reportSectionName } from '../../../../main/contract/index.ts'
import { columnName } from '../../../../main/figures/index.ts'
import { composeReport, renderHtml, type ReportInput } from '../../../../main/engine/report/index.ts'
import { escapeHtml } from '../../../../main/engine/report/html/escape.ts'
import { graphSvg } from '../../../../main/engine/report/html/graph.ts'
import { emptyInput, sampleInput } from './sample.ts'

const input = sampleInput(24)
const document = composeReport(input)
const html = renderHtml(document)
const textOf = (name: string, of = document) => {
  const section = of.sections.find((s) => s.name === name)
  return section?.paragraphs.join('\n') ?? ''
}

/** Where a pattern stands in a page, without the images' bytes; short, so that a failure can be read. */
function found(page: string, pattern: RegExp): string[] {
  const text = page.replace(/base64,[A-Za-z0-9+/=]+/g, 'base64,')
  const all = new RegExp(pattern, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`)
  return [...text.matchAll(all)].slice(0, 5).map((m) => text.slice(Math.max(0, m.index - 40), m.index + 60))
}

/** Every string of a value replaced, to see that no text reaches the page unescaped. */
function withTexts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value)
  if (Array.isArray(value)) return value.map((item) => withTexts(item, replace))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTexts(item, replace)]))
}

describe('composeReport', () => {
  it('gives exactly the eight sections of the contract in order, whatever is there', () => {
    for (const of of [
      input,
      emptyInput(),
      { ...input, model: null },
      { ...input, causal: null, optimization: null },
    ]) {
      const made = composeReport(of)
      expect(reportDocument.parse(made)).toEqual(made)
      expect(made.sections.map((s) => s.name)).toEqual(reportSectionName.options)
      for (const section of made.sections) expect(section.paragraphs.length, section.name).toBeGreaterThan(0)
    }
  })

  it('says in an empty section why it is empty and what to do', () => {
    const empty = composeReport(emptyInput())
    expect(textOf('Import', empty)).toContain(errorCodes.NO_IMAGES.hint)
    expect(textOf('Candidates', empty)).toContain(errorCodes.NO_MODEL.hint)
    for (const section of empty.sections.filter((s) => s.name !== 'Manifest')) {
      expect(section.tables).toEqual([])
      expect(section.figures).toEqual([])
    }
  })

  it('prints what a refused step said, to which item, and its hint', () => {
    const error = {
      code: 'TOO_FEW_SPECIMENS' as const,
      message: 'Training needs at least 12 specimens; the dataset has 7.',
      detail: 'ageing v3',
      hint: errorCodes.TOO_FEW_SPECIMENS.hint,
      retryable: false,
    }
    const made = composeReport({ ...input, model: null, refusals: [{ step: 'train', error }] })
    expect(textOf('Model', made)).toContain(
      `Training was refused: Training needs at least 12 specimens; the dataset has 7 (ageing v3). ${error.hint} [TOO_FEW_SPECIMENS]`,
    )
    expect(textOf('Candidates', made)).not.toContain('Training was refused')
    expect(made.summary.find((s) => s.label === 'Prediction')?.text).toContain('Training was refused')
  })

  it('puts the findings first: prediction with interval, driver with its interval, coverage with n', () => {
    const texts = Object.fromEntries(document.summary.map((s) => [s.label, s.text]))
    expect(texts.Imported).toContain('48 micrographs of 24 specimens, 1 file refused')
    expect(texts.Prediction).toMatch(/yield strength \d+(\.\d)? % of 24 \(90 % Wilson interval/)
    expect(texts.Driver).toContain('ageing temperature, \u22120.72 ± 0.11 (95 %, n = 24)')
    expect(texts['Next experiment']).toMatch(
      /predicted yield strength \d+ ± 15 MPa \(90 %, n = 24\); the best specimen so far, S\d+, has /,
    )
  })

  it('says in words what a small set can support, and only then', () => {
    expect(textOf('Dataset')).toContain('This set is small: 24 rows')
    expect(document.summary.map((s) => s.label)).toContain('Caution')
    expect(textOf('Measures')).toContain('24 specimens of 24 have fewer than three fields of view')
    const large = composeReport(sampleInput(72))
    expect(textOf('Dataset', large)).not.toContain('This set is small')
    expect(large.summary.map((s) => s.label)).not.toContain('Caution')
  })

  it('counts every file, and lists every one that was not taken with its reason', () => {
    expect(textOf('Import')).toContain('50 files looked at: 48 taken, 1 refused, 1 skipped')
    const [notTaken] = document.sections[0]?.tables ?? []
    expect(notTaken?.rows).toEqual([
      ['S014_field3.tif', 'refused', 'IMAGE_TRUNCATED', 'The file ends 41 rows early.'],
      ['notes.docx', 'skipped', '–', 'Not an image.'],
    ])
  })

  it('prints a missing measure as a dash with its reason, never as 0', () => {
    const table = document.sections[2]?.tables[1]
    const row = table?.rows.find((r) => r[0] === 'S007')
    expect(row?.at(-1)).toBe('– (fewer than 2 objects)')
    expect(textOf('Measures')).toContain('fewer than 2 objects (1)')
  })

  it('says how each measure is taken, one row each', () => {
    const table = document.sections[2]?.tables[0]
    expect(table?.columns.map((column) => column.name)).toEqual([
      'measure',
      'unit',
      'on a field',
      'over the fields',
      'n specimens',
      'n fields each',
    ])
    const method = 'mean over fields; t interval over fields; each: A_A of all pixels'
    const single = 'A_A of all pixels'
    const rows = input.specimenFeatures
      .filter((row) => row.measure === 'areaFraction')
      .map((row, i) => ({ ...row, method: i === 0 ? single : method, n: i === 0 ? 1 : 2 }))
    const made = composeReport({ ...input, fieldFeatures: [], specimenFeatures: rows })
    expect(made.sections[2]?.tables[0]?.rows).toEqual([
      [
        'area fraction',
        'A_A of all pixels',
        'mean over fields; t interval over fields or one field stands for the specimen',
        String(rows.length),
        '1 to 2',
      ],
    ])
  })

  it('calls intervals that cover too little too narrow', () => {
    const model = input.model
    if (model === null) throw new Error('The sample has a model.')
    const scores = model.scores.map((s) => (s.model === 'bhn' ? { ...s, coverage90: 0.5 } : s))
    const made = composeReport({ ...input, model: { ...model, scores } })
    expect(textOf('Model', made)).toContain('read these intervals as too narrow')
    expect(textOf('Model')).toContain('in keeping with the 90 % promised')
  })

  it('names the effects that are not identified instead of a number', () => {
    expect(textOf('Causal map')).toContain('Not identified, so no number is given: Cr → elongation')
    const effects = document.sections[5]?.tables.find((t) => t.caption.startsWith('Effects'))
    expect(effects?.rows.some((row) => row[0] === 'Cr')).toBe(false)
  })

  it('puts each group of the scorecard into the section it judges', () => {
    const captions = (name: string) =>
      document.sections.find((s) => s.name === name)?.tables.map((t) => t.caption) ?? []
    const caption = 'Against the known truth of the simulated campaign'
    expect(captions('Causal map')).toContain(caption)
    expect(captions('Candidates')).toContain(caption)
    expect(captions('Dataset')).not.toContain(caption)
  })

  it('lists every hash, version and seed in the manifest', () => {
    const rows = document.sections[7]?.tables[0]?.rows ?? []
    expect(rows).toContainEqual(['program version', 'version', '0.1.0'])
    for (const { key, kind, value } of input.manifest) expect(rows).toContainEqual([key, kind, value])
  })
})

describe('renderHtml', () => {
  it('gives the same bytes for the same document', () => {
    expect(renderHtml(composeReport(sampleInput(24))) === html).toBe(true)
  })

  it('is one file that needs no script and no network', () => {
    expect(html).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    )
    expect(found(html, /<script|<link|<iframe|javascript:|@import|url\((?!#)/i)).toEqual([])
    const addresses = [...html.matchAll(/\b(?:src|href)="([^"]{0,24})/g)].map(([, address = '']) => address)
    expect(addresses.length).toBeGreaterThan(8)
    for (const address of addresses) expect(address).toMatch(/^(#|data:image\/png;base64,)/)
  })

  it('has the marks of a document: one h1, a heading and an anchor for each section, table heads, captions', () => {
    expect(html.match(/<h1>/g)).toHaveLength(1)
    expect(html.match(/<style>/g)).toHaveLength(1)
    for (const name of reportSectionName.options) {
      const anchor = `section-${name.toLowerCase().replace(' ', '-')}`
      expect(html.includes(`<section id="${anchor}"`)).toBe(true)
      expect(html.includes(`<a href="#${anchor}">`)).toBe(true)
    }
    expect(html.match(/<table/g)?.length).toBe(html.match(/<caption>/g)?.length)
    expect(html.match(/<figure/g)?.length).toBe(html.match(/<figcaption>/g)?.length)
    expect(html.includes('<th scope="col"')).toBe(true)
    expect(html.includes('<th scope="row"')).toBe(true)
    expect(found(html, /NaN|undefined|Infinity/)).toEqual([])
  })

  it('gives every id once', () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, id] of html.matchAll(/url\(#([^)"]+)\)/g)) expect(ids).toContain(id)
  })

  it('has the data of every figure under it, and every drawing described', () => {
    const figures = document.sections.flatMap((s) => s.figures)
    expect(html.match(/<details>/g)).toHaveLength(figures.length)
    const labels = html.match(/<svg role="img" aria-label="[^"]+/g) ?? []
    expect(labels).toHaveLength(figures.length)
  })

  it('says SIMULATED DATA on top and at every section, and only of simulated data', () => {
    expect(html.match(/<span class="badge">SIMULATED DATA/g)).toHaveLength(8)
    expect(html.includes('<p class="banner" role="note">SIMULATED DATA')).toBe(true)
    expect(found(renderHtml(composeReport(emptyInput())), /SIMULATED/)).toEqual([])
  })

  it('escapes every text of the document', () => {
    const evil = `</title></style><script>alert(1)</script><img src=x onerror="a()">'&`
    const poisoned = composeReport({
      ...input,
      title: evil,
      project: { ...input.project, name: evil },
      importItems: input.importItems.map((i) => ({ ...i, fileName: evil, reason: evil })),
      exampleImages: [{ caption: evil, pngBase64: `"><script>`, width: 1, height: 1 }],
      manifest: [{ key: evil, value: evil, kind: evil }],
    })
    const keep = new Set<string>([
      ...reportSectionName.options,
      ...[
        'points',
        'line',
        'dashed',
        'band',
        'bars',
        'range',
        'box',
        'main',
        'second',
        'truth',
        'muted',
        'warn',
      ],
      ...['good', 'value', 'log', 'category', 'left', 'right', '-->', '--', '<->', poisoned.writtenAt],
    ])
    const all = withTexts(poisoned, (text) =>
      keep.has(text) ? text : evil + text.slice(0, 3),
    ) as typeof poisoned
    for (const page of [renderHtml(poisoned), renderHtml(all)]) {
      expect(found(page, /<script/)).toEqual([])
      expect(found(page, /<img src=x/)).toEqual([])
      expect(found(page, /<[a-z]+[^>"]* onerror=/i)).toEqual([])
      expect(found(page, /&lt;script&gt;/)).not.toEqual([])
      expect(page.match(/<\/style>/g)).toHaveLength(1)
      expect(page.match(/<\/title>/g)?.length).toBeGreaterThanOrEqual(1)
    }
  })
})

describe('escapeHtml', () => {
  it('escapes the five and replaces control characters', () => {
    expect(escapeHtml(`<a href="x">'&\u0000\u001b`)).toBe(
      '&lt;a href=&quot;x&quot;&gt;&#39;&amp;\ufffd\ufffd',
    )
  })
})

describe('graphSvg', () => {
  const graph = document.sections[5]?.graphs[0]
  if (graph === undefined) throw new Error('The sample has a graph.')
  const svg = graphSvg(graph, 'g')
  it('draws a column per tier, a box per variable and a line per edge', () => {
    expect(svg.match(/<rect /g)).toHaveLength(4 + 9)
    expect(svg.match(/<path [^>]*stroke=/g)).toHaveLength(graph.edges.length)
    expect(svg).not.toMatch(/NaN/)
  })
  it('is wider where an edge is more stable, and points as its mark says', () => {
    const widthOf = (from: string, mark: string, to: string) => {
      const label = escapeHtml(`${columnName(from)} ${mark} ${columnName(to)}:`)
      const path = [...svg.matchAll(/<path ([^>]*)><title>([^<]*)/g)].find(([, , title]) =>
        title?.startsWith(label),
      )
      return {
        attributes: path?.[1] ?? '',
        width: Number(/stroke-width="([\d.]+)"/.exec(path?.[1] ?? '')?.[1]),
      }
    }
    const strong = widthOf('Al', '-->', 'areaFraction')
    const weak = widthOf('solution temperature', '-->', 'elongation')
    expect(strong.width).toBeGreaterThan(weak.width)
    expect(strong.attributes).toContain('marker-end')
    expect(strong.attributes).not.toContain('marker-start')
    expect(widthOf('Cr', '--', 'areaFraction').attributes).not.toContain('marker-')
    expect(widthOf('areaFraction', '<->', 'equivalentCircleDiameterMean').attributes).toContain(
      'marker-start',
    )
  })
  it('leaves an edge to an unknown variable out and stands without any', () => {
    const odd = {
      ...graph,
      edges: [{ from: 'Al', to: 'nowhere', mark: '-->' as const, weight: 1, label: '' }],
    }
    expect(graphSvg(odd, 'g')).not.toContain('stroke-width')
    expect(graphSvg({ caption: '', columns: [], edges: [] }, 'g')).toContain('<svg')
  })
})

describe('sizes of campaigns', () => {
  it.each([[1], [3], [150]])('holds for %i specimens', (n) => {
    const of: ReportInput = sampleInput(n)
    const made = renderHtml(composeReport(of))
    expect(found(made, /NaN|undefined|Infinity/)).toEqual([])
  })
})

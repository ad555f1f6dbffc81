import { describe, expect, it } from 'vitest'
import { guessRole, matchRows, parseHeader } from '../../../../main/engine/dataset/index.ts'

describe('parseHeader', () => {
  it('finds the unit of every way to write it', () => {
    for (const [header, name, unit] of [
      ['age (°C)', 'age', '°C'],
      ['age [C]', 'age', '°C'],
      ['age / °C', 'age', '°C'],
      ['age_C', 'age_C', '°C'],
      ['time_h', 'time_h', 'h'],
      ['hold time (min)', 'hold time', 'min'],
      ['cooling_rate_K_s', 'cooling_rate_K_s', 'K/s'],
      ['cooling rate (K/s)', 'cooling rate', 'K/s'],
      ['strain_rate_s', 'strain_rate_s', '1/s'],
      ['yield_MPa', 'yield_MPa', 'MPa'],
      ['Cr_wt%', 'Cr_wt%', 'wt%'],
      ['Cr_wt', 'Cr_wt', 'wt%'],
      ['Ni (at.%)', 'Ni', 'at%'],
      ['wt_C', 'wt_C', 'wt%'],
      ['density_kg_m3', 'density_kg_m3', 'kg/m³'],
      ['grain_um', 'grain_um', 'µm'],
      ['grain size (μm)', 'grain size', 'µm'],
      ['elongation_pct', 'elongation_pct', '%'],
      ['hardness HV', 'hardness HV', 'HV'],
      ['C', 'C', ''],
      ['phase fraction (gamma prime)', 'phase fraction (gamma prime)', ''],
      ['sample_A', 'sample_A', ''],
      ['V', 'V', ''],
    ] as const)
      expect(parseHeader(header), header).toEqual({ name, unit })
    expect(parseHeader('x_min', new Set(['x_min', 'x_max'])).unit).toBe('')
    expect(parseHeader('harden_min', new Set(['harden_min'])).unit).toBe('min')
  })
})

describe('guessRole', () => {
  it('knows the columns of an alloy laboratory', () => {
    const expected = {
      composition: ['Cr_wt%', 'C_wt', 'Ni (at%)', 'wt_C', 'Mo', 'B (ppm)', 'x_Al', 'Mg_excess_at'],
      process: [
        'age (°C)',
        'age_h',
        'homogenised',
        'cooling_rate_K_s',
        'reduction (%)',
        'cold rolling reduction (%)',
        'route',
        'quench medium',
        'power_W',
        'speed_mm_s',
        'layer_um',
        'hip_MPa',
        'solutionTemperatureC',
        'strain_rate_s',
      ],
      property: [
        'yield_MPa',
        'UTS (MPa)',
        'hardness_HV',
        'elongation (%)',
        'reduction of area (%)',
        'youngs modulus (GPa)',
        'creep life (h)',
        'solvus (°C)',
        'charpy_J',
      ],
      microstructure: [
        'grain_um',
        'martensite_frac',
        'precipitate size (nm)',
        'areaFraction',
        'porosity (%)',
        'aspectRatioMean',
      ],
      context: ['magnification', 'split', 'original_name', 'operator', 'alloy_as_named', 'date', 'paper_id'],
    }
    for (const [role, headers] of Object.entries(expected))
      for (const header of headers) {
        const { name, unit } = parseHeader(header)
        expect(guessRole(name, unit), header).toBe(role)
      }
  })
})

describe('matchRows', () => {
  const byFile = (rowIds: string[]) => ({ rowIds, idColumn: 'filename', idKind: 'filename' as const })
  const bySpecimen = (rowIds: string[]) => ({ rowIds, idColumn: 'specimen', idKind: 'specimen' as const })

  it('goes by file name in any case, with or without suffix or folder', () => {
    const match = matchRows(byFile(['1', '2.png', 'sub/A3.TIF', 'lost']), [
      '1.png',
      '2.PNG',
      'a3.tif',
      '10.png',
      '2.tif',
    ])
    expect(match.rowOfFile).toEqual([0, 1, 2, null, 1])
    expect([match.matchedBy, match.unmatchedFiles, match.unmatchedRows]).toEqual([
      'filename',
      ['10.png'],
      ['lost'],
    ])
    expect(matchRows(byFile(['a.png', 'a.tif']), ['a.tif', 'a.png']).rowOfFile).toEqual([1, 0])
  })

  it('goes by specimen as the longest beginning that ends at a word', () => {
    const match = matchRows(bySpecimen(['A7', 'A70', 'A7-b', 'Z']), [
      'A7_1.png',
      'a70.png',
      'A7-B 02.tif',
      'A71.png',
      'A7.png',
    ])
    expect(match.rowOfFile).toEqual([0, 1, 2, null, 0])
    expect([match.matchedBy, match.unmatchedFiles, match.unmatchedRows]).toEqual([
      'specimen',
      ['A71.png'],
      ['Z'],
    ])
  })

  it('says that nothing matched', () => {
    expect(matchRows(bySpecimen(['A']), ['b.png'])).toEqual({
      matchedBy: null,
      rowOfFile: [null],
      unmatchedFiles: ['b.png'],
      unmatchedRows: ['A'],
    })
  })
})

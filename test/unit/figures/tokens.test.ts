import { describe, expect, it } from 'vitest'
import { cssVariables, themes, type ThemeName } from '../../../main/figures/index.ts'

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0)
}

/** WCAG 2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)
}

describe.each(Object.keys(themes) as ThemeName[])('theme %s', (name) => {
  const t = themes[name]
  it('reads: text 4.5:1, marks 3:1 against background and surface (WCAG 1.4.3, 1.4.11)', () => {
    for (const ground of [t.background, t.surface]) {
      for (const text of [t.text, t.textMuted]) expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5)
      for (const mark of [...Object.values(t.tones), ...t.moreSeries, t.axisLine, t.accent]) {
        expect(contrast(mark, ground), `${mark} on ${ground}`).toBeGreaterThanOrEqual(3)
      }
    }
    for (const text of [t.accent, t.good, t.warn, t.bad])
      expect(contrast(text, t.surface)).toBeGreaterThanOrEqual(4.5)
  })

  it.each([
    ...(['background', 'surface', 'raised'] as const).flatMap((ground) => [
      ['text', ground] as const,
      ['textMuted', ground] as const,
      ['textFaint', ground] as const,
    ]),
    ['text', 'sunken'],
    ['text', 'selected'],
    ['textMuted', 'selected'],
    ['onAccentStrong', 'accentStrong'],
    ['onAccentStrong', 'accentStrongHover'],
    ['onGood', 'goodSurface'],
    ['onWarn', 'warnSurface'],
    ['onBad', 'badSurface'],
  ] as const)('%s on %s is at least 4.5:1', (text, ground) => {
    expect(contrast(t[text], t[ground])).toBeGreaterThanOrEqual(4.5)
  })

  it('has neutral grounds and no pure white or black', () => {
    for (const grey of [t.background, t.surface, t.raised, t.border, t.gridLine, t.text]) {
      expect(grey.slice(1, 3) === grey.slice(3, 5) && grey.slice(3, 5) === grey.slice(5, 7), grey).toBe(true)
      expect(['#000000', '#ffffff']).not.toContain(grey)
    }
  })

  it('gives every colour as a CSS variable', () => {
    const variables = cssVariables(name)
    expect(variables['--text-muted']).toBe(t.textMuted)
    expect(variables['--tone-main']).toBe(t.tones.main)
    expect(Object.values(variables).every((value) => typeof value === 'string' && value !== '')).toBe(true)
  })
})

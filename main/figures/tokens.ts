import type { FigureSeries } from '../contract/index.ts'

export type ThemeName = 'dark' | 'light' | 'print'
export type Tone = FigureSeries['tone']

/** Okabe & Ito (2008): eight colours that stay apart for every common form of colour blindness. */
export const okabeIto = {
  black: '#000000',
  orange: '#e69f00',
  skyBlue: '#56b4e9',
  bluishGreen: '#009e73',
  yellow: '#f0e442',
  blue: '#0072b2',
  vermillion: '#d55e00',
  reddishPurple: '#cc79a7',
} as const

/** Colours of segmentation classes in order of the class number; outlines on a grey image. */
export const classColours: readonly string[] = [
  okabeIto.skyBlue,
  okabeIto.orange,
  okabeIto.bluishGreen,
  okabeIto.yellow,
  okabeIto.reddishPurple,
  okabeIto.vermillion,
  okabeIto.blue,
]

export interface ThemeTokens {
  /** Behind everything; the canvas on which a micrograph lies. */
  readonly background: string
  /** Panels, and things raised above a panel (buttons, fields, table heads). */
  readonly surface: string
  readonly raised: string
  /** Wells, selected switches; what the pointer is on; a chosen row. */
  readonly sunken: string
  readonly hover: string
  readonly selected: string
  readonly border: string
  readonly borderStrong: string
  readonly gridLine: string
  readonly axisLine: string
  readonly text: string
  readonly textMuted: string
  readonly textFaint: string
  /** The one accent: selection, focus, the next action, the main series. */
  readonly accent: string
  /** The primary button, the same under the pointer, and its text. */
  readonly accentStrong: string
  readonly accentStrongHover: string
  readonly onAccentStrong: string
  /** State as text on a ground of the page, and as text on a ground of its own. */
  readonly good: string
  readonly goodSurface: string
  readonly onGood: string
  readonly warn: string
  readonly warnSurface: string
  readonly onWarn: string
  readonly bad: string
  readonly badSurface: string
  readonly onBad: string
  /** Around a micrograph. */
  readonly canvas: string
  readonly tones: Readonly<Record<Tone, string>>
  /** Taken in order when several series of a figure have the same tone. */
  readonly moreSeries: readonly string[]
}

/*
 * Greys are neutral (equal red, green, blue), so that no micrograph sits on a tint. On light grounds the bright
 * Okabe–Ito hues are darkened until they reach 3:1 against the ground (WCAG 1.4.11); a test holds all to that.
 */
const dark: ThemeTokens = {
  background: '#161616',
  surface: '#1e1e1e',
  raised: '#282828',
  sunken: '#323232',
  hover: '#2a2a2a',
  selected: '#24384a',
  border: '#3a3a3a',
  borderStrong: '#4c4c4c',
  gridLine: '#2c2c2c',
  axisLine: '#7d7d7d',
  text: '#e6e6e6',
  textMuted: '#a6a6a6',
  textFaint: '#929292',
  accent: okabeIto.skyBlue,
  accentStrong: '#235c87',
  accentStrongHover: '#2b6d9e',
  onAccentStrong: '#eef6fb',
  good: '#3fbf97',
  goodSurface: '#1d3a2d',
  onGood: '#93dbb9',
  warn: okabeIto.orange,
  warnSurface: '#43310f',
  onWarn: '#f2c063',
  bad: '#e5746b',
  badSurface: '#46231f',
  onBad: '#f3a79f',
  canvas: '#1b1b1b',
  tones: {
    main: okabeIto.skyBlue,
    second: okabeIto.orange,
    truth: '#e6e6e6',
    muted: '#8c8c8c',
    warn: '#ec7a2a',
    good: '#2bb58a',
  },
  moreSeries: [okabeIto.reddishPurple, okabeIto.yellow, '#4f9bd0', '#b0b0b0'],
}

const light: ThemeTokens = {
  background: '#f2f2f2',
  surface: '#fafafa',
  raised: '#eaeaea',
  sunken: '#dcdcdc',
  hover: '#e4e4e4',
  selected: '#d3e6f5',
  border: '#d0d0d0',
  borderStrong: '#a6a6a6',
  gridLine: '#e4e4e4',
  axisLine: '#7a7a7a',
  text: '#1c1c1c',
  textMuted: '#5a5a5a',
  textFaint: '#636363',
  accent: okabeIto.blue,
  accentStrong: '#0068a3',
  accentStrongHover: '#00588a',
  onAccentStrong: '#fafafa',
  good: '#00704f',
  goodSurface: '#d9efe2',
  onGood: '#14573a',
  warn: '#9a4300',
  warnSurface: '#f8e6cb',
  onWarn: '#6d3c00',
  bad: '#b83a30',
  badSurface: '#f9dcd9',
  onBad: '#8d2018',
  canvas: '#8a8a8a',
  tones: {
    main: okabeIto.blue,
    second: '#b57a00',
    truth: '#2a2a2a',
    muted: '#868686',
    warn: okabeIto.vermillion,
    good: '#00875f',
  },
  moreSeries: ['#a9527f', '#3f8fc4', '#6e6a00', '#555555'],
}

/** Light on paper: the same inks on a white sheet, finer greys. */
const print: ThemeTokens = {
  ...light,
  background: '#fefefe',
  surface: '#fefefe',
  raised: '#f2f2f2',
  border: '#cccccc',
  gridLine: '#e6e6e6',
  axisLine: '#707070',
}

export const themes: Readonly<Record<ThemeName, ThemeTokens>> = { dark, light, print }

/**
 * Families whose figures are tabular as they come, since a canvas cannot ask for `tnum`. Names stand without quotes:
 * the drawing puts them into an attribute as they are.
 */
export const fontFamily = 'Segoe UI, Roboto, Helvetica Neue, Arial, Liberation Sans, DejaVu Sans, sans-serif'
const monospaceFamily =
  'Cascadia Mono, Consolas, SF Mono, Menlo, Liberation Mono, DejaVu Sans Mono, monospace'

/** The tokens as CSS custom properties: `--background`, `--text-muted`, `--tone-main`, `--class-1`, `--font-family` … */
export function cssVariables(theme: ThemeName): Record<string, string> {
  const tokens = themes[theme]
  const plain = Object.entries(tokens).filter(([, value]) => typeof value === 'string')
  const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return {
    ...Object.fromEntries(plain.map(([name, value]) => [`--${kebab(name)}`, value])),
    ...Object.fromEntries(Object.entries(tokens.tones).map(([name, value]) => [`--tone-${name}`, value])),
    ...Object.fromEntries(classColours.map((value, at) => [`--class-${at + 1}`, value])),
    '--font-family': fontFamily,
    '--monospace-family': monospaceFamily,
  }
}

export * from './builders/index.ts'
export { echarts, type EChartsOption } from './echarts.ts'
export { toEchartsOption, figureSize, type FigureSize } from './option.ts'
export { figureToSvg } from './svg.ts'
export { figureTable } from './table.ts'
export { describeFigure } from './describe.ts'
export { columnName, measureNames, methodParts, modelNames, namedMeasures, sentenceStart } from './labels.ts'
export {
  countOf,
  formatFixed,
  formatLevel,
  formatNumber,
  formatQuantity,
  formatSetting,
  formatWithError,
  missingMark,
  nameWithUnit,
  quantityParts,
  unitText,
  withUnit,
  type PrintableQuantity,
  type QuantityParts,
} from './format.ts'
export {
  classColours,
  cssVariables,
  fontFamily,
  okabeIto,
  themes,
  type ThemeName,
  type ThemeTokens,
  type Tone,
} from './tokens.ts'

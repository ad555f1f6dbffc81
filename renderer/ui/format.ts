import { countOf, formatNumber } from '../../main/figures/format.ts'

export {
  countOf,
  formatFixed,
  formatLevel,
  formatNumber,
  formatQuantity,
  formatSetting,
  formatWithError,
  nameWithUnit,
  quantityParts,
  unitText,
  withUnit,
} from '../../main/figures/format.ts'
export { columnName, namedMeasures, sentenceStart } from '../../main/figures/labels.ts'

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return countOf(bytes, 'B', 'B')
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes
  let index = -1
  while (value >= 999.5 && index < units.length - 1) {
    value /= 1000
    index++
  }
  return `${formatNumber(value, 3, true)} ${units[index] ?? ''}`
}

/** "2026-11-25 13:14" in the local time zone. */
export function formatInstant(instant: string): string {
  const date = new Date(instant)
  if (Number.isNaN(date.getTime())) return '–'
  const two = (value: number) => String(value).padStart(2, '0')
  return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}

export function shortHash(hash: string): string {
  return `${hash.slice(0, 6)}…${hash.slice(-4)}`
}

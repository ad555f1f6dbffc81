const missing = new Set(['', 'nan', 'na', 'n/a', '#n/a', 'null', 'none given', '-', '–', '—'])

/** Whether a cell says that nothing is known: empty, NaN, NA, N/A, null, a dash. */
export function isMissing(cell: string): boolean {
  return missing.has(cell.toLowerCase())
}

const point = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const comma = /^[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?$/i

/**
 * The number in a cell, or null when it is none. A decimal comma is read only where the table's delimiter leaves
 * no doubt. Typographic minus signs are minus signs.
 */
export function parseNumber(cell: string, decimalComma: boolean): number | null {
  const plain = cell.replace(/[−‒–]/, '-')
  if (!point.test(plain) && !(decimalComma && comma.test(plain))) return null
  const value = Number(plain.replace(',', '.'))
  return Number.isFinite(value) ? value : null
}

/** Whether a number is written with a decimal comma or point; null for whole numbers. */
export function decimalMark(cell: string): ',' | '.' | null {
  return cell.includes(',') ? ',' : cell.includes('.') ? '.' : null
}

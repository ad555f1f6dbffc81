export type CsvCell = string | number | boolean | null

/** Beginnings that a spreadsheet takes for a formula (OWASP, CSV injection). */
const formulaStart = /^[=+\-@\t\r\n]/

/** One cell as CSV; see `csvFromRows`. */
export function csvCell(cell: CsvCell): string {
  if (cell === null) return ''
  // Numbers are never altered: −5.2 stays a number.
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : ''
  const text = String(cell)
  const safe = formulaStart.test(text) ? `'${text}` : text
  return /[",\r\n\t;]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}

/**
 * CSV (RFC 4180, comma, CRLF). Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers are
 * written so that they read back equal; null and NaN are empty.
 */
export function csvFromRows(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [header, ...rows].map((row) => row.map(csvCell).join(',') + '\r\n').join('')
}

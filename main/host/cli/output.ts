/** A value as a person reads it on a terminal: records as «name: value», lists of records as tables. */
export function plainText(value: unknown): string {
  return render(value, 0).join('\n') + '\n'
}

function render(value: unknown, depth: number): string[] {
  if (Array.isArray(value)) return renderList(value, depth)
  if (isRecord(value)) {
    return Object.entries(value).flatMap(([key, item]) =>
      isSimple(item) ? [`${key}: ${simple(item)}`] : [`${key}:`, ...indent(render(item, depth + 1))],
    )
  }
  return [simple(value)]
}

function renderList(list: readonly unknown[], depth: number): string[] {
  if (list.length === 0) return ['none']
  if (list.every(isSimple)) return [list.map(simple).join(', ')]
  if (list.every((item) => isRecord(item) && Object.values(item).every(isSimple)))
    return table(list.filter(isRecord))
  return list.flatMap((item, i) => {
    const lines =
      Array.isArray(item) && item.every(isSimple) ? [item.map(simple).join(' ')] : render(item, depth + 1)
    return lines.map((line, k) => (k === 0 ? `${i + 1}. ${line}` : `   ${line}`))
  })
}

function table(rows: readonly Record<string, unknown>[]): string[] {
  const heads = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const cells = rows.map((row) => heads.map((head) => simple(row[head])))
  const isNumber = heads.map((head) => rows.some((row) => typeof row[head] === 'number'))
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]!.length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (isNumber[i] === true ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()
  return [line(heads), ...cells.map(line)]
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isSimple = (value: unknown): boolean => typeof value !== 'object' || value === null

/** Missing is «–», never 0 and never empty. */
function simple(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)))
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => '  ' + line)

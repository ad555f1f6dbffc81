import type { ParsedTable } from './parse.ts'

export interface RowMatch {
  /** Header of the column by which rows were matched, null when no file matched. */
  readonly matchedBy: string | null
  /** Row of each file, in the order of the file names; null = none. */
  readonly rowOfFile: readonly (number | null)[]
  readonly unmatchedFiles: readonly string[]
  /** Ids of rows that no file belongs to. */
  readonly unmatchedRows: readonly string[]
}

const folded = (name: string) => name.normalize('NFC').trim().toLowerCase()
const baseName = (path: string) => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
const stem = (name: string) => (name.lastIndexOf('.') > 0 ? name.slice(0, name.lastIndexOf('.')) : name)

/** A file name of the table, with or without its suffix and folders, is the file's. Whole names go before stems. */
function matchByFileName(ids: readonly string[], fileNames: readonly string[]): (number | null)[] {
  const rowOf = new Map<string, number>()
  ids.forEach((id, row) => rowOf.set(folded(baseName(id)), row))
  const rowOfStem = new Map<string, number>()
  ids.forEach((id, row) => {
    const key = stem(folded(baseName(id)))
    if (!rowOfStem.has(key)) rowOfStem.set(key, row)
  })
  return fileNames.map((fileName) => {
    const name = folded(baseName(fileName))
    return rowOf.get(name) ?? rowOf.get(stem(name)) ?? rowOfStem.get(stem(name)) ?? null
  })
}

/** The longest specimen id that the file's stem equals or begins with, followed by no letter or digit. */
function matchBySpecimen(ids: readonly string[], fileNames: readonly string[]): (number | null)[] {
  const folds = ids.map(folded)
  return fileNames.map((fileName) => {
    const name = stem(folded(baseName(fileName)))
    let best: number | null = null
    folds.forEach((id, row) => {
      if (id === '' || !name.startsWith(id) || /^[\p{L}\p{N}]/u.test(name.slice(id.length))) return
      if (best === null || id.length > folds[best]!.length) best = row
    })
    return best
  })
}

/**
 * Which row belongs to which file: by the file name column (any case, with or without suffix), else by the specimen
 * id as the file's stem or the beginning of it ("A7" takes "A7_2.png", not "A70.png").
 */
export function matchRows(
  table: Pick<ParsedTable, 'rowIds' | 'idColumn' | 'idKind'>,
  fileNames: readonly string[],
): RowMatch {
  const match = table.idKind === 'filename' ? matchByFileName : matchBySpecimen
  const rowOfFile = table.idKind === null ? fileNames.map(() => null) : match(table.rowIds, fileNames)
  const used = new Set(rowOfFile)
  return {
    matchedBy: rowOfFile.some((row) => row !== null) ? table.idColumn : null,
    rowOfFile,
    unmatchedFiles: fileNames.filter((_, k) => rowOfFile[k] === null),
    unmatchedRows: table.rowIds.filter((_, row) => !used.has(row)),
  }
}

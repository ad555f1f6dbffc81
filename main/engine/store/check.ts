import type { Database } from 'better-sqlite3'
import { ContractError, type Note } from '../../contract/index.ts'
import { readDocument, type DocumentRow } from './documents.ts'

/** Results whose document is not what its kind promises. */
function damagedResults(db: Database): Note[] {
  const findings: Note[] = []
  for (const row of db.prepare<[], DocumentRow>('SELECT * FROM result').iterate())
    try {
      readDocument(row)
    } catch (error) {
      if (!(error instanceof ContractError)) throw error
      findings.push({ code: 'RESULT_DAMAGED', message: error.message, item: row.id })
    }
  return findings
}

/** Integrity of the database file, references between rows, and results that belong to no finished job or cannot be read. */
export function checkRows(db: Database): { rows: number; findings: Note[] } {
  const findings: Note[] = []
  const integrity = db.pragma('integrity_check') as { integrity_check: string }[]
  for (const row of integrity)
    if (row.integrity_check !== 'ok') findings.push({ code: 'DATABASE', message: row.integrity_check })
  const broken = db.pragma('foreign_key_check') as { table: string; rowid: number | null; parent: string }[]
  for (const row of broken)
    findings.push({
      code: 'REFERENCE',
      message: `A row of ${row.table} refers to a missing row of ${row.parent}.`,
    })
  const loose = db
    .prepare(`SELECT r.id FROM result r JOIN job j ON j.id = r.job_id WHERE j.state <> 'done'`)
    .pluck()
    .all() as string[]
  for (const id of loose)
    findings.push({
      code: 'RESULT_WITHOUT_JOB',
      message: 'A result belongs to a job that is not done.',
      item: id,
    })
  findings.push(...damagedResults(db))
  const doubled = db
    .prepare(
      "SELECT input_hash FROM job WHERE state = 'done' AND reused_from IS NULL AND kind <> 'verify' AND input_hash IS NOT NULL GROUP BY kind, input_hash HAVING count(*) > 1",
    )
    .pluck()
    .all() as string[]
  for (const hash of doubled)
    findings.push({ code: 'DOUBLED', message: 'Two jobs did the same work.', item: hash })
  const tables = db
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .pluck()
    .all() as string[]
  let rows = 0
  for (const table of tables) rows += db.prepare(`SELECT count(*) FROM "${table}"`).pluck().get() as number
  return { rows, findings }
}

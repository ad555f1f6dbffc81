import type { Migration } from './migration.ts'

/** Results may be generators: a check cannot be changed in place, so the table is made anew around its rows. */
export const generator: Migration = {
  number: 2,
  name: 'generator',
  sql: `
ALTER TABLE result RENAME TO result_before;
DROP INDEX result_by_kind;
CREATE TABLE result (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('dataset', 'model', 'generator', 'causal', 'optimization', 'report', 'scorecard')),
  job_id TEXT NOT NULL UNIQUE REFERENCES job (id),
  document TEXT NOT NULL,
  blob TEXT REFERENCES blob (sha256),
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX result_by_kind ON result (kind);
INSERT INTO result SELECT * FROM result_before;
DROP TABLE result_before;
UPDATE meta SET value = '2' WHERE key = 'schemaVersion';
`,
}

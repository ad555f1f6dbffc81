CREATE TABLE blob (
  sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
  byte_length INTEGER NOT NULL CHECK (byte_length >= 0),
  media_type TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE import_item (
  job_id TEXT NOT NULL REFERENCES job (id),
  position INTEGER NOT NULL,
  item TEXT NOT NULL,
  PRIMARY KEY (job_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
  params TEXT NOT NULL,
  resolved TEXT NOT NULL,
  input_hash TEXT,
  code_version TEXT NOT NULL,
  seed INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  total INTEGER,
  unit TEXT NOT NULL DEFAULT '',
  message TEXT NOT NULL DEFAULT '',
  result TEXT NOT NULL DEFAULT 'null',
  error TEXT NOT NULL DEFAULT 'null',
  reused_from TEXT REFERENCES job (id),
  plan_id TEXT REFERENCES plan (id),
  created_at TEXT NOT NULL,
  started_at TEXT,
  ended_at TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX job_by_hash ON job (kind, input_hash);

CREATE INDEX job_by_state ON job (state);

CREATE TABLE measurement (
  segmentation_id TEXT NOT NULL REFERENCES segmentation (id),
  job_id TEXT NOT NULL REFERENCES job (id),
  objects_blob TEXT NOT NULL REFERENCES blob (sha256),
  features TEXT NOT NULL,
  PRIMARY KEY (segmentation_id, job_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE micrograph (
  id TEXT PRIMARY KEY,
  specimen_id TEXT NOT NULL REFERENCES specimen (id),
  job_id TEXT NOT NULL REFERENCES job (id),
  file_name TEXT NOT NULL,
  format TEXT NOT NULL,
  height_px INTEGER NOT NULL,
  width_px INTEGER NOT NULL,
  dtype TEXT NOT NULL,
  databar_rows INTEGER NOT NULL,
  blob TEXT NOT NULL UNIQUE REFERENCES blob (sha256),
  display_blob TEXT NOT NULL REFERENCES blob (sha256),
  thumbnail_blob TEXT NOT NULL REFERENCES blob (sha256),
  metadata TEXT NOT NULL,
  imported_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX micrograph_by_specimen ON micrograph (specimen_id);

CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT;

CREATE TABLE pixel_size_revision (
  micrograph_id TEXT NOT NULL REFERENCES micrograph (id),
  revision INTEGER NOT NULL,
  pixel_size TEXT NOT NULL,
  author TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (micrograph_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  steps TEXT NOT NULL,
  cursor INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'stopped'))
) STRICT, WITHOUT ROWID;

CREATE TABLE process_column (
  name TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  role TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('number', 'category')),
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE result (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('dataset', 'model', 'generator', 'causal', 'optimization', 'report', 'scorecard')),
  job_id TEXT NOT NULL UNIQUE REFERENCES job (id),
  document TEXT NOT NULL,
  blob TEXT REFERENCES blob (sha256),
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX result_by_kind ON result (kind);

CREATE TABLE review_revision (
  segmentation_id TEXT NOT NULL REFERENCES segmentation (id),
  revision INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected')),
  author TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (segmentation_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE segmentation (
  id TEXT PRIMARY KEY,
  micrograph_id TEXT NOT NULL REFERENCES micrograph (id),
  job_id TEXT NOT NULL REFERENCES job (id),
  params TEXT NOT NULL,
  label_blob TEXT NOT NULL REFERENCES blob (sha256),
  object_count INTEGER NOT NULL,
  threshold REAL NOT NULL,
  polarity TEXT NOT NULL,
  area_fraction REAL NOT NULL,
  notes TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (job_id, micrograph_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX segmentation_by_micrograph ON segmentation (micrograph_id);

CREATE TABLE setting_revision (
  key TEXT NOT NULL,
  revision INTEGER NOT NULL,
  value TEXT NOT NULL,
  author TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (key, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE specimen (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  heat TEXT NOT NULL,
  job_id TEXT NOT NULL REFERENCES job (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE specimen_feature (
  job_id TEXT NOT NULL REFERENCES job (id),
  specimen_id TEXT NOT NULL REFERENCES specimen (id),
  features TEXT NOT NULL,
  PRIMARY KEY (job_id, specimen_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE specimen_value (
  specimen_id TEXT NOT NULL REFERENCES specimen (id),
  column_name TEXT NOT NULL REFERENCES process_column (name),
  number REAL,
  text TEXT,
  PRIMARY KEY (specimen_id, column_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE truth_field (
  file_name TEXT PRIMARY KEY,
  specimen_name TEXT NOT NULL,
  label_blob TEXT NOT NULL REFERENCES blob (sha256),
  job_id TEXT NOT NULL REFERENCES job (id)
) STRICT, WITHOUT ROWID;

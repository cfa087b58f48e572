-- SPDX-License-Identifier: GPL-3.0-or-later
-- What reports published, so that the next one can say what has changed since.

-- One row a report that was written. seen_run_id: the newest run that it had seen; later ones are news.
CREATE TABLE report (
  run_id INTEGER PRIMARY KEY REFERENCES run (run_id),
  week INTEGER NOT NULL,
  as_of INTEGER NOT NULL,
  config_sha256 TEXT NOT NULL,
  estimated TEXT NOT NULL,
  seen_run_id INTEGER NOT NULL
) STRICT;
-- Published figures, append-only: a row when a figure is published for the first time or otherwise than before. A figure
-- as of report R is its row with the greatest run_id up to R. place_key: of site or region. quantity: as in weekly.
-- state: 0 none any more, 1 an estimate, 2 below its limit, 3 bounds only.
CREATE TABLE reported (
  week INTEGER NOT NULL,
  is_region INTEGER NOT NULL CHECK (is_region IN (0, 1)),
  place_key INTEGER NOT NULL,
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  biomarker_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 0 AND 4),
  run_id INTEGER NOT NULL REFERENCES report (run_id),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
  estimate REAL,
  limit_value REAL,
  bound_low REAL,
  bound_high REAL,
  lo95 REAL,
  hi95 REAL,
  factor_set TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  PRIMARY KEY (week, is_region, place_key, drug_key, biomarker_key, quantity, run_id)
) STRICT, WITHOUT ROWID;

-- What an audit row is about, apart from its sentence; '' and NULL where it is about something else.
ALTER TABLE audit ADD COLUMN site_id TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN sample_id TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN analyte_id TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN day INTEGER;
CREATE INDEX audit_by_run ON audit (run_id);

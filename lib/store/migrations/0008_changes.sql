-- SPDX-License-Identifier: GPL-3.0-or-later
-- What changed since estimates were made, so that only that is made anew.

-- Site-days whose observations a run has changed: written in the same transaction by everything that can change what an
-- estimate reads. Append-only. day NULL would be no key: -1000000000 stands for all days of the site (its population).
CREATE TABLE changed (
  run_id INTEGER NOT NULL REFERENCES run (run_id),
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  day INTEGER NOT NULL,
  PRIMARY KEY (run_id, site_key, day)
) STRICT, WITHOUT ROWID;
-- The same for samples of no site: where they count is told by the field rows with their sample_id, when it is asked.
CREATE TABLE changed_sample (
  run_id INTEGER NOT NULL REFERENCES run (run_id),
  sample_key INTEGER NOT NULL REFERENCES sample (sample_key),
  PRIMARY KEY (run_id, sample_key)
) STRICT, WITHOUT ROWID;

-- What the estimates of a factor set were made from. part k of parts n: `wdm estimate --shard k/n`; 1 of 1 is a whole run.
-- made_of: hash of config, options and version: another one means that everything is made anew. run_id: later rows of
-- changed are news. input_hash: as in run.
CREATE TABLE estimate_state (
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  parts INTEGER NOT NULL CHECK (parts BETWEEN 1 AND 256),
  part INTEGER NOT NULL CHECK (part BETWEEN 1 AND parts),
  made_of TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  input_hash TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run (run_id),
  PRIMARY KEY (factor_set_key, parts, part)
) STRICT, WITHOUT ROWID;

-- What the summary of a run counts, by site and year of the day, so that it need not be read again. Kinds as in
-- lib/model/series.h.
CREATE TABLE estimate_count (
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  year INTEGER NOT NULL,
  n_results INTEGER NOT NULL,
  n_no_flow INTEGER NOT NULL,
  n_no_population INTEGER NOT NULL,
  n_no_level INTEGER NOT NULL,
  n_qc_failed INTEGER NOT NULL,
  n_beside INTEGER NOT NULL,
  n_unknown INTEGER NOT NULL,
  PRIMARY KEY (factor_set_key, site_key, year)
) STRICT, WITHOUT ROWID;

-- Findings are looked up by the row that fired when that row is superseded.
CREATE INDEX qc_finding_by_row ON qc_finding (of_sample_key) WHERE severity > 0;

-- Batches from before: undoing one must know its site-days.
INSERT OR IGNORE INTO changed SELECT b.run_id, r.site_key, r.day FROM result r JOIN batch b USING (batch_id) WHERE r.site_key > 0;
INSERT OR IGNORE INTO changed_sample SELECT b.run_id, r.sample_key FROM result r JOIN batch b USING (batch_id) WHERE r.site_key = 0;
INSERT OR IGNORE INTO changed SELECT b.run_id, x.site_key, x.day FROM superseded x JOIN batch b ON b.batch_id = x.by_batch_id
  WHERE x.site_key > 0;
INSERT OR IGNORE INTO changed_sample SELECT b.run_id, x.sample_key FROM superseded x JOIN batch b ON b.batch_id = x.by_batch_id
  WHERE x.site_key = 0;
INSERT OR IGNORE INTO changed SELECT b.run_id, f.site_key, f.day FROM field f JOIN batch b USING (batch_id);
INSERT OR IGNORE INTO changed SELECT b.run_id, s.site_key, p.day FROM published_load p JOIN batch b USING (batch_id)
  JOIN site s ON s.site_id = p.place_id WHERE p.place_kind = 'site';
INSERT OR IGNORE INTO changed SELECT b.run_id, p.site_key, -1000000000 FROM imported_population p JOIN batch b USING (batch_id);
-- A finding covers the rows of a batch, also of another one than its own.
INSERT OR IGNORE INTO changed SELECT b.run_id, c.site_key, c.day FROM (SELECT DISTINCT batch_id, covers_batch_id FROM qc_finding
  WHERE severity > 0) f JOIN batch b ON b.batch_id = f.batch_id JOIN batch o ON o.batch_id = f.covers_batch_id
  JOIN changed c ON c.run_id = o.run_id;
INSERT OR IGNORE INTO changed_sample SELECT b.run_id, c.sample_key FROM (SELECT DISTINCT batch_id, covers_batch_id FROM qc_finding
  WHERE severity > 0) f JOIN batch b ON b.batch_id = f.batch_id JOIN batch o ON o.batch_id = f.covers_batch_id
  JOIN changed_sample c ON c.run_id = o.run_id;

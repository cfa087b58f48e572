-- SPDX-License-Identifier: GPL-3.0-or-later
-- Laboratory quality control. docs/quality.md says which rule writes what.

-- What the rules read of a batch: its control rows, and its rows with instrument measures. Files without either write
-- nothing here. kind: 0 sample, 1 blank, 2 ccv, 3 standard, 4 spike, 5 duplicate. own = 0: the row is held by another
-- batch that had stored the same. chart: the control chart that the row belongs to, '' = none; target and sd: assigned by
-- controls.csv, else NULL.
CREATE TABLE qc_row (
  qc_row_id INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  line INTEGER NOT NULL,
  lab_key INTEGER NOT NULL,
  method_key INTEGER NOT NULL,
  analyte_key INTEGER NOT NULL,
  analysed_day INTEGER,
  day INTEGER NOT NULL,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 5),
  sample_key INTEGER NOT NULL REFERENCES sample (sample_key),
  replicate INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  own INTEGER NOT NULL CHECK (own IN (0, 1)),
  state INTEGER NOT NULL,
  value_ng_l REAL,
  lod_ng_l REAL,
  loq_ng_l REAL,
  expected_ng_l REAL,
  parent_sample_id TEXT NOT NULL,
  chart TEXT NOT NULL,
  target_ng_l REAL,
  sd_ng_l REAL,
  is_area REAL,
  rt REAL,
  rt_expected REAL,
  ion_ratio REAL,
  ion_ratio_expected REAL,
  r2 REAL,
  manual INTEGER NOT NULL CHECK (manual IN (0, 1))
) STRICT;
CREATE INDEX qc_row_by_group ON qc_row (batch_id, lab_key, method_key, analyte_key, analysed_day, kind, line);
CREATE INDEX qc_row_by_chart ON qc_row (lab_key, method_key, analyte_key, day) WHERE chart <> '';

-- A control on its chart, as it was judged when it was imported. rules: bits of lib/num/westgard.h. state: 0 judged,
-- 1 insufficient (too few earlier controls and no assigned mean and sd).
CREATE TABLE qc_point (
  qc_row_id INTEGER PRIMARY KEY REFERENCES qc_row (qc_row_id),
  mean_ng_l REAL,
  sd_ng_l REAL,
  n_earlier INTEGER NOT NULL,
  z REAL,
  rules INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state IN (0, 1))
) STRICT;

-- What the rules found. It covers the results of covers_batch_id (the batch itself, and batches that hold rows of the same
-- file) of that laboratory, method and analyte (0 = every one), analysed on analysed_day (NULL = any), of one sample where
-- sample_key says so, below a value where below_ng_l says so. of_*: the row that fired; once that row is superseded the
-- finding counts no more. severity: 0 note, 1 estimate, 2 fail.
CREATE TABLE qc_finding (
  finding_id INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  covers_batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  lab_key INTEGER NOT NULL,
  method_key INTEGER NOT NULL,
  analyte_key INTEGER NOT NULL,
  analysed_day INTEGER,
  sample_key INTEGER,
  replicate INTEGER,
  below_ng_l REAL,
  code TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  severity INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 2),
  value REAL,
  low REAL,
  high REAL,
  message TEXT NOT NULL,
  line INTEGER NOT NULL,
  of_analyte_key INTEGER NOT NULL,
  of_sample_key INTEGER,
  of_replicate INTEGER,
  of_revision INTEGER
) STRICT;
-- Notes do nothing to results: a reader does not meet them.
CREATE INDEX qc_finding_by_cover ON qc_finding (covers_batch_id, analyte_key) WHERE severity > 0;
CREATE INDEX qc_finding_by_batch ON qc_finding (batch_id, code, of_sample_key);
CREATE INDEX qc_finding_by_day ON qc_finding (analysed_day) WHERE severity > 0 AND sample_key IS NULL;

-- The native sample of a duplicate or spike is found by its number.
CREATE INDEX sample_by_id ON sample (sample_id);

CREATE VIEW qc_finding_current AS
SELECT f.* FROM qc_finding f JOIN batch b ON b.batch_id = f.batch_id AND b.status <> 'undone'
WHERE NOT EXISTS (
  SELECT 1 FROM sample p CROSS JOIN superseded x ON x.site_key = p.site_key AND x.day = p.day
    AND x.analyte_key = f.of_analyte_key AND x.sample_key = p.sample_key AND x.method_key = f.method_key
    AND x.replicate = f.of_replicate AND x.revision = f.of_revision
  JOIN batch xb ON xb.batch_id = x.by_batch_id AND xb.status <> 'undone'
  WHERE p.sample_key = f.of_sample_key);

-- Of each result the worst severity of the findings that cover it, 0 = none or notes only, and their codes. Join it by the
-- key of result: without findings a row costs one probe of an empty index.
CREATE VIEW result_verdict AS
SELECT r.site_key, r.day, r.analyte_key, r.sample_key, r.method_key, r.replicate, r.revision,
  coalesce((SELECT max(f.severity) FROM qc_finding_current f
    WHERE f.covers_batch_id = r.batch_id AND f.analyte_key IN (0, r.analyte_key) AND f.severity > 0
      AND f.method_key = r.method_key AND (f.analysed_day IS NULL OR r.analysed_day IS NULL OR f.analysed_day = r.analysed_day)
      AND (f.sample_key IS NULL OR f.sample_key = r.sample_key) AND (f.replicate IS NULL OR f.replicate = r.replicate)
      AND (f.below_ng_l IS NULL OR (r.state = 0 AND r.value_ng_l < f.below_ng_l))
      AND f.lab_key = (SELECT p.lab_key FROM sample p WHERE p.sample_key = r.sample_key)), 0) AS severity,
  coalesce((SELECT group_concat(c.code, ' ') FROM (SELECT DISTINCT f.code FROM qc_finding_current f
    WHERE f.covers_batch_id = r.batch_id AND f.analyte_key IN (0, r.analyte_key) AND f.severity > 0
      AND f.method_key = r.method_key AND (f.analysed_day IS NULL OR r.analysed_day IS NULL OR f.analysed_day = r.analysed_day)
      AND (f.sample_key IS NULL OR f.sample_key = r.sample_key) AND (f.replicate IS NULL OR f.replicate = r.replicate)
      AND (f.below_ng_l IS NULL OR (r.state = 0 AND r.value_ng_l < f.below_ng_l))
      AND f.lab_key = (SELECT p.lab_key FROM sample p WHERE p.sample_key = r.sample_key) ORDER BY f.code) c), '') AS codes
FROM result r;

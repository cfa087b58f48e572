-- SPDX-License-Identifier: GPL-3.0-or-later
-- The first schema. docs/DATA-MODEL.md describes it. Days are days since 1970-01-01, weeks are ISO weeks counted from the
-- week of 1970-01-01 (a Thursday), keys named *_key are internal. NULL = not known.

CREATE TABLE run (
  run_id INTEGER PRIMARY KEY,
  stage TEXT NOT NULL,
  version TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'partial', 'refused', 'failed')),
  parameters TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  n_in INTEGER NOT NULL DEFAULT 0,
  n_out INTEGER NOT NULL DEFAULT 0,
  user TEXT NOT NULL,
  message TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX run_by_stage ON run (stage, run_id);

-- Configuration, content-addressed: the bytes of every file of every version that was ever loaded.
CREATE TABLE config_file (
  sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
  bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE config_set (
  config_set_id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  factor_set TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run (run_id)
) STRICT;
CREATE TABLE config_member (
  config_set_id INTEGER NOT NULL REFERENCES config_set (config_set_id),
  name TEXT NOT NULL,
  origin TEXT NOT NULL,
  sha256 TEXT NOT NULL REFERENCES config_file (sha256),
  PRIMARY KEY (config_set_id, name)
) STRICT, WITHOUT ROWID;
-- One row: the version in force.
CREATE TABLE config_current (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  config_set_id INTEGER NOT NULL REFERENCES config_set (config_set_id)
) STRICT;

-- Names with small integer keys. Key 0 is "none" (no drug, no laboratory named).
CREATE TABLE site (
  site_key INTEGER PRIMARY KEY,
  site_id TEXT NOT NULL UNIQUE CHECK (length(site_id) > 0),
  bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
  name TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  region_id TEXT NOT NULL,
  latitude REAL,
  longitude REAL,
  imported INTEGER NOT NULL CHECK (imported IN (0, 1))
) STRICT;
CREATE TABLE analyte (
  analyte_key INTEGER PRIMARY KEY,
  analyte_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  name_zh TEXT NOT NULL
) STRICT;
CREATE TABLE drug (
  drug_key INTEGER PRIMARY KEY,
  drug_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  name_zh TEXT NOT NULL
) STRICT;
INSERT INTO drug VALUES (0, '', '', '');
CREATE TABLE region (
  region_key INTEGER PRIMARY KEY,
  region_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  name_zh TEXT NOT NULL
) STRICT;
CREATE TABLE lab (lab_key INTEGER PRIMARY KEY, lab_id TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO lab VALUES (0, '');
CREATE TABLE method (method_key INTEGER PRIMARY KEY, method_id TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO method VALUES (0, '');
CREATE TABLE factor_set (
  factor_set_key INTEGER PRIMARY KEY,
  factor_set TEXT NOT NULL UNIQUE,
  config_set_id INTEGER NOT NULL REFERENCES config_set (config_set_id)
) STRICT;

-- Population of sites that an imported file brought along.
CREATE TABLE imported_population (
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  valid_from INTEGER NOT NULL,
  population REAL NOT NULL CHECK (population > 0),
  source TEXT NOT NULL,
  batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  PRIMARY KEY (site_key, valid_from, batch_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
  batch_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  canonical_sha256 TEXT NOT NULL,
  layout TEXT NOT NULL,
  encoding TEXT NOT NULL,
  imported_at TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run (run_id),
  status TEXT NOT NULL CHECK (status IN ('stored', 'partial', 'undone')),
  corrects_batch_id INTEGER REFERENCES batch (batch_id),
  rows INTEGER NOT NULL,
  stored INTEGER NOT NULL,
  same INTEGER NOT NULL,
  corrected INTEGER NOT NULL,
  conflict INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  left_out INTEGER NOT NULL,
  CHECK (rows = stored + same + corrected + conflict + rejected + left_out)
) STRICT;
CREATE INDEX batch_by_sha256 ON batch (sha256);
CREATE INDEX batch_by_file ON batch (file);

-- How many rows of a batch were the same as rows that another batch had stored: those are held by the other one alone.
CREATE TABLE repeated (
  batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  of_batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  n INTEGER NOT NULL CHECK (n > 0),
  PRIMARY KEY (batch_id, of_batch_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sample (
  sample_key INTEGER PRIMARY KEY,
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  lab_key INTEGER NOT NULL REFERENCES lab (lab_key),
  sample_id TEXT NOT NULL CHECK (length(sample_id) > 0),
  sample_type TEXT NOT NULL CHECK (sample_type IN ('sample', 'blank', 'ccv', 'standard', 'spike', 'duplicate')),
  day INTEGER NOT NULL,
  start_minute INTEGER NOT NULL,
  end_day INTEGER NOT NULL,
  end_minute INTEGER NOT NULL,
  UNIQUE (site_key, lab_key, sample_id, sample_type, day, start_minute, end_day, end_minute)
) STRICT;

-- Results, append-only: a correction is a new revision, an undo marks the batch. Key order measured: appends and series
-- reads are both fast (docs/adr/0003).
-- state: 0 measured, 1 below LOQ, 2 not detected, 3 not analysed, 4 above the calibrated range
CREATE TABLE result (
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  day INTEGER NOT NULL,
  analyte_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  sample_key INTEGER NOT NULL REFERENCES sample (sample_key),
  method_key INTEGER NOT NULL REFERENCES method (method_key),
  replicate INTEGER NOT NULL,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
  value_ng_l REAL,
  lod_ng_l REAL,
  loq_ng_l REAL,
  u_rel REAL,
  analysed_day INTEGER,
  batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  line INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  raw_value TEXT NOT NULL,
  raw_unit TEXT NOT NULL,
  PRIMARY KEY (site_key, day, analyte_key, sample_key, method_key, replicate, revision)
) STRICT, WITHOUT ROWID;
-- Which revision of which day was superseded by a later one, and by which batch.
CREATE TABLE superseded (
  site_key INTEGER NOT NULL,
  day INTEGER NOT NULL,
  analyte_key INTEGER NOT NULL,
  sample_key INTEGER NOT NULL,
  method_key INTEGER NOT NULL,
  replicate INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  by_batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  PRIMARY KEY (site_key, day, analyte_key, sample_key, method_key, replicate, revision, by_batch_id)
) STRICT, WITHOUT ROWID;

-- Flow and field measurements of a sample (sample_id '' = the site's whole day), append-only by revision.
CREATE TABLE field (
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  day INTEGER NOT NULL,
  sample_id TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  end_day INTEGER NOT NULL,
  flow_m3_d REAL CHECK (flow_m3_d > 0),
  u_flow_rel REAL,
  temperature_c REAL,
  ph REAL,
  rain_mm REAL,
  population REAL,
  note TEXT NOT NULL,
  batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  line INTEGER NOT NULL,
  PRIMARY KEY (site_key, day, sample_id, revision)
) STRICT, WITHOUT ROWID;

-- Published normalised loads, mg/d/1000 people. A site's, or a region's published level.
CREATE TABLE published_load (
  place_id TEXT NOT NULL,
  place_kind TEXT NOT NULL CHECK (place_kind IN ('site', 'region')),
  day INTEGER NOT NULL,
  analyte_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  revision INTEGER NOT NULL CHECK (revision >= 1),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  load_mg_d_1000 REAL,
  limit_mg_d_1000 REAL,
  batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  line INTEGER NOT NULL,
  column_name TEXT NOT NULL,
  flags INTEGER NOT NULL,
  raw_value TEXT NOT NULL,
  PRIMARY KEY (place_kind, place_id, day, analyte_key, revision)
) STRICT, WITHOUT ROWID;
-- Means that the publisher printed beside the days, for comparison; never used as data.
CREATE TABLE published_mean (
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  analyte_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  year INTEGER NOT NULL,
  weekday_mean REAL,
  weekend_mean REAL,
  daily_mean REAL,
  batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  line INTEGER NOT NULL,
  PRIMARY KEY (site_key, analyte_key, year, batch_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE published_change (
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  analyte_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  year INTEGER NOT NULL,
  year_previous INTEGER,
  value REAL NOT NULL,
  value_previous REAL,
  change_pct REAL,
  class TEXT NOT NULL,
  batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  line INTEGER NOT NULL,
  PRIMARY KEY (site_key, analyte_key, year, batch_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reject (
  batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  line INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  column_name TEXT NOT NULL,
  code TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('error', 'conflict', 'warning')),
  value TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (batch_id, line, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
  audit_id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  user TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run (run_id),
  batch_id INTEGER REFERENCES batch (batch_id),
  file TEXT NOT NULL,
  line INTEGER,
  sha256 TEXT NOT NULL,
  action TEXT NOT NULL,
  item TEXT NOT NULL,
  old_value TEXT NOT NULL,
  new_value TEXT NOT NULL
) STRICT;

-- Estimates: written by `wdm estimate` only, replaced whole.
-- quantity: 0 normalised_load, 1 consumption, 2 doses, 3 prevalence, 4 mass. censored: 0 measured, 1 below LOQ, 2 not detected
CREATE TABLE daily (
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  day INTEGER NOT NULL,
  biomarker_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 0 AND 4),
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  estimate REAL,
  limit_value REAL,
  median REAL,
  lo95 REAL,
  hi95 REAL,
  lo95_random REAL,
  hi95_random REAL,
  rsd_total REAL,
  rsd_random REAL,
  censored INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  PRIMARY KEY (site_key, day, biomarker_key, drug_key, quantity, factor_set_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE weekly (
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  biomarker_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 0 AND 4),
  week INTEGER NOT NULL,
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  estimate REAL,
  limit_value REAL,
  bound_low REAL,
  bound_high REAL,
  median REAL,
  lo95 REAL,
  hi95 REAL,
  lo95_random REAL,
  hi95_random REAL,
  rsd_total REAL,
  rsd_random REAL,
  n_days INTEGER NOT NULL,
  n_censored INTEGER NOT NULL,
  days TEXT NOT NULL,
  weekday_mean REAL,
  weekend_mean REAL,
  day_median REAL,
  sum REAL,
  sum_sq REAL,
  censoring_method TEXT NOT NULL,
  budget TEXT NOT NULL,
  population REAL,
  flags INTEGER NOT NULL,
  PRIMARY KEY (site_key, drug_key, biomarker_key, quantity, week, factor_set_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE region_weekly (
  region_key INTEGER NOT NULL REFERENCES region (region_key),
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  biomarker_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 0 AND 4),
  week INTEGER NOT NULL,
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  estimate REAL,
  bound_low REAL,
  bound_high REAL,
  lo95 REAL,
  hi95 REAL,
  lo95_random REAL,
  hi95_random REAL,
  population REAL,
  coverage REAL,
  n_sites INTEGER NOT NULL,
  n_days INTEGER NOT NULL,
  n_censored INTEGER NOT NULL,
  budget TEXT NOT NULL,
  flags INTEGER NOT NULL,
  PRIMARY KEY (region_key, drug_key, biomarker_key, quantity, week, factor_set_key)
) STRICT, WITHOUT ROWID;

-- Trends: written by `wdm trend` only, replaced whole. One row a series (site x drug x biomarker x quantity).
CREATE TABLE trend (
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  biomarker_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  quantity INTEGER NOT NULL,
  as_of INTEGER NOT NULL,
  week INTEGER NOT NULL,
  window_weeks INTEGER NOT NULL,
  n INTEGER NOT NULL,
  slope_pct_per_year REAL,
  slope_lo95 REAL,
  slope_hi95 REAL,
  p_value REAL,
  class TEXT NOT NULL,
  change_prev_pct REAL,
  change_prev_lo95 REAL,
  change_prev_hi95 REAL,
  change_prev_word TEXT NOT NULL,
  change_year_pct REAL,
  change_year_lo95 REAL,
  change_year_hi95 REAL,
  change_year_word TEXT NOT NULL,
  baseline REAL,
  baseline_lo95 REAL,
  baseline_hi95 REAL,
  factor REAL,
  factor_p REAL,
  state TEXT NOT NULL,
  PRIMARY KEY (site_key, drug_key, biomarker_key, quantity)
) STRICT, WITHOUT ROWID;
-- The baseline as it stood each week, for charts; frozen while an alert is open.
CREATE TABLE baseline (
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  biomarker_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  quantity INTEGER NOT NULL,
  week INTEGER NOT NULL,
  baseline REAL,
  lo95 REAL,
  hi95 REAL,
  notice REAL,
  warning REAL,
  critical REAL,
  n INTEGER NOT NULL,
  state TEXT NOT NULL,
  factor REAL,
  p_value REAL,
  alarmed INTEGER NOT NULL CHECK (alarmed IN (0, 1)),
  PRIMARY KEY (site_key, drug_key, biomarker_key, quantity, week)
) STRICT, WITHOUT ROWID;

-- Alerts keep their history: rows are updated in place, every change is an alert_event.
CREATE TABLE alert (
  alert_id INTEGER PRIMARY KEY,
  site_key INTEGER REFERENCES site (site_key),
  region_id TEXT NOT NULL,
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  biomarker_key INTEGER REFERENCES analyte (analyte_key),
  quantity INTEGER NOT NULL,
  rule_id TEXT NOT NULL,
  family TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('info', 'notice', 'warning', 'critical')),
  state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'closed', 'withdrawn')),
  opened INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  closed INTEGER,
  weeks INTEGER NOT NULL,
  value REAL,
  lo95 REAL,
  hi95 REAL,
  threshold REAL,
  baseline REAL,
  factor REAL,
  probability REAL,
  reason TEXT NOT NULL,
  acknowledged_by TEXT NOT NULL DEFAULT '',
  acknowledged_note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX alert_by_state ON alert (state, site_key);
CREATE TABLE alert_event (
  event_id INTEGER PRIMARY KEY,
  alert_id INTEGER NOT NULL REFERENCES alert (alert_id),
  as_of INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run (run_id),
  event TEXT NOT NULL CHECK (event IN ('opened', 'worse', 'better', 'repeated', 'acknowledged', 'closed', 'withdrawn')),
  level TEXT NOT NULL,
  week INTEGER,
  value REAL,
  threshold REAL,
  probability REAL,
  reason TEXT NOT NULL
) STRICT;

CREATE TABLE indicator (
  region_id TEXT NOT NULL,
  period_start INTEGER NOT NULL,
  period_end INTEGER NOT NULL,
  kind TEXT NOT NULL,
  substance TEXT NOT NULL,
  revision INTEGER NOT NULL,
  tested INTEGER NOT NULL CHECK (tested >= 0),
  positive INTEGER NOT NULL CHECK (positive BETWEEN 0 AND tested),
  source TEXT NOT NULL,
  batch_id INTEGER NOT NULL REFERENCES batch (batch_id),
  line INTEGER NOT NULL,
  PRIMARY KEY (region_id, period_start, period_end, kind, substance, revision)
) STRICT, WITHOUT ROWID;

-- Rows in force: of batches not undone, and not superseded by a batch that is not undone.
CREATE VIEW result_current AS
SELECT r.* FROM result r JOIN batch b ON b.batch_id = r.batch_id AND b.status <> 'undone'
WHERE NOT EXISTS (
  SELECT 1 FROM superseded s JOIN batch sb ON sb.batch_id = s.by_batch_id AND sb.status <> 'undone'
  WHERE s.site_key = r.site_key AND s.day = r.day AND s.analyte_key = r.analyte_key AND s.sample_key = r.sample_key
    AND s.method_key = r.method_key AND s.replicate = r.replicate AND s.revision = r.revision);
CREATE VIEW field_current AS
SELECT f.* FROM field f JOIN batch b ON b.batch_id = f.batch_id AND b.status <> 'undone'
WHERE NOT EXISTS (
  SELECT 1 FROM field g JOIN batch gb ON gb.batch_id = g.batch_id AND gb.status <> 'undone'
  WHERE g.site_key = f.site_key AND g.day = f.day AND g.sample_id = f.sample_id AND g.revision > f.revision);
CREATE VIEW published_load_current AS
SELECT p.* FROM published_load p JOIN batch b ON b.batch_id = p.batch_id AND b.status <> 'undone'
WHERE NOT EXISTS (
  SELECT 1 FROM published_load q JOIN batch qb ON qb.batch_id = q.batch_id AND qb.status <> 'undone'
  WHERE q.place_kind = p.place_kind AND q.place_id = p.place_id AND q.day = p.day AND q.analyte_key = p.analyte_key
    AND q.revision > p.revision);

-- For people, notebooks and dashboards: full words, units in names, an epoch time column (seconds, UTC midnight).
CREATE VIEW v_weekly AS
SELECT (w.week * 7 - 3) * 86400 AS time, s.site_id, s.name AS site_name, s.name_zh AS site_name_zh, s.region_id, d.drug_id,
  d.name AS drug_name, a.analyte_id AS biomarker_id,
  CASE w.quantity WHEN 0 THEN 'normalised_load' WHEN 1 THEN 'consumption' WHEN 2 THEN 'doses' WHEN 3 THEN 'prevalence' ELSE 'mass' END AS quantity,
  CASE w.quantity WHEN 0 THEN 'mg/d/1000 people' WHEN 1 THEN 'mg/d/1000 people' WHEN 2 THEN 'doses/d/1000 people'
    WHEN 3 THEN 'users/1000 people' ELSE 'kg/week' END AS unit,
  w.estimate, w.limit_value AS below_limit, w.bound_low, w.bound_high, w.median, w.lo95 AS total_low_95, w.hi95 AS total_high_95,
  w.lo95_random AS random_low_95, w.hi95_random AS random_high_95, w.n_days AS days_sampled, w.n_censored AS days_below_limit,
  w.days, w.weekday_mean, w.weekend_mean, w.censoring_method, w.population AS population_persons, f.factor_set
FROM weekly w JOIN site s USING (site_key) JOIN drug d USING (drug_key) JOIN analyte a ON a.analyte_key = w.biomarker_key
JOIN factor_set f USING (factor_set_key)
WHERE f.factor_set = (SELECT z.factor_set FROM config_current c JOIN config_set z USING (config_set_id));
CREATE VIEW v_change AS
SELECT (t.week * 7 - 3) * 86400 AS time, s.site_id, d.drug_id, a.analyte_id AS biomarker_id,
  CASE t.quantity WHEN 0 THEN 'normalised_load' WHEN 1 THEN 'consumption' WHEN 2 THEN 'doses' ELSE 'prevalence' END AS quantity,
  t.change_prev_pct AS change_previous_week_percent, t.change_prev_lo95 AS change_previous_week_low_95,
  t.change_prev_hi95 AS change_previous_week_high_95, t.change_prev_word AS change_previous_week_word,
  t.change_year_pct AS change_year_before_percent, t.change_year_word AS change_year_before_word,
  t.slope_pct_per_year AS slope_percent_per_year, t.p_value AS slope_p_value, t.class AS trend_class, t.baseline, t.factor AS times_baseline
FROM trend t JOIN site s USING (site_key) JOIN drug d USING (drug_key) JOIN analyte a ON a.analyte_key = t.biomarker_key;
CREATE VIEW v_alert_open AS
SELECT l.alert_id, l.opened * 86400 AS time, s.site_id, l.region_id, d.drug_id, l.rule_id, l.family, l.level, l.state,
  date(l.opened * 86400, 'unixepoch') AS opened_date, date(l.last_seen * 86400, 'unixepoch') AS last_seen_date, l.weeks,
  l.value, l.threshold, l.baseline, l.factor AS times_baseline, l.probability, l.reason
FROM alert l LEFT JOIN site s USING (site_key) JOIN drug d USING (drug_key) WHERE l.state IN ('open', 'acknowledged');
CREATE VIEW v_coverage AS
SELECT (m.week * 7 - 3) * 86400 AS time, s.site_id, s.region_id, count(DISTINCT m.day) AS days_sampled,
  count(DISTINCT m.sample_key) AS samples, count(*) AS results
FROM (SELECT r.site_key, r.day, r.sample_key, (r.day + 3 - (r.day + 3) % 7) / 7 AS week FROM result_current r) m
JOIN site s USING (site_key) GROUP BY m.week, s.site_id, s.region_id;

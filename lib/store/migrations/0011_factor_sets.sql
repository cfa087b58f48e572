-- SPDX-License-Identifier: GPL-3.0-or-later
-- Trends by factor set, as estimates are: those of an older set stay beside those of the set in force. Runs say which
-- factor set they worked with.
ALTER TABLE run ADD COLUMN factor_set TEXT NOT NULL DEFAULT '';
UPDATE run SET factor_set = (SELECT z.factor_set FROM config_current c JOIN config_set z USING (config_set_id))
WHERE run_id > (SELECT z.run_id FROM config_current c JOIN config_set z USING (config_set_id));

DROP VIEW v_change;
CREATE TEMP TABLE trend_before AS SELECT * FROM trend;
CREATE TEMP TABLE baseline_before AS SELECT * FROM baseline;
DROP TABLE trend;
DROP TABLE baseline;
CREATE TABLE trend (
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
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
  PRIMARY KEY (factor_set_key, site_key, drug_key, biomarker_key, quantity)
) STRICT, WITHOUT ROWID;
CREATE TABLE baseline (
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
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
  PRIMARY KEY (factor_set_key, site_key, drug_key, biomarker_key, quantity, week)
) STRICT, WITHOUT ROWID;
-- Rows from before are of the set in force.
INSERT INTO trend SELECT f.factor_set_key, t.* FROM trend_before t, factor_set f
WHERE f.factor_set = (SELECT z.factor_set FROM config_current c JOIN config_set z USING (config_set_id));
INSERT INTO baseline SELECT f.factor_set_key, b.* FROM baseline_before b, factor_set f
WHERE f.factor_set = (SELECT z.factor_set FROM config_current c JOIN config_set z USING (config_set_id));
DROP TABLE trend_before;
DROP TABLE baseline_before;
CREATE VIEW v_change AS
SELECT (t.week * 7 - 3) * 86400 AS time, s.site_id, d.drug_id, a.analyte_id AS biomarker_id,
  CASE t.quantity WHEN 0 THEN 'normalised_load' WHEN 1 THEN 'consumption' WHEN 2 THEN 'doses' ELSE 'prevalence' END AS quantity,
  t.change_prev_pct AS change_previous_week_percent, t.change_prev_lo95 AS change_previous_week_low_95,
  t.change_prev_hi95 AS change_previous_week_high_95, t.change_prev_word AS change_previous_week_word,
  t.change_year_pct AS change_year_before_percent, t.change_year_word AS change_year_before_word,
  t.slope_pct_per_year AS slope_percent_per_year, t.p_value AS slope_p_value, t.class AS trend_class, t.baseline, t.factor AS times_baseline
FROM trend t JOIN site s USING (site_key) JOIN drug d USING (drug_key) JOIN analyte a ON a.analyte_key = t.biomarker_key
JOIN factor_set f USING (factor_set_key)
WHERE f.factor_set = (SELECT z.factor_set FROM config_current c JOIN config_set z USING (config_set_id));

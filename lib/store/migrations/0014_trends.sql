-- SPDX-License-Identifier: GPL-3.0-or-later
-- Trends of sites and regions at every time scale; segments, smoothed levels, change points; ranks against regions and
-- published levels; effects of dated operations. All by factor set, replaced whole by `wdm trend`.

DROP VIEW v_change;
ALTER TABLE trend RENAME TO trend_before;
-- scale: 1 week, 2 month, 3 quarter, 4 year, 5 campaign. period, first_day, last_day: the one that is judged; week: it, of
-- a weekly row. window_weeks 0: the whole series. *_period: what the change is against.
CREATE TABLE trend (
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  place_kind TEXT NOT NULL CHECK (place_kind IN ('site', 'region')),
  place_key INTEGER NOT NULL,
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  biomarker_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 0 AND 4),
  scale INTEGER NOT NULL CHECK (scale BETWEEN 1 AND 5),
  as_of INTEGER NOT NULL,
  period TEXT NOT NULL,
  week INTEGER,
  first_day INTEGER NOT NULL,
  last_day INTEGER NOT NULL,
  window_weeks INTEGER NOT NULL,
  n INTEGER NOT NULL,
  n_censored INTEGER NOT NULL DEFAULT 0,
  method TEXT NOT NULL DEFAULT '',
  slope_pct_per_year REAL,
  slope_lo95 REAL,
  slope_hi95 REAL,
  p_value REAL,
  p_independent REAL,
  autocorrelation REAL,
  n_eff REAL,
  seasonal_slope_pct REAL,
  seasonal_p REAL,
  class TEXT NOT NULL,
  between_log_sd REAL,
  change_prev_pct REAL,
  change_prev_lo95 REAL,
  change_prev_hi95 REAL,
  change_prev_word TEXT NOT NULL,
  change_prev_period TEXT NOT NULL DEFAULT '',
  change_year_pct REAL,
  change_year_lo95 REAL,
  change_year_hi95 REAL,
  change_year_word TEXT NOT NULL,
  change_year_period TEXT NOT NULL DEFAULT '',
  baseline REAL,
  baseline_lo95 REAL,
  baseline_hi95 REAL,
  factor REAL,
  factor_p REAL,
  state TEXT NOT NULL,
  judged_from INTEGER,
  level REAL,
  level_lo95 REAL,
  level_hi95 REAL,
  n_segments INTEGER NOT NULL DEFAULT 1,
  segment_from INTEGER,
  segment_word TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '',
  offset_pct REAL,
  offset_lo95 REAL,
  offset_hi95 REAL,
  changepoint INTEGER,
  changepoint_pct REAL,
  changepoint_lo95 REAL,
  changepoint_hi95 REAL,
  changepoint_p REAL,
  record TEXT NOT NULL DEFAULT '',
  record_since TEXT NOT NULL DEFAULT '',
  record_n INTEGER,
  record_former TEXT NOT NULL DEFAULT '',
  record_p REAL,
  record_word TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (factor_set_key, place_kind, place_key, drug_key, biomarker_key, quantity, scale)
) STRICT, WITHOUT ROWID;
INSERT INTO trend (factor_set_key, place_kind, place_key, drug_key, biomarker_key, quantity, scale, as_of, period, week,
  first_day, last_day, window_weeks, n, slope_pct_per_year, slope_lo95, slope_hi95, p_value, class, change_prev_pct,
  change_prev_lo95, change_prev_hi95, change_prev_word, change_year_pct, change_year_lo95, change_year_hi95,
  change_year_word, baseline, baseline_lo95, baseline_hi95, factor, factor_p, state)
SELECT factor_set_key, 'site', site_key, drug_key, biomarker_key, quantity, 1, as_of,
  -- The ISO year is that of the week's Thursday, day week * 7 of the week that began three days before.
  strftime('%Y', week * 604800, 'unixepoch') || '-W' || printf('%02d', (strftime('%j', week * 604800, 'unixepoch') + 6) / 7),
  week, week * 7 - 3, week * 7 + 3, window_weeks, n, slope_pct_per_year, slope_lo95, slope_hi95, p_value, class,
  change_prev_pct, change_prev_lo95, change_prev_hi95, change_prev_word, change_year_pct, change_year_lo95,
  change_year_hi95, change_year_word, baseline, baseline_lo95, baseline_hi95, factor, factor_p, state
FROM trend_before;
DROP TABLE trend_before;

-- Stretches of a weekly series that one laboratory and method (or one mixture of them) measured. shift_log: what was
-- added to the log of its values to compare them with the last stretch; NULL: it cannot be told, they are not compared.
CREATE TABLE trend_segment (
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  biomarker_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  quantity INTEGER NOT NULL,
  segment INTEGER NOT NULL CHECK (segment >= 1),
  first_day INTEGER NOT NULL,
  last_day INTEGER NOT NULL,
  source TEXT NOT NULL,
  n INTEGER NOT NULL,
  shift_log REAL,
  shift_log_sd REAL,
  n_overlap INTEGER NOT NULL,
  PRIMARY KEY (factor_set_key, site_key, drug_key, biomarker_key, quantity, segment)
) STRICT, WITHOUT ROWID;

-- The smoothed level of a weekly series.
CREATE TABLE trend_level (
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  place_kind TEXT NOT NULL CHECK (place_kind IN ('site', 'region')),
  place_key INTEGER NOT NULL,
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  biomarker_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  quantity INTEGER NOT NULL,
  week INTEGER NOT NULL,
  level REAL NOT NULL,
  lo95 REAL,
  hi95 REAL,
  PRIMARY KEY (factor_set_key, place_kind, place_key, drug_key, biomarker_key, quantity, week)
) STRICT, WITHOUT ROWID;

-- Days on which the level of a series changed; day: the first of the new level.
CREATE TABLE trend_changepoint (
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  place_kind TEXT NOT NULL CHECK (place_kind IN ('site', 'region')),
  place_key INTEGER NOT NULL,
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  biomarker_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  quantity INTEGER NOT NULL,
  scale INTEGER NOT NULL,
  day INTEGER NOT NULL,
  period TEXT NOT NULL,
  change_pct REAL,
  lo95 REAL,
  hi95 REAL,
  p_value REAL,
  PRIMARY KEY (factor_set_key, place_kind, place_key, drug_key, biomarker_key, quantity, scale, day)
) STRICT, WITHOUT ROWID;

-- kind: places (the other sites or regions inside the reference region), set (sites of no region that imports brought),
-- published (a level that somebody published for the reference region). reference_*: their mean by population, or the
-- published level. rank 1 is the highest of n_places, this one included; rank_lo..rank_hi: ranks that cannot be told from it.
CREATE TABLE benchmark (
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  place_kind TEXT NOT NULL CHECK (place_kind IN ('site', 'region')),
  place_key INTEGER NOT NULL,
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  biomarker_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  quantity INTEGER NOT NULL,
  scale INTEGER NOT NULL CHECK (scale BETWEEN 1 AND 4),
  kind TEXT NOT NULL CHECK (kind IN ('places', 'set', 'published')),
  reference TEXT NOT NULL,
  period TEXT NOT NULL,
  reference_period TEXT NOT NULL,
  value REAL,
  log_sd REAL,
  reference_value REAL,
  reference_log_sd REAL,
  n_places INTEGER NOT NULL,
  rank INTEGER,
  rank_lo INTEGER,
  rank_hi INTEGER,
  quantile REAL,
  ratio REAL,
  ratio_lo95 REAL,
  ratio_hi95 REAL,
  p_above REAL,
  word TEXT NOT NULL,
  PRIMARY KEY (factor_set_key, place_kind, place_key, drug_key, biomarker_key, quantity, scale, kind, reference)
) STRICT, WITHOUT ROWID;

-- place: a site inside the operation's region, or that region: the mean of its sites. part: during, after.
-- effect: change of the mean log level against the weeks before; outside: the same of the sites outside; net: effect
-- less outside.
CREATE TABLE campaign_effect (
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  campaign_id TEXT NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('during', 'after')),
  place_kind TEXT NOT NULL CHECK (place_kind IN ('site', 'region')),
  place_key INTEGER NOT NULL,
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  biomarker_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  quantity INTEGER NOT NULL,
  first_day INTEGER NOT NULL,
  last_day INTEGER NOT NULL,
  n_before INTEGER NOT NULL,
  n_weeks INTEGER NOT NULL,
  n_sites INTEGER NOT NULL,
  effect_pct REAL,
  effect_lo95 REAL,
  effect_hi95 REAL,
  effect_word TEXT NOT NULL,
  n_outside INTEGER NOT NULL,
  outside_pct REAL,
  outside_lo95 REAL,
  outside_hi95 REAL,
  net_pct REAL,
  net_lo95 REAL,
  net_hi95 REAL,
  net_word TEXT NOT NULL,
  PRIMARY KEY (factor_set_key, campaign_id, part, place_kind, place_key, drug_key, biomarker_key, quantity)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_change AS
SELECT (t.week * 7 - 3) * 86400 AS time, s.site_id, d.drug_id, a.analyte_id AS biomarker_id,
  CASE t.quantity WHEN 0 THEN 'normalised_load' WHEN 1 THEN 'consumption' WHEN 2 THEN 'doses' ELSE 'prevalence' END AS quantity,
  t.change_prev_pct AS change_previous_week_percent, t.change_prev_lo95 AS change_previous_week_low_95,
  t.change_prev_hi95 AS change_previous_week_high_95, t.change_prev_word AS change_previous_week_word,
  t.change_year_pct AS change_year_before_percent, t.change_year_word AS change_year_before_word,
  t.slope_pct_per_year AS slope_percent_per_year, t.p_value AS slope_p_value, t.class AS trend_class, t.baseline, t.factor AS times_baseline
FROM trend t JOIN site s ON s.site_key = t.place_key JOIN drug d USING (drug_key) JOIN analyte a ON a.analyte_key = t.biomarker_key
JOIN factor_set f USING (factor_set_key)
WHERE t.place_kind = 'site' AND t.scale = 1
  AND f.factor_set = (SELECT z.factor_set FROM config_current c JOIN config_set z USING (config_set_id));

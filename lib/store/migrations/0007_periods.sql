-- SPDX-License-Identifier: GPL-3.0-or-later
-- Estimates of longer periods than a week, and of regions by day too. Several biomarkers of a drug combined.

-- The biomarker of combined estimates: a key, not an analyte that a laboratory could measure. A new store gets it after
-- its analytes, from init.
INSERT INTO analyte (analyte_id, name, name_zh) SELECT 'combined', 'biomarkers combined', '多种标志物合并'
WHERE EXISTS (SELECT 1 FROM analyte);

-- scale: 0 day, 1 week, 2 month, 3 quarter, 4 year, 5 campaign. place_key: of site or region. days_share: of the
-- period's days that were sampled. n_left_out: days of disposal, not in the mean. Mass is kg/week in every period.
CREATE TABLE period (
  place_kind TEXT NOT NULL CHECK (place_kind IN ('site', 'region')),
  place_key INTEGER NOT NULL,
  drug_key INTEGER NOT NULL REFERENCES drug (drug_key),
  biomarker_key INTEGER NOT NULL REFERENCES analyte (analyte_key),
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 0 AND 4),
  scale INTEGER NOT NULL CHECK (scale BETWEEN 0 AND 5),
  first_day INTEGER NOT NULL,
  period TEXT NOT NULL,
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  last_day INTEGER NOT NULL CHECK (last_day >= first_day),
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
  n_weeks INTEGER NOT NULL,
  n_left_out INTEGER NOT NULL,
  weekday_mean REAL,
  weekend_mean REAL,
  day_median REAL,
  sum REAL,
  sum_sq REAL,
  population REAL,
  coverage REAL,
  days_share REAL,
  n_sites INTEGER NOT NULL,
  censoring_method TEXT NOT NULL,
  budget TEXT NOT NULL,
  flags INTEGER NOT NULL,
  PRIMARY KEY (place_kind, place_key, drug_key, biomarker_key, quantity, scale, first_day, period, factor_set_key)
) STRICT, WITHOUT ROWID;

ALTER TABLE region_weekly ADD COLUMN limit_value REAL;
ALTER TABLE region_weekly ADD COLUMN median REAL;

CREATE VIEW v_period AS
SELECT p.first_day * 86400 AS time, s.site_id, s.name AS site_name, s.name_zh AS site_name_zh, coalesce(g.region_id, s.region_id) AS region_id,
  d.drug_id, d.name AS drug_name, a.analyte_id AS biomarker_id,
  CASE p.scale WHEN 0 THEN 'day' WHEN 1 THEN 'week' WHEN 2 THEN 'month' WHEN 3 THEN 'quarter' WHEN 4 THEN 'year' ELSE 'campaign' END AS scale,
  p.period, date(p.first_day * 86400, 'unixepoch') AS first_date, date(p.last_day * 86400, 'unixepoch') AS last_date,
  CASE p.quantity WHEN 0 THEN 'normalised_load' WHEN 1 THEN 'consumption' WHEN 2 THEN 'doses' WHEN 3 THEN 'prevalence' ELSE 'mass' END AS quantity,
  CASE p.quantity WHEN 0 THEN 'mg/d/1000 people' WHEN 1 THEN 'mg/d/1000 people' WHEN 2 THEN 'doses/d/1000 people'
    WHEN 3 THEN 'users/1000 people' ELSE 'kg/week' END AS unit,
  p.estimate, p.limit_value AS below_limit, p.bound_low, p.bound_high, p.median, p.lo95 AS total_low_95, p.hi95 AS total_high_95,
  p.lo95_random AS random_low_95, p.hi95_random AS random_high_95, p.n_days AS days_sampled, p.n_censored AS days_below_limit,
  p.n_weeks AS weeks_sampled, p.days_share AS share_of_days_sampled, p.weekday_mean, p.weekend_mean, p.censoring_method,
  p.population AS population_persons, p.coverage AS share_of_region_population, p.n_sites AS sites, f.factor_set
FROM period p LEFT JOIN site s ON p.place_kind = 'site' AND s.site_key = p.place_key
LEFT JOIN region g ON p.place_kind = 'region' AND g.region_key = p.place_key
JOIN drug d USING (drug_key) JOIN analyte a ON a.analyte_key = p.biomarker_key JOIN factor_set f USING (factor_set_key)
WHERE f.factor_set = (SELECT z.factor_set FROM config_current c JOIN config_set z USING (config_set_id));

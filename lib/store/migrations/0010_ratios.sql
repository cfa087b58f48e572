-- SPDX-License-Identifier: GPL-3.0-or-later
-- Ratios of loads and shares of parents (written by `wdm estimate` only, replaced whole), and how many days of a
-- week were left out as disposal.
-- scale: 0 day (period: the day), 1 week (period: the ISO week). sign: '<' or '>' of limit_value, '' for a number or bounds.
CREATE TABLE ratio (
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  ratio_id TEXT NOT NULL,
  scale INTEGER NOT NULL CHECK (scale BETWEEN 0 AND 1),
  period INTEGER NOT NULL,
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  kind TEXT NOT NULL,
  ratio REAL,
  sign TEXT NOT NULL CHECK (sign IN ('', '<', '>')),
  limit_value REAL,
  bound_low REAL,
  bound_high REAL,
  lo95 REAL,
  hi95 REAL,
  low REAL,
  high REAL,
  verdict TEXT NOT NULL,
  n_days INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  PRIMARY KEY (site_key, ratio_id, scale, period, factor_set_key)
) STRICT, WITHOUT ROWID;
ALTER TABLE weekly ADD COLUMN n_left_out INTEGER NOT NULL DEFAULT 0;

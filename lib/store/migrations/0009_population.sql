-- SPDX-License-Identifier: GPL-3.0-or-later
-- The people served, day by day: what each method says, side by side. Written by `wdm estimate` with the estimates that
-- were divided by them; replaced whole.
CREATE TABLE population_source (
  source_key INTEGER PRIMARY KEY,
  source TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE population_estimate (
  site_key INTEGER NOT NULL REFERENCES site (site_key),
  day INTEGER NOT NULL,
  method TEXT NOT NULL,
  factor_set_key INTEGER NOT NULL REFERENCES factor_set (factor_set_key),
  population REAL NOT NULL CHECK (population > 0),
  lo95 REAL NOT NULL,
  hi95 REAL NOT NULL,
  rsd REAL NOT NULL,
  u_random REAL NOT NULL,
  u_shared REAL NOT NULL,
  weight REAL NOT NULL CHECK (weight BETWEEN 0 AND 1),
  used INTEGER NOT NULL CHECK (used IN (0, 1)),
  n INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  source_key INTEGER NOT NULL REFERENCES population_source (source_key),
  PRIMARY KEY (site_key, day, method, factor_set_key)
) STRICT, WITHOUT ROWID;

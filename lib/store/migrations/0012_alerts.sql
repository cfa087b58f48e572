-- SPDX-License-Identifier: GPL-3.0-or-later
-- What an alert rests on, and what keeps it quiet.

-- inhibited_by: the open data-quality alert of the site that explains it; such an alert is listed, not delivered.
-- one_off: it ended after it had been seen in one week only. group_key: alerts that one message may tell together.
ALTER TABLE alert ADD COLUMN reason_zh TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN inhibited_by INTEGER REFERENCES alert (alert_id);
ALTER TABLE alert ADD COLUMN one_off INTEGER NOT NULL DEFAULT 0 CHECK (one_off IN (0, 1));
ALTER TABLE alert ADD COLUMN group_key TEXT NOT NULL DEFAULT '';
-- Judged weeks in a row at a lower level than the alert's: it falls by hysteresis.
ALTER TABLE alert ADD COLUMN lower_weeks INTEGER NOT NULL DEFAULT 0;

-- inhibited: a data-quality alert explains it from now on; released: no longer. rule: the row of alerts.csv as it was.
ALTER TABLE alert_event RENAME TO alert_event_before;
CREATE TABLE alert_event (
  event_id INTEGER PRIMARY KEY,
  alert_id INTEGER NOT NULL REFERENCES alert (alert_id),
  as_of INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run (run_id),
  event TEXT NOT NULL CHECK (event IN ('opened', 'worse', 'better', 'repeated', 'acknowledged', 'closed', 'withdrawn',
    'inhibited', 'released')),
  level TEXT NOT NULL,
  week INTEGER,
  value REAL,
  lo95 REAL,
  hi95 REAL,
  threshold REAL,
  baseline REAL,
  factor REAL,
  probability REAL,
  rule TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL,
  reason_zh TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO alert_event (event_id, alert_id, as_of, run_id, event, level, week, value, threshold, probability, reason)
SELECT event_id, alert_id, as_of, run_id, event, level, week, value, threshold, probability, reason FROM alert_event_before;
DROP TABLE alert_event_before;
CREATE INDEX alert_event_by_alert ON alert_event (alert_id);

-- The results (assay rows in force then) of the days behind an event: the natural key of `result` with its revision.
CREATE TABLE alert_event_result (
  event_id INTEGER NOT NULL REFERENCES alert_event (event_id),
  site_key INTEGER NOT NULL,
  day INTEGER NOT NULL,
  analyte_key INTEGER NOT NULL,
  sample_key INTEGER NOT NULL,
  method_key INTEGER NOT NULL,
  replicate INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY (event_id, site_key, day, analyte_key, sample_key, method_key, replicate, revision)
) STRICT, WITHOUT ROWID;

-- What could fake the alert, and what each look said.
CREATE TABLE alert_event_check (
  event_id INTEGER NOT NULL REFERENCES alert_event (event_id),
  check_id TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('ok', 'suspect', 'unknown')),
  text TEXT NOT NULL,
  text_zh TEXT NOT NULL,
  PRIMARY KEY (event_id, check_id)
) STRICT, WITHOUT ROWID;

-- No messages for what it covers, from `starts` to `ends` (as-of dates, both included). Empty scope: all. Alerts go on.
CREATE TABLE silence (
  silence_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (run_id),
  author TEXT NOT NULL,
  reason TEXT NOT NULL,
  created INTEGER NOT NULL,
  starts INTEGER NOT NULL,
  ends INTEGER NOT NULL CHECK (ends >= starts),
  alert_id INTEGER REFERENCES alert (alert_id),
  site_id TEXT NOT NULL DEFAULT '',
  region_id TEXT NOT NULL DEFAULT '',
  drug_id TEXT NOT NULL DEFAULT '',
  rule_id TEXT NOT NULL DEFAULT '',
  family TEXT NOT NULL DEFAULT '',
  ended INTEGER,
  ended_by TEXT NOT NULL DEFAULT ''
) STRICT;

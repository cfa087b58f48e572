-- SPDX-License-Identifier: GPL-3.0-or-later
-- What an alert rests on, and what keeps it quiet.

-- inhibits: while this alert is open it explains those of the site's drugs. inhibited_by: the alert that explains this one;
-- such an alert is listed, not delivered. one_off: it ended after it had been seen in one week only. group_key: alerts that
-- one message may tell together. previous_alert_id: an alert of the same rule and series that had ended shortly before.
ALTER TABLE alert ADD COLUMN reason_zh TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN inhibits INTEGER NOT NULL DEFAULT 0 CHECK (inhibits IN (0, 1));
ALTER TABLE alert ADD COLUMN inhibited_by INTEGER REFERENCES alert (alert_id);
ALTER TABLE alert ADD COLUMN one_off INTEGER NOT NULL DEFAULT 0 CHECK (one_off IN (0, 1));
ALTER TABLE alert ADD COLUMN group_key TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN previous_alert_id INTEGER REFERENCES alert (alert_id);
-- Hysteresis: the last judged week, and how many judged weeks in a row up to it had a lower level than the alert's, and the
-- worst level of these. NULL: the alert is from before this migration.
ALTER TABLE alert ADD COLUMN judged_week INTEGER;
ALTER TABLE alert ADD COLUMN lower_weeks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN lower_level TEXT NOT NULL DEFAULT 'none'
  CHECK (lower_level IN ('none', 'info', 'notice', 'warning', 'critical'));
UPDATE alert SET group_key = coalesce((SELECT s.site_id FROM site s WHERE s.site_key = alert.site_key), region_id);
-- One open alert of a rule on a series, whatever writes it.
CREATE UNIQUE INDEX alert_open_once ON alert (coalesce(site_key, 0), region_id, drug_key, coalesce(biomarker_key, 0), quantity,
  rule_id) WHERE state IN ('open', 'acknowledged');

-- inhibited: a data-quality alert explains it from now on; released: no longer. rule: the row of alerts.csv as it was.
-- cause, of an end: why (calm, over, new_level; corrected, undone, quality, rule, estimates).
ALTER TABLE alert_event RENAME TO alert_event_before;
CREATE TABLE alert_event (
  event_id INTEGER PRIMARY KEY,
  alert_id INTEGER NOT NULL REFERENCES alert (alert_id),
  as_of INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run (run_id),
  event TEXT NOT NULL CHECK (event IN ('opened', 'worse', 'better', 'repeated', 'acknowledged', 'closed', 'withdrawn',
    'inhibited', 'released')),
  cause TEXT NOT NULL DEFAULT '',
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

-- The same for published loads, which have no assay rows.
CREATE TABLE alert_event_load (
  event_id INTEGER NOT NULL REFERENCES alert_event (event_id),
  place_kind TEXT NOT NULL,
  place_id TEXT NOT NULL,
  day INTEGER NOT NULL,
  analyte_key INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY (event_id, place_kind, place_id, day, analyte_key, revision)
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

DROP VIEW v_alert_open;
CREATE VIEW v_alert_open AS
SELECT l.alert_id, l.opened * 86400 AS time, s.site_id, l.region_id, d.drug_id, l.rule_id, l.family, l.level, l.state,
  date(l.opened * 86400, 'unixepoch') AS opened_date, date(l.last_seen * 86400, 'unixepoch') AS last_seen_date, l.weeks,
  l.value, l.threshold, l.baseline, l.factor AS times_baseline, l.probability, l.reason, a.analyte_id AS biomarker_id,
  l.reason_zh, l.lo95 AS value_low_95, l.hi95 AS value_high_95, l.inhibited_by AS explained_by_alert_id, l.group_key,
  l.previous_alert_id, l.acknowledged_by
FROM alert l LEFT JOIN site s USING (site_key) JOIN drug d USING (drug_key) LEFT JOIN analyte a ON a.analyte_key = l.biomarker_key
WHERE l.state IN ('open', 'acknowledged');
CREATE VIEW v_alert_event AS
SELECT e.event_id, e.alert_id, e.as_of * 86400 AS time, date(e.as_of * 86400, 'unixepoch') AS as_of_date,
  date((e.week * 7 - 3) * 86400, 'unixepoch') AS week_monday, e.event, e.cause, e.level, s.site_id, l.region_id, d.drug_id,
  a.analyte_id AS biomarker_id, l.rule_id, l.family, e.value, e.lo95 AS value_low_95, e.hi95 AS value_high_95, e.threshold,
  e.baseline, e.factor AS times_baseline, e.probability, e.rule, e.reason, e.reason_zh
FROM alert_event e JOIN alert l USING (alert_id) LEFT JOIN site s USING (site_key) JOIN drug d USING (drug_key)
LEFT JOIN analyte a ON a.analyte_key = l.biomarker_key;

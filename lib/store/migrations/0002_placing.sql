-- SPDX-License-Identifier: GPL-3.0-or-later
-- Samples whose file names no site: kept under site_key 0 (site_id '') with the day of analysis or 0, and placed by the
-- one field row in force with their sample_id, whichever came first. Nothing is copied: the views below bind late, so that
-- a corrected or undone field sheet moves the results with it.

-- The site table anew, because its check must let the empty code of row 0 pass. Deferred: the rows come back at once.
PRAGMA defer_foreign_keys = ON;
CREATE TEMP TABLE site_before AS SELECT * FROM site;
DROP TABLE site;
CREATE TABLE site (
  site_key INTEGER PRIMARY KEY,
  site_id TEXT NOT NULL UNIQUE CHECK (length(site_id) > 0 OR site_key = 0),
  bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
  name TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  region_id TEXT NOT NULL,
  latitude REAL,
  longitude REAL,
  imported INTEGER NOT NULL CHECK (imported IN (0, 1))
) STRICT;
INSERT INTO site SELECT * FROM site_before;
DROP TABLE site_before;
-- Row 0 is "no site named"; a list of sites is WHERE site_key > 0. Its bucket is that of the empty code.
INSERT INTO site VALUES (0, '', 227, '', '', '', NULL, NULL, 0);

-- Times of day of a field row, -1 when only a date was given: a result placed by it takes them over.
ALTER TABLE field ADD COLUMN start_minute INTEGER NOT NULL DEFAULT -1;
ALTER TABLE field ADD COLUMN end_minute INTEGER NOT NULL DEFAULT -1;

CREATE INDEX field_by_sample ON field (sample_id) WHERE sample_id <> '';
CREATE INDEX sample_without_site ON sample (sample_id) WHERE site_key = 0;
CREATE INDEX result_without_site ON result (sample_key) WHERE site_key = 0;
CREATE INDEX result_without_site_by_batch ON result (batch_id) WHERE site_key = 0;

-- A row that says: this sample's row in force stands under another site or day since this revision.
ALTER TABLE field ADD COLUMN moved INTEGER NOT NULL DEFAULT 0 CHECK (moved IN (0, 1));
DROP VIEW field_current;
CREATE VIEW field_current AS
SELECT f.* FROM field f JOIN batch b ON b.batch_id = f.batch_id AND b.status <> 'undone'
WHERE f.moved = 0 AND NOT EXISTS (
  SELECT 1 FROM field g JOIN batch gb ON gb.batch_id = g.batch_id AND gb.status <> 'undone'
  WHERE g.site_key = f.site_key AND g.day = f.day AND g.sample_id = f.sample_id AND g.revision > f.revision);

-- Results of sites: those whose file named the site, and those that a field row places (bound = 1), with the site and the
-- times that count; own_site_key and own_day are the result's own. A sample_id that stands in the field rows in force of
-- two sites or days places nothing. CROSS JOIN: a read of one site or of some days begins at its field rows, which few
-- samples without a site answer, and never at the results.
CREATE VIEW result_placed AS
SELECT r.site_key, r.day, r.analyte_key, r.sample_key, r.method_key, r.replicate, r.revision, r.state, r.value_ng_l,
  r.lod_ng_l, r.loq_ng_l, r.u_rel, r.analysed_day, r.batch_id, r.line, r.flags, r.raw_value, r.raw_unit,
  p.lab_key, p.sample_id, p.sample_type, p.start_minute, p.end_day, p.end_minute,
  0 AS bound, r.site_key AS own_site_key, r.day AS own_day
FROM result_current r JOIN sample p ON p.sample_key = r.sample_key WHERE +r.site_key > 0
UNION ALL
SELECT f.site_key, f.day, r.analyte_key, r.sample_key, r.method_key, r.replicate, r.revision, r.state, r.value_ng_l,
  r.lod_ng_l, r.loq_ng_l, r.u_rel, r.analysed_day, r.batch_id, r.line, r.flags, r.raw_value, r.raw_unit,
  p.lab_key, p.sample_id, p.sample_type, f.start_minute, f.end_day, f.end_minute,
  1 AS bound, r.site_key AS own_site_key, r.day AS own_day
FROM field_current f
CROSS JOIN sample p INDEXED BY sample_without_site ON p.site_key = 0 AND p.sample_id = f.sample_id AND p.sample_type = 'sample'
CROSS JOIN result_current r ON r.site_key = 0 AND r.day = p.day AND r.sample_key = p.sample_key
WHERE f.sample_id <> '' AND NOT EXISTS (SELECT 1 FROM field_current g
  WHERE g.sample_id = p.sample_id AND g.sample_id <> '' AND (g.site_key <> f.site_key OR g.day <> f.day))
-- The same analysis sent again in a file that names the site: that one counts, once.
AND NOT EXISTS (SELECT 1 FROM sample q CROSS JOIN result_current w ON w.site_key = q.site_key AND w.day = q.day
    AND w.analyte_key = r.analyte_key AND w.sample_key = q.sample_key AND w.replicate = r.replicate
    AND (w.method_key = r.method_key OR w.method_key = 0 OR r.method_key = 0)
  WHERE q.site_key = f.site_key AND q.lab_key = p.lab_key AND q.sample_id = p.sample_id AND q.sample_type = 'sample');

-- Results of no site, with the reason (placed): control (a blank, standard ... belongs to no site), ambiguous (its
-- sample_id stands in field rows of two sites or days), waiting (for its field row), repeated (its laboratory gives the
-- result in a file that names the site too).
CREATE VIEW result_unplaced AS
SELECT r.site_key, r.day, r.analyte_key, r.sample_key, r.method_key, r.replicate, r.revision, r.state, r.value_ng_l,
  r.lod_ng_l, r.loq_ng_l, r.u_rel, r.analysed_day, r.batch_id, r.line, r.flags, r.raw_value, r.raw_unit,
  p.lab_key, p.sample_id, p.sample_type, p.start_minute, p.end_day, p.end_minute,
  CASE WHEN p.sample_type <> 'sample' THEN 'control'
    ELSE CASE (SELECT count(*) FROM field_current f WHERE f.sample_id = p.sample_id AND f.sample_id <> '')
      WHEN 0 THEN 'waiting' WHEN 1 THEN 'repeated' ELSE 'ambiguous' END END AS placed
FROM sample p CROSS JOIN result_current r ON r.site_key = 0 AND r.day = p.day AND r.sample_key = p.sample_key
WHERE p.site_key = 0 AND NOT EXISTS (SELECT 1 FROM result_placed o WHERE o.sample_id = p.sample_id
  AND o.own_site_key = 0 AND o.own_day = r.day AND o.sample_key = r.sample_key AND o.analyte_key = r.analyte_key
  AND o.method_key = r.method_key AND o.replicate = r.replicate AND o.revision = r.revision AND o.bound = 1);

DROP VIEW v_coverage;
CREATE VIEW v_coverage AS
SELECT (m.week * 7 - 3) * 86400 AS time, s.site_id, s.region_id, count(DISTINCT m.day) AS days_sampled,
  count(DISTINCT m.sample_key) AS samples, count(*) AS results
FROM (SELECT r.site_key, r.day, r.sample_key, (r.day + 3 - (r.day + 3) % 7) / 7 AS week FROM result_placed r) m
JOIN site s USING (site_key) GROUP BY m.week, s.site_id, s.region_id;

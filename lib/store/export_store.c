// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/export_store.h"

#include <string.h>

#include "store/db.h"
#include "store/quality_sql.h"

// Every query takes ?1 site, ?2 drug, ?3 ISO week, and those of a batch ?4 its name (NULL: all); those of
// regions and periods ?5 region, ?6 scale, ?7 period too. The functions wdm_* are those of sql_functions.c.
typedef struct export_query {
    const char *name;
    const char *sql;
} export_query;

#define CURRENT_SET                                                                                          \
    "JOIN factor_set f USING (factor_set_key) WHERE f.factor_set = (SELECT s.factor_set FROM "               \
    "config_current c JOIN config_set s "                                                                    \
    "USING (config_set_id)) "

#define RESULT_COLUMNS                                                                                       \
    "sample_key, analysed_day, analyte_key, method_key, replicate, revision, state, value_ng_l, lod_ng_l, "  \
    "loq_ng_l, u_rel, batch_id, "                                                                            \
    "line, flags, raw_value, raw_unit, lab_key, sample_id, sample_type"

// Columns of `trend` that later versions added.
#define OF_PLACE                                                                                             \
    " LEFT JOIN site s ON t.place_kind = 'site' AND s.site_key = t.place_key LEFT JOIN region g ON "         \
    "t.place_kind = 'region' AND g.region_key = t.place_key JOIN drug d USING (drug_key) JOIN analyte a ON " \
    "a.analyte_key = t.biomarker_key WHERE t.factor_set_key = " WDM_DB_FACTOR_SET_KEY                        \
    " AND (?1 IS NULL OR s.site_id = ?1) AND (?2 IS NULL OR d.drug_id = ?2) "
#define SERIES                                                                                               \
    "s.site_id, g.region_id, d.drug_id, a.analyte_id AS biomarker_id, wdm_quantity(t.quantity) AS "          \
    "quantity, "
#define BY_SERIES "ORDER BY t.place_kind DESC, s.site_id, g.region_id, d.drug_id, a.analyte_id, t.quantity"
#define TREND_MORE                                                                                           \
    "wdm_scale(t.scale) AS scale, g.region_id, t.period, wdm_date(t.first_day) AS first, "                   \
    "wdm_date(t.last_day) "                                                                                  \
    "AS last, t.method, t.n_censored, t.p_independent, t.autocorrelation, t.n_eff, t.seasonal_slope_pct, "   \
    "t.seasonal_p, t.between_log_sd, t.change_prev_period, t.change_year_period, wdm_date(t.judged_from) "   \
    "AS "                                                                                                    \
    "judged_from, t.level, t.level_lo95, t.level_hi95, t.n_segments, wdm_date(t.segment_from) AS "           \
    "segment_from, t.segment_word, t.source, t.offset_pct, t.offset_lo95, t.offset_hi95, "                   \
    "wdm_date(t.changepoint) AS changepoint, t.changepoint_pct, t.changepoint_lo95, t.changepoint_hi95, "    \
    "t.changepoint_p, t.record, t.record_since, t.record_n, t.record_former, t.record_p, t.record_word"

static const export_query queries[] = {
    {"daily",
     "SELECT s.site_id, d.drug_id, a.analyte_id AS biomarker_id, wdm_date(e.day) AS date, "
     "wdm_quantity(e.quantity) AS quantity, "
     "wdm_unit(e.quantity) AS unit, e.estimate, e.limit_value AS \"limit\", e.median, e.lo95, e.hi95, "
     "e.lo95_random, e.hi95_random, "
     "e.rsd_total, e.rsd_random, e.censored, wdm_flags(e.flags) AS flags, f.factor_set FROM daily e JOIN "
     "site s USING (site_key) "
     "JOIN drug d USING (drug_key) JOIN analyte a ON a.analyte_key = e.biomarker_key " CURRENT_SET
     "AND (?1 IS NULL OR s.site_id = ?1) AND (?2 IS NULL OR d.drug_id = ?2) AND (?3 IS NULL OR "
     "wdm_iso_week((e.day + 3) / 7) = ?3) ORDER BY s.site_id, d.drug_id, a.analyte_id, e.quantity, e.day"},
    {"weekly", "SELECT s.site_id, d.drug_id, a.analyte_id AS biomarker_id, wdm_iso_week(e.week) AS iso_week, "
               "wdm_quantity(e.quantity) AS "
               "quantity, wdm_unit(e.quantity) AS unit, e.estimate, e.limit_value AS \"limit\", e.bound_low, "
               "e.bound_high, e.median, e.lo95, "
               "e.hi95, e.lo95_random, e.hi95_random, e.n_days, e.n_censored, e.days, e.weekday_mean, "
               "e.weekend_mean, e.censoring_method, "
               "wdm_flags(e.flags) AS flags, f.factor_set, e.rsd_total, e.rsd_random, e.day_median, e.sum, "
               "e.sum_sq, e.population, e.budget, e.n_left_out "
               "FROM weekly e JOIN site s USING (site_key) JOIN drug d USING (drug_key) JOIN analyte a ON "
               "a.analyte_key = e.biomarker_key " CURRENT_SET
               "AND (?1 IS NULL OR s.site_id = ?1) AND (?2 IS NULL OR d.drug_id = ?2) AND (?3 IS NULL OR "
               "wdm_iso_week(e.week) = ?3) "
               "ORDER BY s.site_id, d.drug_id, a.analyte_id, e.quantity, e.week"},
    // Ratios belong to no drug: one of analytes of several drugs would stand twice.
    {"ratios",
     "SELECT s.site_id, e.ratio_id, e.kind, CASE e.scale WHEN 0 THEN 'day' ELSE 'week' END AS scale, "
     "CASE e.scale WHEN 0 THEN wdm_date(e.period) END AS date, "
     "wdm_iso_week(CASE e.scale WHEN 0 THEN (e.period + 3) / 7 ELSE e.period END) AS iso_week, "
     "e.ratio, e.sign, e.limit_value AS \"limit\", e.lo95, e.hi95, e.low, e.high, e.verdict, "
     "e.bound_low, e.bound_high, e.n_days, wdm_flags(e.flags) AS flags, f.factor_set "
     "FROM ratio e JOIN site s USING (site_key) " CURRENT_SET
     "AND (?1 IS NULL OR s.site_id = ?1) AND ?2 IS NULL AND (?3 IS NULL OR "
     "wdm_iso_week(CASE e.scale WHEN 0 THEN (e.period + 3) / 7 ELSE e.period END) = ?3) "
     "ORDER BY s.site_id, e.ratio_id, e.scale, e.period"},
    {"region",
     "SELECT g.region_id, d.drug_id, wdm_iso_week(e.week) AS iso_week, wdm_quantity(e.quantity) AS quantity, "
     "wdm_unit(e.quantity) AS "
     "unit, e.estimate, e.lo95, e.hi95, e.population, e.coverage, e.n_sites, a.analyte_id AS biomarker_id, "
     "e.bound_low, e.bound_high, "
     "e.lo95_random, e.hi95_random, e.n_days, e.n_censored, wdm_flags(e.flags) AS flags, f.factor_set, "
     "e.budget, e.limit_value AS \"limit\", e.median FROM region_weekly e "
     "JOIN region g USING (region_key) JOIN drug d USING (drug_key) JOIN analyte a ON a.analyte_key = "
     "e.biomarker_key " CURRENT_SET
     "AND ?1 IS NULL AND (?2 IS NULL OR d.drug_id = ?2) AND (?3 IS NULL OR wdm_iso_week(e.week) = ?3) AND "
     "(?5 IS NULL OR g.region_id = ?5) "
     "ORDER BY g.region_id, d.drug_id, a.analyte_id, e.quantity, e.week"},
    {"period",
     "SELECT s.site_id, g.region_id, d.drug_id, a.analyte_id AS biomarker_id, wdm_scale(e.scale) AS scale, "
     "e.period, wdm_date(e.first_day) AS first, wdm_date(e.last_day) AS last, wdm_quantity(e.quantity) AS "
     "quantity, wdm_unit(e.quantity) AS unit, e.estimate, e.limit_value AS \"limit\", e.bound_low, "
     "e.bound_high, e.median, e.lo95, e.hi95, e.lo95_random, e.hi95_random, e.n_days, e.n_censored, "
     "e.n_weeks, e.population, e.coverage, e.n_sites, e.censoring_method, wdm_flags(e.flags) AS flags, "
     "f.factor_set, e.days_share, e.weekday_mean, e.weekend_mean, e.rsd_total, e.rsd_random, e.day_median, "
     "e.sum, e.sum_sq, e.budget, e.n_left_out FROM period e LEFT JOIN site s ON e.place_kind = 'site' AND "
     "s.site_key = "
     "e.place_key LEFT JOIN region g ON e.place_kind = 'region' AND g.region_key = e.place_key JOIN drug d "
     "USING (drug_key) JOIN analyte a ON a.analyte_key = e.biomarker_key " CURRENT_SET
     "AND (?1 IS NULL OR s.site_id = ?1) AND (?2 IS NULL OR d.drug_id = ?2) AND ?3 IS NULL AND "
     "(?5 IS NULL OR g.region_id = ?5) AND (?6 IS NULL OR wdm_scale(e.scale) = ?6) AND (?7 IS NULL OR "
     "e.period = ?7) "
     "ORDER BY e.place_kind DESC, s.site_id, g.region_id, d.drug_id, a.analyte_id, e.quantity, e.scale, "
     "e.first_day, e.period"},
    {"population", "SELECT s.site_id, wdm_date(p.day) AS date, p.method, p.population, p.lo95, p.hi95, "
                   "p.rsd, p.weight, p.used, "
                   "wdm_flags(p.flags) AS flags, o.source, p.n, p.u_random, p.u_shared, f.factor_set FROM "
                   "population_estimate p "
                   "JOIN site s USING (site_key) JOIN population_source o USING (source_key) " CURRENT_SET
                   "AND (?1 IS NULL OR s.site_id = ?1) AND ?2 IS NULL AND (?3 IS NULL OR wdm_iso_week((p.day "
                   "+ 3) / 7) = ?3) "
                   "ORDER BY s.site_id, p.day, p.method"},
    // Weekly rows of sites unless a scale (or "all") or a region is asked for.
    {"trend",
     "SELECT s.site_id, d.drug_id, a.analyte_id AS biomarker_id, wdm_quantity(t.quantity) AS quantity, "
     "wdm_unit(t.quantity) AS unit, wdm_date(t.as_of) AS as_of, nullif(t.window_weeks, 0) AS window_weeks, "
     "t.n, "
     "t.slope_pct_per_year, t.slope_lo95, t.slope_hi95, t.p_value, t.class, t.change_prev_pct, "
     "t.change_year_pct, t.baseline, t.state, wdm_iso_week(t.week) AS iso_week, t.change_prev_lo95, "
     "t.change_prev_hi95, t.change_prev_word, t.change_year_lo95, t.change_year_hi95, t.change_year_word, "
     "t.baseline_lo95, t.baseline_hi95, t.factor, t.factor_p, " TREND_MORE " FROM trend t" OF_PLACE
     "AND (?3 IS NULL OR "
     "wdm_iso_week(t.week) = ?3) AND CASE WHEN ?5 IS NOT NULL THEN g.region_id = ?5 WHEN ?6 IS NOT NULL THEN "
     "1 "
     "ELSE t.place_kind = 'site' END AND CASE WHEN ?6 = 'all' THEN 1 WHEN ?6 IS NOT NULL THEN "
     "wdm_scale(t.scale) = ?6 ELSE t.scale = 1 END AND (?7 IS NULL OR t.period = ?7) AND ?4 IS NULL "
     "ORDER BY t.place_kind DESC, s.site_id, g.region_id, d.drug_id, a.analyte_id, t.quantity, t.scale"},
    // Ranks and probabilities against the places of a region, an imported set, and published levels.
    {"benchmark",
     "SELECT " SERIES
     "wdm_scale(t.scale) AS scale, t.period, t.kind, t.reference, t.reference_period, t.value, "
     "t.log_sd, t.reference_value, t.reference_log_sd, t.n_places, t.rank, t.rank_lo, t.rank_hi, t.quantile, "
     "t.ratio, t.ratio_lo95, t.ratio_hi95, t.p_above, t.word FROM benchmark t" OF_PLACE
     "AND (?3 IS NULL OR t.scale = 1 AND t.period = ?3) AND ?4 IS NULL AND (?5 IS NULL OR t.reference = ?5) "
     "AND "
     "(?6 IS NULL OR wdm_scale(t.scale) = ?6) AND (?7 IS NULL OR t.period = ?7) " BY_SERIES
     ", t.scale, t.kind, t.reference"},
    {"campaigns",
     "SELECT t.campaign_id, t.part, " SERIES "wdm_date(t.first_day) AS first, wdm_date(t.last_day) AS last, "
     "t.n_before, t.n_weeks, t.n_sites, t.effect_pct, t.effect_lo95, t.effect_hi95, t.effect_word, "
     "t.n_outside, "
     "t.outside_pct, t.outside_lo95, t.outside_hi95, t.net_pct, t.net_lo95, t.net_hi95, t.net_word FROM "
     "campaign_effect t" OF_PLACE
     "AND ?3 IS NULL AND ?4 IS NULL AND (?5 IS NULL OR g.region_id = ?5) AND ?6 IS "
     "NULL AND (?7 IS NULL OR t.campaign_id = ?7) ORDER BY t.campaign_id, t.part DESC, t.place_kind DESC, "
     "s.site_id, g.region_id, d.drug_id, a.analyte_id, t.quantity"},
    {"level",
     "SELECT " SERIES "wdm_iso_week(t.week) AS iso_week, t.level, t.lo95, t.hi95 FROM trend_level t" OF_PLACE
     "AND (?3 IS NULL OR wdm_iso_week(t.week) = ?3) AND ?4 IS NULL AND (?5 IS NULL OR g.region_id = "
     "?5) " BY_SERIES ", t.week"},
    {"changepoints",
     "SELECT " SERIES "wdm_scale(t.scale) AS scale, wdm_date(t.day) AS date, t.period, t.change_pct, t.lo95, "
     "t.hi95, t.p_value FROM trend_changepoint t" OF_PLACE
     "AND ?3 IS NULL AND ?4 IS NULL AND (?5 IS NULL OR g.region_id = ?5) AND (?6 IS NULL OR "
     "wdm_scale(t.scale) = "
     "?6) AND (?7 IS NULL OR t.period = ?7) " BY_SERIES ", t.scale, t.day"},
    {"segments", "SELECT s.site_id, d.drug_id, a.analyte_id AS biomarker_id, wdm_quantity(t.quantity) AS "
                 "quantity, t.segment, "
                 "wdm_date(t.first_day) AS first, wdm_date(t.last_day) AS last, t.source, t.n, t.shift_log, "
                 "t.shift_log_sd, "
                 "t.n_overlap FROM trend_segment t JOIN site s USING (site_key) JOIN drug d USING (drug_key) "
                 "JOIN analyte a ON "
                 "a.analyte_key = t.biomarker_key WHERE t.factor_set_key = " WDM_DB_FACTOR_SET_KEY
                 " AND (?1 IS NULL OR s.site_id = ?1) AND (?2 IS NULL OR d.drug_id = ?2) AND ?3 IS NULL "
                 "ORDER BY s.site_id, "
                 "d.drug_id, a.analyte_id, t.quantity, t.segment"},
    {"alerts", "SELECT l.alert_id, s.site_id, l.region_id, d.drug_id, a.analyte_id AS biomarker_id, "
               "wdm_quantity(l.quantity) AS quantity, "
               "wdm_unit(l.quantity) AS unit, l.rule_id, l.family, l.level, l.state, wdm_date(l.opened) AS "
               "opened, wdm_date(l.last_seen) AS "
               "last_seen, wdm_date(l.closed) AS closed, l.value, l.threshold, l.probability, l.reason, "
               "l.lo95, l.hi95, l.baseline, l.factor, "
               "l.weeks, l.acknowledged_by, l.acknowledged_note, l.reason_zh, l.one_off, l.inhibited_by, "
               "l.previous_alert_id, l.group_key FROM alert l LEFT JOIN site s USING "
               "(site_key) JOIN drug d USING (drug_key) "
               "LEFT JOIN analyte a ON a.analyte_key = l.biomarker_key WHERE (?1 IS NULL OR s.site_id = ?1) "
               "AND (?2 IS NULL OR d.drug_id = ?2) "
               "AND ?3 IS NULL ORDER BY l.alert_id"},
    {"alert_events",
     "SELECT e.event_id, e.alert_id, wdm_date(e.as_of) AS as_of, wdm_iso_week(e.week) AS iso_week, e.event, "
     "e.cause, e.level, s.site_id, l.region_id, d.drug_id, a.analyte_id AS biomarker_id, "
     "wdm_quantity(l.quantity) AS quantity, wdm_unit(l.quantity) AS unit, l.rule_id, l.family, e.value, "
     "e.lo95, e.hi95, e.threshold, e.baseline, e.factor, e.probability, e.reason, e.reason_zh, e.rule, "
     "(SELECT count(*) FROM alert_event_result r WHERE r.event_id = e.event_id) + (SELECT count(*) FROM "
     "alert_event_load r WHERE r.event_id = e.event_id) AS result_rows, e.run_id FROM alert_event e JOIN "
     "alert l USING (alert_id) LEFT JOIN site s USING (site_key) JOIN drug d USING (drug_key) LEFT JOIN "
     "analyte a ON a.analyte_key = l.biomarker_key WHERE (?1 IS NULL OR s.site_id = ?1) AND (?2 IS NULL OR "
     "d.drug_id = ?2) AND (?3 IS NULL OR wdm_iso_week(e.week) = ?3) ORDER BY e.event_id"},
    {"rejects", "SELECT b.name AS batch_id, r.line, r.column_name AS \"column\", r.code, r.severity, "
                "r.value, r.message FROM reject r "
                "JOIN batch b USING (batch_id) WHERE ?1 IS NULL AND ?2 IS NULL AND ?3 IS NULL AND (?4 IS "
                "NULL OR b.name = ?4) ORDER BY "
                "r.batch_id, r.line, r.seq"},
    {"results",
     "SELECT b.name AS batch_id, r.sample_id, s.site_id, wdm_when(r.day, r.start_minute) AS collected_start, "
     "wdm_when(r.end_day, r.end_minute) AS collected_end, a.analyte_id, "
     "wdm_result_state(wdm_qc_state(r.state, r.qc)) AS state, "
     "r.value_ng_l, r.lod_ng_l, r.loq_ng_l, coalesce(f.flow_m3_d, g.flow_m3_d) AS flow_m3_d, r.revision, "
     "r.line, wdm_flags(wdm_qc_flags(r.flags, r.qc)) AS flags, l.lab_id, m.method_id, r.sample_type, "
     "r.replicate, r.u_rel, "
     "r.raw_value, r.raw_unit, b.file, b.sha256, r.placed, r.qc_codes FROM (SELECT r.*, " WDM_DB_QC_SEVERITY
     " AS qc, " WDM_DB_QC_CODES " AS qc_codes FROM (SELECT " RESULT_COLUMNS
     ", site_key, day, start_minute, end_day, end_minute, 'placed' AS placed FROM result_placed UNION ALL "
     "SELECT " RESULT_COLUMNS ", 0, NULL, NULL, NULL, NULL, placed FROM result_unplaced) r) r "
     "JOIN site s ON s.site_key = r.site_key JOIN analyte a ON a.analyte_key = r.analyte_key JOIN lab l ON "
     "l.lab_key = r.lab_key JOIN method m ON m.method_key = r.method_key JOIN batch b ON b.batch_id = "
     "r.batch_id " WDM_DB_FIELD_OF_RESULT
     "WHERE (?1 IS NULL OR s.site_id = ?1) AND ?2 IS NULL AND (?3 IS NULL OR wdm_iso_week((r.day + 3) / 7) = "
     "?3) ORDER BY s.site_id, r.day, r.sample_id, a.analyte_id, l.lab_id, "
     "m.method_id, r.replicate"},
    {"batches",
     "SELECT b.name AS batch_id, b.file, b.layout, b.encoding, b.status, b.imported_at, b.rows, b.stored, "
     "b.same, b.corrected, "
     "b.conflict, b.rejected, b.left_out, c.name AS corrects, b.sha256, b.canonical_sha256 FROM batch b LEFT "
     "JOIN batch c ON "
     "c.batch_id = b.corrects_batch_id WHERE ?1 IS NULL AND ?2 IS NULL AND ?3 IS NULL AND (?4 IS NULL OR "
     "b.name = ?4) ORDER BY b.batch_id"},
    {"audit", "SELECT u.audit_id, u.at, u.user, u.run_id, b.name AS batch_id, u.file, u.line, u.sha256, "
              "u.action, u.item, u.old_value, "
              "u.new_value FROM audit u LEFT JOIN batch b USING (batch_id) WHERE ?1 IS NULL AND ?2 IS NULL "
              "AND ?3 IS NULL AND (?4 IS NULL OR b.name = ?4) ORDER BY u.audit_id"},
    // Findings of quality control; ?2 has no meaning here.
    {"quality",
     "SELECT b.name AS batch_id, f.line, l.lab_id, m.method_id, coalesce(a.analyte_id, '') AS analyte_id, "
     "wdm_date(f.analysed_day) AS analysed_at, coalesce(p.sample_id, '') AS sample_id, f.replicate, f.code, "
     "wdm_qc_severity(f.severity) AS severity, f.value, f.low, f.high, f.below_ng_l, f.rule_id, f.message, "
     "c.name AS covers_batch_id, o.site_id FROM qc_finding_current f JOIN batch b ON b.batch_id = f.batch_id "
     "JOIN batch c ON c.batch_id = f.covers_batch_id JOIN lab l ON l.lab_key = f.lab_key JOIN method m ON "
     "m.method_key = f.method_key LEFT JOIN analyte a ON a.analyte_key = f.analyte_key LEFT JOIN sample p ON "
     "p.sample_key = f.sample_key LEFT JOIN site o ON o.site_key = p.site_key WHERE (?1 IS NULL OR o.site_id "
     "= "
     "?1) AND ?2 IS NULL AND ?3 IS NULL AND (?4 IS NULL OR b.name = ?4 OR c.name = ?4) ORDER BY "
     "f.finding_id"},
    {"controls",
     "SELECT l.lab_id, m.method_id, a.analyte_id, q.chart AS control, wdm_date(q.day) AS date, p.sample_id, "
     "q.value_ng_l, t.mean_ng_l, t.sd_ng_l, t.n_earlier, t.z, wdm_westgard(t.rules) AS rules, CASE t.state "
     "WHEN "
     "0 THEN 'judged' ELSE 'insufficient' END AS state, b.name AS batch_id, q.line FROM qc_point t JOIN "
     "qc_row "
     "q USING (qc_row_id) JOIN batch b ON b.batch_id = q.batch_id AND b.status <> 'undone' JOIN lab l ON "
     "l.lab_key = q.lab_key JOIN method m ON m.method_key = q.method_key JOIN analyte a ON a.analyte_key = "
     "q.analyte_key JOIN sample p ON p.sample_key = q.sample_key WHERE ?1 IS NULL AND ?2 IS NULL AND (?3 IS "
     "NULL OR wdm_iso_week((q.day + 3) / 7) = ?3) AND (?4 IS NULL OR b.name = ?4) ORDER BY l.lab_id, "
     "m.method_id, a.analyte_id, q.chart, q.day, q.qc_row_id"},
    {"indicators",
     "SELECT i.region_id, wdm_date(i.period_start) AS period_start, wdm_date(i.period_end) AS period_end, "
     "i.kind, i.substance, "
     "CASE WHEN i.hidden THEN NULL ELSE i.tested END AS tested, CASE WHEN i.hidden THEN NULL ELSE i.positive "
     "END AS positive, "
     "CASE WHEN i.hidden OR i.tested = 0 THEN NULL ELSE 1.0 * i.positive / i.tested END AS proportion, "
     "CASE WHEN i.hidden THEN NULL ELSE wdm_wilson(i.positive, i.tested, 0) END AS lo95, "
     "CASE WHEN i.hidden THEN NULL ELSE wdm_wilson(i.positive, i.tested, 1) END AS hi95, i.hidden AS "
     "suppressed, i.source "
     "FROM (SELECT j.*, wdm_suppressed(j.positive, j.tested) AS hidden FROM indicator j JOIN batch b ON "
     "b.batch_id = j.batch_id AND "
     "b.status <> 'undone' WHERE NOT EXISTS (SELECT 1 FROM indicator k JOIN batch kb ON kb.batch_id = "
     "k.batch_id AND kb.status <> "
     "'undone' WHERE k.region_id = j.region_id AND k.period_start = j.period_start AND k.period_end = "
     "j.period_end AND k.kind = j.kind "
     "AND k.substance = j.substance AND k.revision > j.revision)) i WHERE ?1 IS NULL AND ?2 IS NULL AND ?3 "
     "IS NULL "
     "ORDER BY i.region_id, i.period_start, i.kind, i.substance"},
    // Own means first, then the join: the other way round SQLite scans all loads for each published mean.
    {"published",
     "WITH own AS (SELECT place_id, analyte_key, CAST(strftime('%Y', day * 86400, 'unixepoch') AS INTEGER) "
     "AS year, "
     "count(*) AS n_days, avg(coalesce(load_mg_d_1000, 0)) AS daily_mean, "
     "avg(coalesce(load_mg_d_1000, 0)) FILTER (WHERE (day + 3) % 7 IN (1, 2, 3)) AS weekday_mean, "
     "avg(coalesce(load_mg_d_1000, 0)) FILTER (WHERE (day + 3) % 7 NOT IN (1, 2, 3)) AS weekend_mean "
     "FROM published_load_current WHERE place_kind = 'site' GROUP BY place_id, analyte_key, year) "
     "SELECT s.site_id, a.analyte_id AS biomarker_id, m.year, m.weekday_mean, m.weekend_mean, m.daily_mean, "
     "coalesce(o.n_days, 0) AS n_days, o.daily_mean AS own_daily_mean, o.weekday_mean AS own_weekday_mean, "
     "o.weekend_mean AS own_weekend_mean, o.daily_mean - m.daily_mean AS difference "
     "FROM (SELECT p.* FROM published_mean p JOIN batch pb USING (batch_id) WHERE pb.status <> 'undone' AND "
     "NOT EXISTS (SELECT 1 FROM "
     "published_mean q JOIN batch qb USING (batch_id) WHERE qb.status <> 'undone' AND q.site_key = "
     "p.site_key AND q.analyte_key = "
     "p.analyte_key AND q.year = p.year AND q.batch_id > p.batch_id)) m JOIN site s USING (site_key) JOIN "
     "analyte a USING (analyte_key) "
     "LEFT JOIN own o ON o.place_id = s.site_id AND o.analyte_key = m.analyte_key AND o.year = m.year "
     "WHERE (?1 IS NULL OR s.site_id = ?1) AND ?2 IS NULL AND ?3 IS NULL "
     "ORDER BY s.site_id, a.analyte_id, m.year"},
};
enum { N_QUERIES = sizeof queries / sizeof queries[0] };

const char *const wdm_export_names[] = {"daily",        "weekly",       "region",    "period",    "trend",
                                        "alerts",       "alert_events", "rejects",   "results",   "batches",
                                        "audit",        "indicators",   "published", "quality",   "controls",
                                        "population",   "ratios",       "benchmark", "campaigns", "level",
                                        "changepoints", "segments",     NULL};

wdm_rc wdm_export_open(wdm_store *store, const char *name, const wdm_export_filter *filter,
                       wdm_export *export, wdm_err *err)
{
    const char *const values[] = {filter->site_id,   filter->drug_id, filter->iso_week, filter->batch,
                                  filter->region_id, filter->scale,   filter->period};
    sqlite3_stmt *stmt = NULL;
    const char *sql = NULL;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < N_QUERIES; i++) {
        if (strcmp(queries[i].name, name) == 0)
            sql = queries[i].sql;
    }
    if (sql == NULL)
        return wdm_err_set(
            err, WDM_E_USAGE,
            "\"%s\" is not a table; write daily, weekly, region, period, population, trend, alerts, rejects, "
            "results, batches, audit, indicators, published, sites, comparisons, "
            "quality, controls, changes, ratios, benchmark, campaigns, level, changepoints or segments",
            name);
    rc = wdm_db_prepare(store, sql, &stmt, err);
    if (rc != WDM_OK)
        return rc;
    export->none = false;
    for (int i = 0; i < (int)(sizeof values / sizeof values[0]); i++) {
        if (values[i] != NULL && i >= sqlite3_bind_parameter_count(stmt))
            export->none = true;
        else if (values[i] != NULL)
            wdm_db_bind_text(stmt, i + 1, values[i]);
    }
    export->store = store;
    export->stmt = stmt;
    export->n_columns = (size_t)sqlite3_column_count(stmt);
    if (export->n_columns > WDM_EXPORT_COLUMNS_MAX)
        return wdm_err_set(err, WDM_E_INTERNAL, "export %s has more than %d columns", name,
                           WDM_EXPORT_COLUMNS_MAX);
    for (size_t i = 0; i < export->n_columns; i++)
        export->columns[i] = sqlite3_column_name(stmt, (int)i);
    return WDM_OK;
}

wdm_rc wdm_export_next(wdm_export *export, wdm_export_cell *cells, bool *row, wdm_err *err)
{
    sqlite3_stmt *stmt = export->stmt;
    wdm_rc rc = WDM_OK;
    *row = false;
    if (export->none)
        return WDM_OK;
    rc = wdm_db_step(export->store, stmt, row, err);
    if (rc != WDM_OK || !*row)
        return rc;
    for (int i = 0; i < (int)export->n_columns; i++) {
        wdm_export_cell *cell = &cells[i];
        memset(cell, 0, sizeof *cell);
        switch (sqlite3_column_type(stmt, i)) {
        case SQLITE_INTEGER:
            cell->kind = WDM_EXPORT_INTEGER;
            cell->integer = sqlite3_column_int64(stmt, i);
            break;
        case SQLITE_FLOAT:
            cell->kind = WDM_EXPORT_REAL;
            cell->real = sqlite3_column_double(stmt, i);
            break;
        case SQLITE_NULL:
            cell->kind = WDM_EXPORT_NULL;
            break;
        default:
            cell->kind = WDM_EXPORT_TEXT;
            cell->text = wdm_db_text(stmt, i);
            break;
        }
    }
    return WDM_OK;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/trend_store.h"

#include <math.h>

#include "store/bind.h"

#define Z95 1.959963984540054

#define OF_SET " WHERE factor_set_key = " WDM_DB_FACTOR_SET_KEY "; "

wdm_rc wdm_store_clear_trend(wdm_store *store, wdm_err *err)
{
    return wdm_db_exec(store,
                       "DELETE FROM trend" OF_SET "DELETE FROM baseline" OF_SET
                       "DELETE FROM trend_segment" OF_SET "DELETE FROM trend_level" OF_SET
                       "DELETE FROM trend_changepoint" OF_SET "DELETE FROM benchmark" OF_SET
                       "DELETE FROM campaign_effect" OF_SET,
                       err);
}

// What a point's period is called; "" for none.
static const char *period_text(const wdm_trend_point *point, wdm_scale scale, char text[WDM_PERIOD_TEXT])
{
    if (point == NULL)
        return "";
    return point->name != NULL ? point->name
                               : wdm_period_format(&(wdm_period){scale, point->first, point->last}, text);
}

static double pct(double log_ratio)
{
    return 100.0 * expm1(log_ratio);
}

static void put_change(wdm_binder *b, const wdm_trend_change *change, wdm_scale scale)
{
    char text[WDM_PERIOD_TEXT];
    wdm_put_reals(b, (const double[]){change->pct, change->lo95, change->hi95}, 3);
    wdm_put_text(b, change->word);
    wdm_put_text(b, period_text(change->against, scale, text));
}

static void put_segment_columns(wdm_binder *b, const wdm_trend_row *row)
{
    wdm_put_int(b, (int64_t)row->n_segments);
    wdm_put_day(b, row->segment_from);
    wdm_put_text(b, row->segment_word);
    wdm_put_text(b, row->source);
    wdm_put_reals(b,
                  (const double[]){pct(row->offset_log), pct(row->offset_log - Z95 * row->offset_sd),
                                   pct(row->offset_log + Z95 * row->offset_sd)},
                  3);
}

static void put_record(wdm_binder *b, const wdm_series_record *record, wdm_scale scale)
{
    char text[WDM_PERIOD_TEXT];
    const bool is_one = record->kind != WDM_RECORD_NONE;
    wdm_put_text(b, wdm_series_record_kind_text(record->kind));
    wdm_put_text(b, period_text(record->since, scale, text));
    if (is_one)
        wdm_put_int(b, (int64_t)record->n);
    else
        wdm_put_null(b);
    wdm_put_text(b, period_text(record->former, scale, text));
    wdm_put_reals(b, &record->p, 1);
    wdm_put_text(b, wdm_series_record_word(record));
}

static const char trend_sql[] =
    "INSERT INTO trend (factor_set_key, place_kind, place_key, drug_key, biomarker_key, quantity, scale, "
    "as_of, "
    "period, week, first_day, last_day, window_weeks, n, n_censored, method, slope_pct_per_year, slope_lo95, "
    "slope_hi95, p_value, p_independent, autocorrelation, n_eff, seasonal_slope_pct, seasonal_p, class, "
    "between_log_sd, change_prev_pct, change_prev_lo95, change_prev_hi95, change_prev_word, "
    "change_prev_period, "
    "change_year_pct, change_year_lo95, change_year_hi95, change_year_word, change_year_period, baseline, "
    "baseline_lo95, baseline_hi95, factor, factor_p, state, judged_from, level, level_lo95, level_hi95, "
    "n_segments, segment_from, segment_word, source, offset_pct, offset_lo95, offset_hi95, changepoint, "
    "changepoint_pct, changepoint_lo95, changepoint_hi95, changepoint_p, record, record_since, record_n, "
    "record_former, record_p, record_word) VALUES (" WDM_DB_FACTOR_SET_KEY
    ", ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, "
    "?23, "
    "?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43, "
    "?44, "
    "?45, ?46, ?47, ?48, ?49, ?50, ?51, ?52, ?53, ?54, ?55, ?56, ?57, ?58, ?59, ?60, ?61, ?62, ?63, ?64)";

wdm_rc wdm_store_put_trend(wdm_store *store, const wdm_trend_row *row, wdm_err *err)
{
    const wdm_trend *t = &row->trend;
    const wdm_series *s = row->series;
    wdm_binder b = {NULL, 0};
    wdm_rc rc = wdm_db_prepare(store, trend_sql, &b.stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_put_place(&b, s->site_key, s->region_key);
    wdm_put_int(&b, s->drug_key);
    wdm_put_int(&b, s->biomarker_key);
    wdm_put_int(&b, (int64_t)s->quantity);
    wdm_put_int(&b, (int64_t)row->scale);
    wdm_put_day(&b, row->as_of);
    wdm_put_text(&b, row->period);
    if (row->scale == WDM_SCALE_WEEK)
        wdm_put_int(&b, wdm_week_index(row->first));
    else
        wdm_put_null(&b);
    wdm_put_day(&b, row->first);
    wdm_put_day(&b, row->last);
    wdm_put_int(&b, row->window_weeks);
    wdm_put_int(&b, (int64_t)t->n);
    wdm_put_int(&b, (int64_t)t->n_censored);
    wdm_put_text(&b, t->method);
    wdm_put_reals(&b,
                  (const double[]){t->slope_pct_per_year, t->slope_lo95, t->slope_hi95, t->p_value,
                                   t->p_independent, t->autocorrelation, t->n_eff,
                                   t->seasonal_slope_pct_per_year, t->seasonal_p},
                  9);
    wdm_put_text(&b, wdm_trend_class_text(t->class_));
    wdm_put_reals(&b, &t->between_log_sd, 1);
    put_change(&b, &t->previous, row->scale);
    put_change(&b, &t->year, row->scale);
    wdm_put_reals(
        &b,
        (const double[]){row->baseline, row->baseline_lo95, row->baseline_hi95, row->factor, row->factor_p},
        5);
    wdm_put_text(&b, row->state);
    wdm_put_day(&b, row->judged_from);
    wdm_put_reals(&b, (const double[]){row->level.level, row->level.lo95, row->level.hi95}, 3);
    put_segment_columns(&b, row);
    wdm_put_day(&b, row->changepoint);
    wdm_put_reals(
        &b, (const double[]){pct(row->step.log), pct(row->step.log_lo), pct(row->step.log_hi), row->step.p},
        4);
    put_record(&b, &row->record, row->scale);
    return wdm_db_run(store, b.stmt, err);
}

wdm_rc wdm_store_put_baseline(wdm_store *store, const wdm_series *series, const wdm_replay_week *week,
                              bool below, wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO baseline (factor_set_key, site_key, drug_key, biomarker_key, quantity, week, baseline, "
        "lo95, hi95, notice, warning, critical, n, state, factor, p_value, alarmed) VALUES "
        "(" WDM_DB_FACTOR_SET_KEY ", ?1, "
        "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, series->site_key);
    wdm_db_bind_int(stmt, 2, series->drug_key);
    wdm_db_bind_int(stmt, 3, series->biomarker_key);
    wdm_db_bind_int(stmt, 4, (int64_t)series->quantity);
    wdm_db_bind_int(stmt, 5, week->week);
    wdm_db_bind_real(stmt, 6, week->baseline);
    wdm_db_bind_real(stmt, 7, week->lo95);
    wdm_db_bind_real(stmt, 8, week->hi95);
    wdm_db_bind_real(stmt, 9, week->line[WDM_LEVEL_NOTICE]);
    wdm_db_bind_real(stmt, 10, week->line[WDM_LEVEL_WARNING]);
    wdm_db_bind_real(stmt, 11, week->line[WDM_LEVEL_CRITICAL]);
    wdm_db_bind_int(stmt, 12, (int64_t)week->n);
    wdm_db_bind_text(stmt, 13, wdm_week_state_text(week->state));
    wdm_db_bind_real(stmt, 14, week->factor);
    wdm_db_bind_real(stmt, 15, below ? week->p_low : week->p_high);
    wdm_db_bind_int(stmt, 16, week->alarmed ? 1 : 0);
    return wdm_db_run(store, stmt, err);
}

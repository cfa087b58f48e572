// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/trend_store.h"

#include <math.h>

#include "store/db.h"

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

// Binds the next parameters of a statement in order.
typedef struct binder {
    sqlite3_stmt *stmt;
    int at;
} binder;

static void put_int(binder *b, int64_t value)
{
    wdm_db_bind_int(b->stmt, ++b->at, value);
}

static void put_text(binder *b, const char *text)
{
    wdm_db_bind_text(b->stmt, ++b->at, text);
}

static void put_day(binder *b, wdm_day day)
{
    wdm_db_bind_day(b->stmt, ++b->at, day);
}

static void put_reals(binder *b, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        wdm_db_bind_real(b->stmt, ++b->at, values[i]);
}

static double pct(double log_ratio)
{
    return 100.0 * expm1(log_ratio);
}

static void put_change(binder *b, const wdm_trend_change *change, wdm_scale scale)
{
    char text[WDM_PERIOD_TEXT];
    put_reals(b, (const double[]){change->pct, change->lo95, change->hi95}, 3);
    put_text(b, change->word);
    put_text(b, period_text(change->against, scale, text));
}

static void put_segment_columns(binder *b, const wdm_trend_row *row)
{
    put_int(b, (int64_t)row->n_segments);
    put_day(b, row->segment_from);
    put_text(b, row->segment_word);
    put_text(b, row->source);
    put_reals(b,
              (const double[]){pct(row->offset_log), pct(row->offset_log - Z95 * row->offset_sd),
                               pct(row->offset_log + Z95 * row->offset_sd)},
              3);
}

static void put_record(binder *b, const wdm_series_record *record, wdm_scale scale)
{
    char text[WDM_PERIOD_TEXT];
    const bool is_one = record->kind != WDM_RECORD_NONE;
    put_text(b, wdm_series_record_kind_text(record->kind));
    put_text(b, period_text(record->since, scale, text));
    if (is_one)
        put_int(b, (int64_t)record->n);
    else
        put_reals(b, &(double){(double)NAN}, 1);
    put_text(b, period_text(record->former, scale, text));
    put_reals(b, &record->p, 1);
    put_text(b, wdm_series_record_word(record));
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
    binder b = {NULL, 0};
    wdm_rc rc = wdm_db_prepare(store, trend_sql, &b.stmt, err);
    if (rc != WDM_OK)
        return rc;
    put_text(&b, s->site_key != 0 ? "site" : "region");
    put_int(&b, s->site_key != 0 ? s->site_key : s->region_key);
    put_int(&b, s->drug_key);
    put_int(&b, s->biomarker_key);
    put_int(&b, (int64_t)s->quantity);
    put_int(&b, (int64_t)row->scale);
    put_day(&b, row->as_of);
    put_text(&b, row->period);
    if (row->scale == WDM_SCALE_WEEK)
        put_int(&b, wdm_week_index(row->first));
    else
        put_reals(&b, &(double){(double)NAN}, 1);
    put_day(&b, row->first);
    put_day(&b, row->last);
    put_int(&b, row->window_weeks);
    put_int(&b, (int64_t)t->n);
    put_int(&b, (int64_t)t->n_censored);
    put_text(&b, t->method);
    put_reals(&b,
              (const double[]){t->slope_pct_per_year, t->slope_lo95, t->slope_hi95, t->p_value,
                               t->p_independent, t->autocorrelation, t->n_eff, t->seasonal_slope_pct_per_year,
                               t->seasonal_p},
              9);
    put_text(&b, wdm_trend_class_text(t->class_));
    put_reals(&b, &t->between_log_sd, 1);
    put_change(&b, &t->previous, row->scale);
    put_change(&b, &t->year, row->scale);
    put_reals(
        &b,
        (const double[]){row->baseline, row->baseline_lo95, row->baseline_hi95, row->factor, row->factor_p},
        5);
    put_text(&b, row->state);
    put_day(&b, row->judged_from);
    put_reals(&b, (const double[]){row->level, row->level_lo95, row->level_hi95}, 3);
    put_segment_columns(&b, row);
    put_day(&b, row->changepoint);
    put_reals(&b,
              (const double[]){pct(row->changepoint_log), pct(row->changepoint_lo), pct(row->changepoint_hi),
                               row->changepoint_p},
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

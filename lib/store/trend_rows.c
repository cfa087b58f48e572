// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/trend_rows.h"

#include <math.h>

#include "store/bind.h"

static void put_series(wdm_binder *b, const wdm_series *series)
{
    wdm_put_place(b, series->site_key, series->region_key);
    wdm_put_int(b, series->drug_key);
    wdm_put_int(b, series->biomarker_key);
    wdm_put_int(b, (int64_t)series->quantity);
}

static void put_place_series(wdm_binder *b, const wdm_place_series *series)
{
    wdm_put_place(b, series->site_key, series->region_key);
    wdm_put_int(b, series->drug_key);
    wdm_put_int(b, series->biomarker_key);
    wdm_put_int(b, (int64_t)series->quantity);
}

wdm_rc wdm_store_put_segment(wdm_store *store, const wdm_series *series, int number,
                             const wdm_segment *segment, const char *source, wdm_err *err)
{
    const bool is_told = !isnan(segment->shift);
    wdm_binder b = {NULL, 0};
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO trend_segment (factor_set_key, site_key, drug_key, biomarker_key, quantity, segment, "
        "first_day, "
        "last_day, source, n, shift_log, shift_log_sd, n_overlap) VALUES (" WDM_DB_FACTOR_SET_KEY
        ", ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        &b.stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_put_int(&b, series->site_key);
    wdm_put_int(&b, series->drug_key);
    wdm_put_int(&b, series->biomarker_key);
    wdm_put_int(&b, (int64_t)series->quantity);
    wdm_put_int(&b, number);
    wdm_put_day(&b, segment->first);
    wdm_put_day(&b, segment->last);
    wdm_put_text(&b, source);
    wdm_put_int(&b, (int64_t)segment->n);
    wdm_put_reals(&b, &segment->shift, 1);
    wdm_put_reals(&b, &(double){is_told ? segment->shift_sd : (double)NAN}, 1);
    wdm_put_int(&b, segment->n_weeks);
    return wdm_db_run(store, b.stmt, err);
}

wdm_rc wdm_store_put_level(wdm_store *store, const wdm_series *series, int32_t week,
                           const wdm_trend_level *level, wdm_err *err)
{
    wdm_binder b = {NULL, 0};
    wdm_rc rc =
        wdm_db_prepare(store,
                       "INSERT INTO trend_level (factor_set_key, place_kind, place_key, drug_key, "
                       "biomarker_key, quantity, week, level, lo95, hi95) VALUES (" WDM_DB_FACTOR_SET_KEY
                       ", ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                       &b.stmt, err);
    if (rc != WDM_OK)
        return rc;
    put_series(&b, series);
    wdm_put_int(&b, week);
    wdm_put_reals(&b, (const double[]){level->level, level->lo95, level->hi95}, 3);
    return wdm_db_run(store, b.stmt, err);
}

wdm_rc wdm_store_put_changepoint(wdm_store *store, const wdm_series *series, wdm_scale scale,
                                 const wdm_trend_point *at, const wdm_trend_step *step, wdm_err *err)
{
    char text[WDM_PERIOD_TEXT];
    wdm_binder b = {NULL, 0};
    wdm_rc rc =
        wdm_db_prepare(store,
                       "INSERT INTO trend_changepoint (factor_set_key, place_kind, place_key, drug_key, "
                       "biomarker_key, quantity, "
                       "scale, day, period, change_pct, lo95, hi95, p_value) VALUES (" WDM_DB_FACTOR_SET_KEY
                       ", ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                       &b.stmt, err);
    if (rc != WDM_OK)
        return rc;
    put_series(&b, series);
    wdm_put_int(&b, (int64_t)scale);
    wdm_put_day(&b, at->first);
    wdm_put_text(&b, at->name != NULL ? at->name
                                      : wdm_period_format(&(wdm_period){scale, at->first, at->last}, text));
    wdm_put_reals(&b,
                  (const double[]){100.0 * expm1(step->log), 100.0 * expm1(step->log_lo),
                                   100.0 * expm1(step->log_hi), step->p},
                  4);
    return wdm_db_run(store, b.stmt, err);
}

wdm_rc wdm_store_put_benchmark(wdm_store *store, const wdm_benchmark_row *row, wdm_err *err)
{
    const wdm_benchmark *m = &row->benchmark;
    wdm_binder b = {NULL, 0};
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO benchmark (factor_set_key, place_kind, place_key, drug_key, biomarker_key, quantity, "
        "scale, "
        "kind, reference, period, reference_period, value, log_sd, reference_value, reference_log_sd, "
        "n_places, "
        "rank, rank_lo, rank_hi, quantile, ratio, ratio_lo95, ratio_hi95, p_above, word) VALUES "
        "(" WDM_DB_FACTOR_SET_KEY
        ", ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, "
        "?18, ?19, ?20, ?21, ?22, ?23, ?24)",
        &b.stmt, err);
    if (rc != WDM_OK)
        return rc;
    put_place_series(&b, &row->series);
    wdm_put_int(&b, (int64_t)row->scale);
    wdm_put_text(&b, row->kind);
    wdm_put_text(&b, row->reference);
    wdm_put_text(&b, row->period);
    wdm_put_text(&b, row->reference_period);
    wdm_put_reals(&b, (const double[]){row->value, row->log_sd, m->reference, m->log_sd}, 4);
    wdm_put_int(&b, (int64_t)(row->has_rank ? m->n + 1 : 1));
    for (int i = 0; i < 3; i++) {
        if (row->has_rank)
            wdm_put_int(&b, (int64_t)(i == 0 ? m->rank : i == 1 ? m->rank_lo : m->rank_hi));
        else
            wdm_put_null(&b);
    }
    wdm_put_reals(&b, (const double[]){m->quantile, m->ratio, m->lo95, m->hi95, m->p_above}, 5);
    wdm_put_text(&b, m->word);
    return wdm_db_run(store, b.stmt, err);
}

static void put_figure(wdm_binder *b, const wdm_effect_figure *figure)
{
    wdm_put_reals(b, (const double[]){figure->pct, figure->lo95, figure->hi95}, 3);
}

wdm_rc wdm_store_put_effect(wdm_store *store, const wdm_effect_row *row, wdm_err *err)
{
    wdm_binder b = {NULL, 0};
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO campaign_effect (factor_set_key, campaign_id, part, place_kind, place_key, drug_key, "
        "biomarker_key, quantity, first_day, last_day, n_before, n_weeks, n_sites, effect_pct, effect_lo95, "
        "effect_hi95, effect_word, n_outside, outside_pct, outside_lo95, outside_hi95, net_pct, net_lo95, "
        "net_hi95, "
        "net_word) VALUES (" WDM_DB_FACTOR_SET_KEY ", ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
        "?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, "
        "?23, ?24)",
        &b.stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_put_text(&b, row->campaign_id);
    wdm_put_text(&b, wdm_effect_part_text(row->part));
    put_place_series(&b, &row->series);
    wdm_put_day(&b, row->first);
    wdm_put_day(&b, row->last);
    wdm_put_int(&b, (int64_t)row->n_before);
    wdm_put_int(&b, (int64_t)row->n_weeks);
    wdm_put_int(&b, (int64_t)row->n_sites);
    put_figure(&b, &row->effect);
    wdm_put_text(&b, row->effect.word);
    wdm_put_int(&b, (int64_t)row->n_outside);
    put_figure(&b, &row->outside);
    put_figure(&b, &row->net);
    wdm_put_text(&b, row->net.word);
    return wdm_db_run(store, b.stmt, err);
}

wdm_rc wdm_store_region_key(wdm_store *store, const char *region_id, int64_t *key, wdm_err *err)
{
    return wdm_db_key(store, "SELECT region_key FROM region WHERE region_id = ?1", region_id, key, err);
}

wdm_rc wdm_store_each_region_level(wdm_store *store, wdm_day as_of, wdm_region_level_fn fn, void *context,
                                   wdm_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc =
        wdm_db_prepare(store,
                       "SELECT place_id, analyte_key, day, load_mg_d_1000 FROM published_load_current WHERE "
                       "place_kind = 'region' AND day <= ?1 AND load_mg_d_1000 IS NOT NULL AND state = 0 "
                       "ORDER BY place_id, analyte_key, day",
                       &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_day(stmt, 1, as_of);
    while ((rc = wdm_db_step(store, stmt, &row, err)) == WDM_OK && row) {
        const wdm_region_level level = {.region_id = wdm_db_text(stmt, 0),
                                        .biomarker_key = sqlite3_column_int64(stmt, 1),
                                        .day = wdm_db_day(stmt, 2),
                                        .load_mg_d_1000 = wdm_db_real(stmt, 3)};
        rc = fn(context, &level, err);
        if (rc != WDM_OK)
            break;
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

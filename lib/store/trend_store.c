// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/trend_store.h"

#include "store/db.h"

wdm_rc wdm_store_clear_trend(wdm_store *store, wdm_err *err)
{
    return wdm_db_exec(store,
                       "DELETE FROM trend WHERE factor_set_key = " WDM_DB_FACTOR_SET_KEY
                       "; DELETE FROM baseline WHERE factor_set_key = " WDM_DB_FACTOR_SET_KEY,
                       err);
}

wdm_rc wdm_store_put_trend(wdm_store *store, const wdm_trend_row *row, wdm_err *err)
{
    const wdm_trend *t = &row->trend;
    sqlite3_stmt *stmt = NULL;
    wdm_rc rc = wdm_db_prepare(
        store,
        "INSERT INTO trend (factor_set_key, site_key, drug_key, biomarker_key, quantity, as_of, week, "
        "window_weeks, n, "
        "slope_pct_per_year, slope_lo95, slope_hi95, p_value, class, change_prev_pct, change_prev_lo95, "
        "change_prev_hi95, change_prev_word, change_year_pct, change_year_lo95, change_year_hi95, "
        "change_year_word, "
        "baseline, baseline_lo95, baseline_hi95, factor, factor_p, state) VALUES (" WDM_DB_FACTOR_SET_KEY
        ", ?1, ?2, ?3, ?4, ?5, ?6, "
        "?7, ?8, ?9, "
        "?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)",
        &stmt, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, row->site_key);
    wdm_db_bind_int(stmt, 2, row->drug_key);
    wdm_db_bind_int(stmt, 3, row->biomarker_key);
    wdm_db_bind_int(stmt, 4, (int64_t)row->quantity);
    wdm_db_bind_day(stmt, 5, row->as_of);
    wdm_db_bind_int(stmt, 6, t->week);
    wdm_db_bind_int(stmt, 7, row->window_weeks);
    wdm_db_bind_int(stmt, 8, (int64_t)t->n);
    wdm_db_bind_real(stmt, 9, t->slope_pct_per_year);
    wdm_db_bind_real(stmt, 10, t->slope_lo95);
    wdm_db_bind_real(stmt, 11, t->slope_hi95);
    wdm_db_bind_real(stmt, 12, t->p_value);
    wdm_db_bind_text(stmt, 13, wdm_trend_class_text(t->class_));
    wdm_db_bind_real(stmt, 14, t->previous.pct);
    wdm_db_bind_real(stmt, 15, t->previous.lo95);
    wdm_db_bind_real(stmt, 16, t->previous.hi95);
    wdm_db_bind_text(stmt, 17, t->previous.word);
    wdm_db_bind_real(stmt, 18, t->year.pct);
    wdm_db_bind_real(stmt, 19, t->year.lo95);
    wdm_db_bind_real(stmt, 20, t->year.hi95);
    wdm_db_bind_text(stmt, 21, t->year.word);
    wdm_db_bind_real(stmt, 22, row->baseline);
    wdm_db_bind_real(stmt, 23, row->baseline_lo95);
    wdm_db_bind_real(stmt, 24, row->baseline_hi95);
    wdm_db_bind_real(stmt, 25, row->factor);
    wdm_db_bind_real(stmt, 26, row->factor_p);
    wdm_db_bind_text(stmt, 27, row->state);
    return wdm_db_run(store, stmt, err);
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/ratio_store.h"

#include <math.h>

#include "store/db.h"

wdm_rc wdm_store_put_ratio(wdm_store *store, const wdm_config *config, const wdm_ratio_row *row, wdm_err *err)
{
    const wdm_ratio *r = row->value;
    const double reals[] = {r->limit, r->bound_low, r->bound_high, r->lo95, r->hi95, row->low, row->high};
    const char sign[2] = {r->sign, '\0'};
    sqlite3_stmt *stmt = NULL;
    int64_t site = 0;
    int64_t factor_set = 0;
    wdm_rc rc = wdm_db_prepare(store,
                               "INSERT INTO ratio (site_key, ratio_id, scale, period, factor_set_key, kind, "
                               "ratio, sign, limit_value, bound_low, bound_high, lo95, hi95, low, high, "
                               "verdict, n_days, flags) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
                               "?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
                               &stmt, err);
    if (rc == WDM_OK)
        rc = wdm_db_key(store, "SELECT site_key FROM site WHERE site_id = ?1",
                        config->sites.rows[row->site].site_id, &site, err);
    if (rc == WDM_OK)
        rc = wdm_db_key(store, "SELECT factor_set_key FROM factor_set WHERE factor_set = ?1",
                        config->factor_set, &factor_set, err);
    if (rc != WDM_OK)
        return rc;
    wdm_db_bind_int(stmt, 1, site);
    wdm_db_bind_text(stmt, 2, row->ratio_id);
    wdm_db_bind_int(stmt, 3, row->scale);
    wdm_db_bind_int(stmt, 4, row->scale == WDM_SCALE_DAY ? row->first : wdm_week_index(row->first));
    wdm_db_bind_int(stmt, 5, factor_set);
    wdm_db_bind_text(stmt, 6, wdm_ratio_kind_name(row->kind));
    wdm_db_bind_real(stmt, 7, r->ratio);
    wdm_db_bind_text(stmt, 8, sign);
    for (int i = 0; i < 7; i++) // an open end is no number
        wdm_db_bind_real(stmt, 9 + i, isinf(reals[i]) ? (double)NAN : reals[i]);
    wdm_db_bind_text(stmt, 16, wdm_ratio_verdict_text(row->verdict));
    wdm_db_bind_int(stmt, 17, (int64_t)r->n_days);
    wdm_db_bind_int(stmt, 18, row->flags);
    return wdm_db_run(store, stmt, err);
}

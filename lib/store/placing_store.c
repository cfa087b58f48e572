// SPDX-License-Identifier: GPL-3.0-or-later
// Results whose file names no site: how many of them a field row places.
#include "store/batch_store.h"
#include "store/db.h"

// n: field rows in force with the sample's number, each at another site or day.
#define COUNTS                                                                                               \
    "SELECT count(*) FILTER (WHERE n = 0), count(*) FILTER (WHERE n > 1), count(*) FILTER (WHERE n = 1) "    \
    "FROM (SELECT (SELECT count(*) FROM field_current f WHERE f.sample_id = p.sample_id AND f.sample_id <> " \
    "'') AS n FROM result_current r JOIN sample p ON p.sample_key = r.sample_key AND p.sample_type = "       \
    "'sample' WHERE r.site_key = 0"

wdm_rc wdm_store_count_unplaced(wdm_store *store, int64_t batch_id, int64_t *waiting, int64_t *ambiguous,
                                int64_t *bound, wdm_err *err)
{
    static const char all[] = COUNTS ")";
    static const char of_batch[] = COUNTS " AND r.batch_id = ?1)";
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    wdm_rc rc = wdm_db_prepare(store, batch_id == 0 ? all : of_batch, &stmt, err);
    *waiting = *ambiguous = *bound = 0;
    if (rc != WDM_OK)
        return rc;
    if (batch_id != 0)
        wdm_db_bind_int(stmt, 1, batch_id);
    rc = wdm_db_step(store, stmt, &row, err);
    if (rc == WDM_OK && row) {
        *waiting = sqlite3_column_int64(stmt, 0);
        *ambiguous = sqlite3_column_int64(stmt, 1);
        *bound = sqlite3_column_int64(stmt, 2);
    }
    (void)sqlite3_reset(stmt);
    return rc;
}

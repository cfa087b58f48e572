// SPDX-License-Identifier: GPL-3.0-or-later
// Private to lib/store: the parameters of a long statement bound one after the other.
#ifndef WDM_STORE_BIND_H
#define WDM_STORE_BIND_H

#include "store/db.h"

typedef struct wdm_binder {
    sqlite3_stmt *stmt;
    int at; // of the last one bound
} wdm_binder;

static inline void wdm_put_int(wdm_binder *b, int64_t value)
{
    wdm_db_bind_int(b->stmt, ++b->at, value);
}

static inline void wdm_put_null(wdm_binder *b)
{
    wdm_db_bind_null(b->stmt, ++b->at);
}

static inline void wdm_put_text(wdm_binder *b, const char *text)
{
    wdm_db_bind_text(b->stmt, ++b->at, text);
}

static inline void wdm_put_day(wdm_binder *b, wdm_day day)
{
    wdm_db_bind_day(b->stmt, ++b->at, day);
}

// NaN and infinite are NULL.
static inline void wdm_put_reals(wdm_binder *b, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        wdm_db_bind_real(b->stmt, ++b->at, isfinite(values[i]) ? values[i] : (double)NAN);
}

// place_kind, place_key of a site (region_key 0) or region.
static inline void wdm_put_place(wdm_binder *b, int64_t site_key, int64_t region_key)
{
    wdm_put_text(b, site_key != 0 ? "site" : "region");
    wdm_put_int(b, site_key != 0 ? site_key : region_key);
}

#endif

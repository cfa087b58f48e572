// SPDX-License-Identifier: GPL-3.0-or-later
// "Highest since": how far back one has to go for a value as high (or as low) as the newest. Pure.
#ifndef WDM_WBE_SERIES_RECORD_H
#define WDM_WBE_SERIES_RECORD_H

#include "wbe/trend_point.h"

typedef enum wdm_series_record_kind {
    WDM_RECORD_NONE,
    WDM_RECORD_HIGHEST,
    WDM_RECORD_LOWEST
} wdm_series_record_kind;

typedef struct wdm_series_record {
    wdm_series_record_kind kind;
    size_t n; // values that it passed
    const wdm_trend_point
        *since; // the newest earlier value at least as high (low); NULL: none, since the beginning
    const wdm_trend_point *former; // the highest (lowest) value that it passed
    double p;                      // that it is truly above (below) the former one; NaN: not known
} wdm_series_record;

// "": none; "highest", "lowest".
const char *wdm_series_record_kind_text(wdm_series_record_kind kind);
// told when p >= 0.95, else "cannot be told" from the former one; "" without a record.
const char *wdm_series_record_word(const wdm_series_record *record);

// Values a record has to pass to be one: 8 weeks, 6 months, 4 quarters, 3 years, 3 campaigns.
size_t wdm_series_record_min_n(wdm_scale scale);

// Of the newest point among those that compare (wdm_trend_point_compares); none when the newest does not, or
// passes fewer than min_n. p = Phi(|difference of the logs| / sqrt(sum of the squared random log-sds and
// those of the shifts)). 10, 4, 5, 6 with min_n 2 -> highest since the first, passed 2, former 5.
wdm_series_record wdm_series_record_find(const wdm_trend_point *points, size_t n, size_t min_n);

#endif

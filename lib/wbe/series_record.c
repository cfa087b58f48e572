// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/series_record.h"

#include <math.h>

#define TOLD 0.95

const char *wdm_series_record_kind_text(wdm_series_record_kind kind)
{
    return kind == WDM_RECORD_HIGHEST ? "highest" : kind == WDM_RECORD_LOWEST ? "lowest" : "";
}

const char *wdm_series_record_word(const wdm_series_record *record)
{
    if (record->kind == WDM_RECORD_NONE)
        return "";
    return record->p >= TOLD ? "told" : "cannot be told";
}

size_t wdm_series_record_min_n(wdm_scale scale)
{
    return scale == WDM_SCALE_WEEK ? 8 : scale == WDM_SCALE_MONTH ? 6 : scale == WDM_SCALE_QUARTER ? 4 : 3;
}

static double level(const wdm_trend_point *point)
{
    return log(point->estimate) + point->shift;
}

// sign 1: highest, -1: lowest.
static wdm_series_record find(const wdm_trend_point *points, size_t n, double sign)
{
    const wdm_trend_point *now = &points[n - 1];
    wdm_series_record record = {.kind = sign > 0.0 ? WDM_RECORD_HIGHEST : WDM_RECORD_LOWEST,
                                .p = (double)NAN};
    for (size_t i = n - 1; i > 0; i--) {
        const wdm_trend_point *point = &points[i - 1];
        if (!wdm_trend_point_compares(point))
            continue;
        if (sign * level(point) >= sign * level(now)) {
            record.since = point;
            break;
        }
        record.n++;
        if (record.former == NULL || sign * level(point) > sign * level(record.former))
            record.former = point;
    }
    if (record.former != NULL) {
        const double sd =
            sqrt(now->log_sd * now->log_sd + record.former->log_sd * record.former->log_sd +
                 now->shift_sd * now->shift_sd + record.former->shift_sd * record.former->shift_sd);
        record.p = 0.5 * erfc(-sign * (level(now) - level(record.former)) / sd / sqrt(2.0));
    }
    return record;
}

wdm_series_record wdm_series_record_find(const wdm_trend_point *points, size_t n, size_t min_n)
{
    wdm_series_record record = {.p = (double)NAN};
    if (n == 0 || !wdm_trend_point_compares(&points[n - 1]))
        return record;
    for (int sign = 1; sign >= -1; sign -= 2) {
        const wdm_series_record found = find(points, n, sign);
        if (found.n >= min_n)
            return found;
    }
    return record;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Who measured what: stretches of a series by laboratory and method, and what a change of them did to the
// values. A change begins a new segment, never a trend: earlier values are compared with later ones only when
// days that both measured tell how far apart they are. Pure.
#ifndef WDM_WBE_SEGMENTS_H
#define WDM_WBE_SEGMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wbe/trend_point.h"

// A source is a laboratory with a method, by a number of the caller's.
typedef struct wdm_source_run {
    int64_t analyte_key;
    size_t source;
    wdm_day first, last;
    wdm_day before; // the day with a result before `last`
} wdm_source_run;

// Of one site. Start from {0}.
typedef struct wdm_source_runs {
    wdm_source_run *rows;
    size_t n, cap;
    size_t *open; // newest run of each analyte and source
    size_t n_open, open_cap;
} wdm_source_runs;

// Days ascend; several sources and results of a day in any order. A run goes on until another source measured
// the analyte on a day between. A on 1, 2, 5 and B on 3 -> A 1..2, B 3..3, A 5..5. WDM_E_NOMEM.
wdm_rc wdm_source_runs_add(wdm_source_runs *runs, int64_t analyte_key, size_t source, wdm_day day,
                           wdm_err *err) WDM_MUST_CHECK;
void wdm_source_runs_fini(wdm_source_runs *runs);

// What source `to` finds of the same day, less what `from` finds, on the log scale.
typedef struct wdm_source_offset {
    int64_t analyte_key;
    size_t from, to;
    double log;
    double sd;   // +-1.96 of it is the 95 % interval; NaN: it cannot be told
    int n_weeks; // with days that both measured
    int n_days;
} wdm_source_offset;

typedef struct wdm_source_pair { // one day of one site that both measured
    int64_t analyte_key;
    size_t from, to; // from < to
    int32_t week;    // ISO week of the day
    double log;      // ln(to / from)
} wdm_source_pair;

typedef struct wdm_source_offsets {
    wdm_source_offset *rows;
    size_t n, cap;
} wdm_source_offsets;

enum { WDM_OFFSET_MIN_WEEKS = 3 };

// Offsets of all sites together, by analyte and pair. Days of one week share the two calibrations: what is
// averaged are the means of weeks, log = mean of them, sd = s / sqrt(k) t(0.975, k - 1) / 1.96, k weeks.
// Fewer than WDM_OFFSET_MIN_WEEKS weeks: NaN. Weeks of ln ratio 0.1, 0.2, 0.3 -> 0.2, sd 0.1 / sqrt(3) 4.3027
// / 1.96 = 0.12674. Sorts pairs. WDM_E_NOMEM.
wdm_rc wdm_source_offsets_fit(wdm_source_pair *pairs, size_t n, wdm_source_offsets *offsets,
                              wdm_err *err) WDM_MUST_CHECK;

typedef struct wdm_segment {
    wdm_day first, last;    // of its points
    size_t source;          // that measured most of it
    bool mixed;             // several did
    size_t n;               // points
    double shift, shift_sd; // of its points, to compare with the newest point: NaN: they do not compare; the
                            // mean of the points of a mixed one
    int n_weeks;            // of the overlap behind it; 0: none needed, or none
} wdm_segment;

typedef struct wdm_segments {
    wdm_segment *rows;
    size_t n, cap;
} wdm_segments;

#define WDM_SOURCE_NONE SIZE_MAX // no result: a published load

// What belongs to one series: the runs of its analytes, the offsets of its analyte (none for several
// combined), and the days of the series.
typedef struct wdm_segment_input {
    const wdm_source_run *runs;
    size_t n_runs;
    const wdm_source_offset *offsets;
    size_t n_offsets;
    const wdm_day *days;
    size_t n_days;
} wdm_segment_input;

// Fills shift and shift_sd of the points, and segments (emptied first). A point that sources s share with w_s
// of its days is the newest source's value times sum w_s exp(-d_s), d_s what is to be added to s: shift = -ln
// of that sum, shift_sd = sum of w_s exp(-d_s) sd_s over it. A pair without overlap goes over a third source
// that has one with both where there is. Half of the days from a source that reads 20 % low: shift -ln(0.5 +
// 0.5 / 1.25) = 0.10536. WDM_E_NOMEM.
wdm_rc wdm_segments_mark(const wdm_segment_input *input, wdm_trend_point *points, size_t n,
                         wdm_segments *segments, wdm_err *err) WDM_MUST_CHECK;
void wdm_segments_fini(wdm_segments *segments);

#endif

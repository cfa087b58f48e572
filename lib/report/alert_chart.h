// SPDX-License-Identifier: GPL-3.0-or-later
// The alert chart: one series, its baseline, thresholds and marks, readable alone, in grey and at half size.
// Ink order: baseline band, threshold steps, ribbon, line, marks. Linear axis from zero, no key: numbers at
// the right edge.
#ifndef WDM_REPORT_ALERT_CHART_H
#define WDM_REPORT_ALERT_CHART_H

#include "report/gnuplot.h"
#include "report/phrase.h"
#include "store/report_store.h"

typedef struct wdm_alert_chart {
    const wdm_words *words;
    const char *title;    // the finding
    const char *subtitle; // quantity, unit, what the ribbon is
    const char *footer;   // samples, factor, population, limits, rule, version
    const wdm_series_point *points;
    size_t n;              // consecutive weeks, oldest first, at least 1
    const char *region_id; // of the site; levels are called as there
    double limit_line;     // threshold of a rule with a fixed limit; NaN: none
} wdm_alert_chart;

// Appends the gnuplot script (without terminal). Pure but for the buffers.
wdm_rc wdm_alert_chart_script(const wdm_alert_chart *chart, wdm_buf *script, wdm_err *err) WDM_MUST_CHECK;

// Level of an alarmed week by the thresholds that its value reaches: 0 none, 1 notice, 2 warning, 3 critical.
int wdm_chart_point_level(const wdm_series_point *point);
// Whether everything of the week is below the limit.
bool wdm_chart_point_censored(const wdm_series_point *point);
// Whether some of it is not, but too much for a mean: only its lowest and highest possible value are known.
bool wdm_chart_point_bounds(const wdm_series_point *point);
// Moves n heights (0..1, ascending) apart by at least gap, keeping their order and inside [0, 1] when they
// fit.
void wdm_chart_push_apart(double *heights, size_t n, double gap);

#endif

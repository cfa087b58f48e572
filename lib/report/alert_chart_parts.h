// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the files of alert_chart.
#ifndef WDM_REPORT_ALERT_CHART_PARTS_H
#define WDM_REPORT_ALERT_CHART_PARTS_H

#include "report/alert_chart.h"

enum { WDM_CHART_LEVELS = 4 }; // none, notice, warning, critical
extern const char *const wdm_chart_level_colour[WDM_CHART_LEVELS];
extern const char *const wdm_chart_level_word[WDM_CHART_LEVELS];

bool wdm_chart_measured(const wdm_series_point *p);
bool wdm_chart_provisional(const wdm_series_point *p);
// Where a week without a number of its own is drawn: its limit, else its upper bound; 0 when neither is
// known.
double wdm_chart_censored_at(const wdm_series_point *p);
// The last week before i whose laboratories are known; NULL when there is none.
const wdm_series_point *wdm_chart_previous_with_lab(const wdm_alert_chart *c, size_t i);
// Whether another laboratory begins with week i.
bool wdm_chart_breaks_before(const wdm_alert_chart *c, size_t i);
// The middle of the week, in days.
double wdm_chart_middle(const wdm_series_point *p);
// The greater one; b counts only when finite.
double wdm_chart_max(double a, double b);
void wdm_chart_number(wdm_buf *s, double value);

// Which data blocks have data: gnuplot warns about an empty one.
typedef struct wdm_chart_blocks_drawn {
    bool band, baseline, step[WDM_CHART_LEVELS], ribbon, line, censored, bounds, marks[WDM_CHART_LEVELS][2];
} wdm_chart_blocks_drawn;

wdm_chart_blocks_drawn wdm_chart_blocks(wdm_buf *s, const wdm_alert_chart *c);

// A line at the head or foot of the picture at that height, made smaller until it fits.
void wdm_chart_line_of_text(wdm_buf *s, const char *text, double y, const char *colour, double size);
void wdm_chart_footer(wdm_buf *s, const char *text);
void wdm_chart_edge_labels(wdm_buf *s, const wdm_alert_chart *c, double top);
void wdm_chart_gap_words(wdm_buf *s, const wdm_alert_chart *c, double top);
void wdm_chart_lab_changes(wdm_buf *s, const wdm_alert_chart *c);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the files of the bulletin: its sections and the questions they share.
#ifndef WDM_REPORT_BULLETIN_PARTS_H
#define WDM_REPORT_BULLETIN_PARTS_H

#include "report/bulletin.h"

// Figures that several sections and the summary print.
typedef struct wdm_bulletin_counts {
    int series, in_alert, sites_reporting, sites_expected, samples, provisional, censored;
    double persons;
} wdm_bulletin_counts;
wdm_bulletin_counts wdm_bulletin_count(const wdm_bulletin *b);

const wdm_week_row *wdm_bulletin_shown(const wdm_bulletin *b, size_t site, size_t drug);
bool wdm_bulletin_site_reports(const wdm_bulletin *b, size_t site);
bool wdm_bulletin_provisional(const wdm_week_row *row);
// Everything below the limit that week.
bool wdm_bulletin_below(const wdm_week_row *row);
// Times the baseline, from the series shown or else its load; NaN without one.
double wdm_bulletin_factor(const wdm_bulletin *b, size_t site, size_t drug);
// The alert on site and drug, worst first; NULL when there is none.
const wdm_alert_row *wdm_bulletin_alert(const wdm_bulletin *b, wdm_index site, wdm_index drug);
// The weekly row of the alert's own series; NULL when it has none this week.
// What the alert's level is called in its region.
const char *wdm_bulletin_level(const wdm_bulletin *b, const wdm_alert_row *alert);
const wdm_week_row *wdm_bulletin_alert_row(const wdm_bulletin *b, const wdm_alert_row *alert);
// "79.1", "< 2.6" (below the limit), "2.2 – 4.1" or "≤ 4.1" (only bounds are known), "" without a row.
void wdm_bulletin_value(const wdm_week_row *row, wdm_buf *out);

// Sentences.
void wdm_bulletin_headline(const wdm_bulletin *b, wdm_buf *out);
void wdm_bulletin_coverage(const wdm_bulletin *b, wdm_buf *out);
void wdm_bulletin_title(const wdm_bulletin *b, wdm_buf *out);

// A region's drug: this week against earlier ones.
typedef struct wdm_region_line {
    const wdm_region_row *mass, *rate; // kg/week, and per 1000 people; NULL when not there
    double mean4;                      // mean of the previous four weeks' mass, NaN without any
    int n4;
    double prev_pct, year_pct;         // NaN: not known
    const char *prev_word, *year_word; // "" not known
    int up, same, down, untold;        // sites
} wdm_region_line;
// Fills b->region_series from b->regions.
wdm_rc wdm_bulletin_list_regions(wdm_bulletin *b, wdm_err *err) WDM_MUST_CHECK;
// The k-th pair of region and drug of the week; false at the end.
bool wdm_bulletin_region_line(const wdm_bulletin *b, size_t k, wdm_region_line *line);

// Sections.
void wdm_bulletin_heat(const wdm_bulletin *b, wdm_doc *doc);
void wdm_bulletin_alert_section(const wdm_bulletin *b, const wdm_bulletin_chart *charts, wdm_doc *doc);
void wdm_bulletin_changes_section(const wdm_bulletin *b, wdm_doc *doc);
void wdm_bulletin_ranks(const wdm_bulletin *b, wdm_doc *doc);
void wdm_bulletin_region_section(const wdm_bulletin *b, wdm_doc *doc);
void wdm_bulletin_first_section(const wdm_bulletin *b, wdm_doc *doc);
void wdm_bulletin_indicator_section(const wdm_bulletin *b, wdm_doc *doc);
void wdm_bulletin_quality_section(const wdm_bulletin *b, wdm_doc *doc);
void wdm_bulletin_method_section(const wdm_bulletin *b, wdm_doc *doc);

#endif

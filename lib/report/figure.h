// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as people read them in sentences, tables and charts.
#ifndef WDM_REPORT_FIGURE_H
#define WDM_REPORT_FIGURE_H

#include "base/date.h"
#include "report/phrase.h"

enum { WDM_FIGURE_TEXT = 64 };

// Three significant digits: "79.1", "0.0032", "225000"; "" for NaN. All write into text and return it.
char *wdm_figure(double value, char text[WDM_FIGURE_TEXT]);
// "61.0 – 102"; "" when an end is missing.
char *wdm_figure_range(double low, double high, char text[WDM_FIGURE_TEXT]);
// Limits as they were given: "3" or "3 – 5"; "" for NaN.
char *wdm_figure_limits(double low, double high, char text[WDM_FIGURE_TEXT]);
// Persons in groups of three: 640000 gives "640 000" (with narrow no-break spaces). "" for NaN.
char *wdm_figure_persons(double persons, char text[WDM_FIGURE_TEXT]);
// Percent with its sign: "+14 %", "−7 %", "0 %"; above 900 % as "× 11". "" for NaN.
char *wdm_figure_percent(double percent, char text[WDM_FIGURE_TEXT]);
char *wdm_figure_count(long long n, char text[WDM_FIGURE_TEXT]);
// "16 to 22 Nov 2026"-like span of the week, by the phrase week.span.
void wdm_figure_week_span(const wdm_words *words, wdm_buf *out, int32_t week);
// "2026-W47".
char *wdm_figure_week(int32_t week, char text[WDM_DATE_TEXT]);
// Unit of a quantity in the language.
const char *wdm_figure_unit(const wdm_words *words, int quantity);
const char *wdm_figure_quantity(const wdm_words *words, int quantity);

#endif

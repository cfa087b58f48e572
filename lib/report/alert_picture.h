// SPDX-License-Identifier: GPL-3.0-or-later
// The alert chart of a series in the store: reads the series, writes title, subtitle and footer.
#ifndef WDM_REPORT_ALERT_PICTURE_H
#define WDM_REPORT_ALERT_PICTURE_H

#include "report/alert_chart.h"

typedef struct wdm_alert_picture {
    wdm_words words;
    wdm_series_key key;
    wdm_index site, drug;
    int32_t week; // last week drawn
    int weeks;    // how many, 1..520
    wdm_day as_of;
    const wdm_alert_row *alert; // NULL: none is open
} wdm_alert_picture;

// Appends the gnuplot script. title (may be NULL) gets the chart's title, for the text beside the picture.
wdm_rc wdm_alert_picture_script(wdm_store *store, const wdm_alert_picture *picture, wdm_buf *script,
                                wdm_buf *title, wdm_err *err) WDM_MUST_CHECK;
// "2026-W47_HK-BSM_methamphetamine_normalised_load", of characters that are safe in a file name.
void wdm_alert_picture_name(const wdm_alert_picture *picture, wdm_buf *name);
// The excreted fraction of drug as biomarker with its range, "0.41 (0.35 – 0.45)" or "0.292, u = 26 %";
// nothing when the table has none.
void wdm_excretion_put(const wdm_words *words, wdm_buf *out, wdm_index drug, wdm_index biomarker,
                       wdm_day day);

#endif

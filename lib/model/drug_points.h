// SPDX-License-Identifier: GPL-3.0-or-later
// The days of a biomarker as consumption, doses and prevalence see them: net of what other substances bring
// (attribution.csv), with what was lost in the sewer (stability.csv, where the site has it on) and what is
// bound to particles (sorption.csv, likewise). Published loads are never corrected.
#ifndef WDM_MODEL_DRUG_POINTS_H
#define WDM_MODEL_DRUG_POINTS_H

#include "model/series.h"
#include "wbe/attribution.h"
#include "wbe/stability.h"

// Fills drug_points of the series, one point a day, unless nothing applies to the biomarker at the site. The
// other series of the site must be in order.
wdm_rc wdm_drug_points_make(const wdm_site_series *site, wdm_day_series *series, wdm_err *err) WDM_MUST_CHECK;

enum { WDM_NET_SOURCES = 8 };

// What a row of attribution.csv says of one day.
typedef struct wdm_net_step {
    const wdm_attribution *row;
    bool measured;         // the other residue was measured that day, or its load is known
    wdm_net_source source; // where it was
} wdm_net_step;

// The rows that apply to a biomarker that day, in the table's order; at most WDM_NET_SOURCES. Returns how
// many.
size_t wdm_net_steps(const wdm_site_series *site, wdm_index biomarker, wdm_day day,
                     wdm_net_step steps[WDM_NET_SOURCES]);

// The in-sewer correction of a biomarker at a site that day: k = 2^(retention_h / half_life_h).
typedef struct wdm_decay_step {
    wdm_half_life_how how; // NONE: not corrected
    wdm_half_life_at at;
    double k;
} wdm_decay_step;
wdm_decay_step wdm_decay_of(const wdm_config *config, wdm_index site, wdm_index biomarker,
                            double temperature_c);

#endif

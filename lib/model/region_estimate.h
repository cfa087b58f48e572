// SPDX-License-Identifier: GPL-3.0-or-later
// Values of regions by day, ISO week, month, quarter, year and campaign over the plants inside them (a site
// with a parent site or of another kind never counts).
#ifndef WDM_MODEL_REGION_ESTIMATE_H
#define WDM_MODEL_REGION_ESTIMATE_H

#include "model/estimate_row.h"
#include "model/series.h"

// Whether the site is one of the plants whose sum the region is: it counts (wdm_site_counts) and lies in the
// region or in one inside it.
bool wdm_region_counts(const wdm_config *config, wdm_index site, wdm_index region);

// Hands every estimate of the region to the sink: by biomarker under its primary drug, period, quantity.
// sites may hold any sites, in any order that stays the same; those that do not count are passed over.
wdm_rc wdm_region_estimate_all(const wdm_config *config, wdm_index region, const wdm_site_series *sites,
                               size_t n_sites, const wdm_estimate_options *options,
                               const wdm_estimate_sink *sink, wdm_err *err) WDM_MUST_CHECK;

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// All estimates of one site: each biomarker under each of its drugs, each quantity that its factors allow, by
// day and by week.
#ifndef WDM_MODEL_SITE_ESTIMATE_H
#define WDM_MODEL_SITE_ESTIMATE_H

#include "model/estimate_row.h"
#include "model/series.h"

// Hands every estimate of the site to the sink, by series, drug, quantity; days before weeks. A normalised
// load comes once a biomarker, under its primary drug. Stops at the sink's first failure. WDM_E_DATA: a day
// or week with more samples than WDM_PERIOD_DAYS_MAX, or factors that make no distribution.
wdm_rc wdm_site_estimate(const wdm_site_series *site, const wdm_estimate_options *options,
                         const wdm_estimate_sink *sink, wdm_err *err) WDM_MUST_CHECK;

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// All estimates of one site: each biomarker under each of its drugs, each quantity that its factors allow, by
// day, ISO week, month, quarter, year and campaign; then the drugs' biomarkers combined.
#ifndef WDM_MODEL_SITE_ESTIMATE_H
#define WDM_MODEL_SITE_ESTIMATE_H

#include "model/estimate_row.h"
#include "model/series.h"

// Hands every estimate of the site to the sink, by series, drug, quantity; days before weeks, months,
// quarters, years, campaigns. A normalised load comes once a biomarker, under its primary drug. Stops at the
// sink's first failure. WDM_E_DATA: factors that make no distribution.
wdm_rc wdm_site_estimate(const wdm_site_series *site, const wdm_estimate_options *options,
                         const wdm_estimate_sink *sink, wdm_err *err) WDM_MUST_CHECK;

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Ratios of loads of a site by day and week (ratios.csv), and the shares of its parents in a residue that
// they have in common (apportionment.csv).
#ifndef WDM_MODEL_RATIOS_H
#define WDM_MODEL_RATIOS_H

#include "model/estimate_row.h"
#include "model/series.h"

// The ratio over the days first .. last on which every analyte of both sides was analysed; flags of their
// points. false when there is no such day, or nothing can be told (wdm_ratio_of).
bool wdm_ratio_of_days(const wdm_site_series *site, const wdm_ratio_rule *rule, wdm_day first, wdm_day last,
                       wdm_ratio *ratio, int64_t *flags);

// Hands every ratio of the site to sink->ratio (which may be NULL: nothing happens): by rule, days before
// weeks. Shares of parents: of the days on which the acid is measured, the share of weight x molar load of
// one parent in the sum over the parents analysed that day; a day with one parent alone has none.
wdm_rc wdm_site_ratios(const wdm_site_series *site, const wdm_estimate_sink *sink,
                       wdm_err *err) WDM_MUST_CHECK;

#endif

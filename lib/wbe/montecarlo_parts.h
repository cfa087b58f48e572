// SPDX-License-Identifier: GPL-3.0-or-later
// Internal to wbe: the seam between estimate_parts and Monte Carlo. Pure.
#ifndef WDM_WBE_MONTECARLO_PARTS_H
#define WDM_WBE_MONTECARLO_PARTS_H

#include "wbe/estimate_parts.h"
#include "wbe/montecarlo.h"

// Draws the parts with the estimator's shared factor; both summaries are relative to the plug-in. Fills
// est->capture when there is one.
void wdm_mc_draw(const wdm_estimator *est, const wdm_parts *parts, wdm_mc_summary *total,
                 wdm_mc_summary *random);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef WDM_PIPELINE_ESTIMATE_REGION_H
#define WDM_PIPELINE_ESTIMATE_REGION_H

#include "series.h"

// Weekly values of every region over the plants inside it (a site with a parent site or of another kind never
// counts).
wdm_rc wdm_estimate_regions(wdm_session *session, const wdm_series_list *list, wdm_cens_method censoring,
                            int64_t *n_out, wdm_err *err) WDM_MUST_CHECK;

#endif

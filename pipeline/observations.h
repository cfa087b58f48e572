// SPDX-License-Identifier: GPL-3.0-or-later
// The store's observations as the model's series of sites; shared by estimate and explain.
#ifndef WDM_PIPELINE_OBSERVATIONS_H
#define WDM_PIPELINE_OBSERVATIONS_H

#include "model/series.h"
#include "session.h"
#include "store/estimate_store.h"

// Series of all sites with a row that matches a filter, in the order of their codes.
typedef struct wdm_observations {
    wdm_site_series *sites;
    size_t n, cap;
    int64_t n_unknown; // rows of a site that the config no longer has
} wdm_observations;

// Call wdm_observations_fini in any case.
wdm_rc wdm_observations_read(wdm_session *session, const wdm_result_filter *filter, wdm_observations *out,
                             wdm_err *err) WDM_MUST_CHECK;
void wdm_observations_fini(wdm_observations *out);

#endif

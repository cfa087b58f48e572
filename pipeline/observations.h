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

// The series of one site. Any connection may read: it sees what is committed.
// Call wdm_site_series_fini in any case.
typedef struct wdm_site_reading {
    wdm_index site;
    wdm_day first, last, as_of;  // rows read
    wdm_day own_first, own_last; // rows counted
} wdm_site_reading;
wdm_rc wdm_observations_read_site(wdm_store *store, const wdm_config *config, const wdm_site_reading *what,
                                  wdm_site_series *series, wdm_err *err) WDM_MUST_CHECK;

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// The people served by day and method, as the estimate stage writes them.
#ifndef WDM_STORE_POPULATION_STORE_H
#define WDM_STORE_POPULATION_STORE_H

#include "model/estimate_row.h"
#include "store/store.h"

// Adds one row under the config's factor set; wdm_store_clear_estimates removes them. Twice the same site,
// day and method in one factor set is a failure.
wdm_rc wdm_store_put_population_estimate(wdm_store *store, const wdm_config *config,
                                         const wdm_population_row *row, wdm_err *err) WDM_MUST_CHECK;

#endif

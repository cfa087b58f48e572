// SPDX-License-Identifier: GPL-3.0-or-later
// Ratios of loads as the estimate stage writes them.
#ifndef WDM_STORE_RATIO_STORE_H
#define WDM_STORE_RATIO_STORE_H

#include "model/estimate_row.h"
#include "store/store.h"

// Writes one ratio under the config's factor set. Those of before are gone with the estimates
// (wdm_store_clear_estimates).
wdm_rc wdm_store_put_ratio(wdm_store *store, const wdm_config *config, const wdm_ratio_row *row,
                           wdm_err *err) WDM_MUST_CHECK;

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// Marks days whose load is not what was consumed, before anything is estimated from them:
//   disposal              a ratio of kind disposal or enantiomer is out of its range, and not by noise
//                         (wdm_ratio_judge: with probability 0.95); or a load is factor x the median of the
//                         measured days around it (disposal.csv). A level that stays high is none, nor is a
//                         day above the limit among days below it (wdm_is_spike)
//   acid_without_parents  a residue of several parents is measured, and every parent analysed that day is
//                         below its limit (apportionment.csv)
//   hospital_share        such a residue, or a parent used in hospitals, where the site has a hospital share
#ifndef WDM_MODEL_DISPOSAL_H
#define WDM_MODEL_DISPOSAL_H

#include "model/series.h"

// Sets the flags in the points of all series of the site, whose days must be in order.
wdm_rc wdm_disposal_mark(wdm_site_series *site, wdm_err *err) WDM_MUST_CHECK;

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// What was taken off a day's load and what was corrected in it, beside the value itself: enough for any mean
// of such days to know its own error. All 0: nothing was done. Filled by wbe/attribution.h. Pure.
#ifndef WDM_WBE_DAY_NET_H
#define WDM_WBE_DAY_NET_H

#include <stdint.h>

typedef struct wdm_day_net {
    // net = gross - taken; mg/d/1000 people, with the corrections below
    double gross;               // the load before; 0: the value is not net
    double taken;               // sum of ratio x load of the other residues; may exceed gross
    double suppress_at;         // a gross load up to this cannot be resolved; 0: always can
    double low_at;              // a gross load below this is out of the range of the ratio
    double u_analysis;          // of gross; the day value's own u_analysis and u_batch are 0 then
    double u_batch;             //
    double u_taken_analysis;    // of taken
    double u_taken_batch;       //
    int64_t taken_batch_key;    //
    int64_t taken_analysis_key; // of the other residue's analysis, as wdm_day_value.analysis_key
    double u_ratio;             // of taken, from the ratios: shared by all days and sites
    // factors already in the load
    double ln_k;        // ln of the in-sewer correction 2^(t / t_half); 0: none
    double u_half_life; // relative, of t_half: shared
    double share;       // of the residue that is bound to particles: the load was divided by 1 - share
    double u_share;     // relative: shared
} wdm_day_net;

#endif

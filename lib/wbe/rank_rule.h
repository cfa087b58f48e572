// SPDX-License-Identifier: GPL-3.0-or-later
// A plant beside the other plants, and beside a level that is known: the arithmetic of the alert families
// rank and k_of_n. Pure.
#ifndef WDM_WBE_RANK_RULE_H
#define WDM_WBE_RANK_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

// A plant's value with what it does not share with the others: the spread of a normalised load (analyses,
// days, flow bias, population). Excretion is the same at all of them and is not in it.
typedef struct wdm_rank_value {
    double value;  // > 0: the median of a lognormal; NaN: below its limit
    double log_sd; // of the log
    double limit;  // value NaN: it is at most this; NaN: nothing is known
} wdm_rank_value;

// P(own > factor x median of the others), or below: P(own < factor x median of the others). All are
// independent lognormals. The median of the others is below t when at least half of them are, so with
// p_i = P(other_i < t) it is a sum of unequal coins: exact up to 64 plants, beyond that its normal
// approximation. An even number of plants: the mean of both middle ones. A value below its limit counts at
// the end that speaks against an alert (its limit for above, 0 for below). Integrated over own with 401
// points. NaN: own without value or spread, or no other one with them; others that nothing is known of are
// left out. Example: own 30, others 10, 10, 10, all log sd 0.2; the median of three has a log sd of about
// 0.134, so factor 2 gives about Phi(ln 1.5 / sqrt(0.2^2 + 0.134^2)) = 0.954. WDM_E_DATA: factor not
// positive; WDM_E_NOMEM.
wdm_rc wdm_rank_beside(const wdm_rank_value *own, const wdm_rank_value *others, size_t n, double factor,
                       bool below, double *p, wdm_err *err) WDM_MUST_CHECK;
// Median of the others' values, those below their limit at it; NaN without any. WDM_E_NOMEM.
wdm_rc wdm_rank_middle(const wdm_rank_value *others, size_t n, double *middle, wdm_err *err) WDM_MUST_CHECK;

// k of n: how many weeks at least k of them have been in alarm together, given each one's weeks in a row (0:
// not in alarm): the k-th longest. 3, 1, 5, 0 with k = 2: 3. 0 when fewer than k are. Sorts weeks.
int wdm_weeks_together(int *weeks, size_t n, size_t k);

// An episode seen from its end. Hand over the weeks from the newest backwards until it is done.
typedef struct wdm_episode {
    int32_t last;    // the newest week
    int close_weeks; // judged weeks without a level that end an episode
    int calm;
    bool any;
    int32_t began;
    int below_weeks; // judged weeks without a level up to the newest
    bool done;
} wdm_episode;
// level: whether the week has one. A week that is not judged is not handed over.
void wdm_episode_take(wdm_episode *episode, int32_t week, bool level);
// Calendar weeks since the episode began, 0 outside of one. Weeks (newest first) calm, level, calm, level,
// calm, calm with close_weeks 2: 4, below_weeks 1.
int wdm_episode_weeks(const wdm_episode *episode);

#endif

// SPDX-License-Identifier: GPL-3.0-or-later
// What a dated operation did to the level of a drug: the weeks in it, and after it, against the weeks before,
// at the sites inside its region and beside the same at sites outside. Pure.
#ifndef WDM_WBE_CAMPAIGN_EFFECT_H
#define WDM_WBE_CAMPAIGN_EFFECT_H

#include "wbe/trend_point.h"

enum {
    WDM_EFFECT_WINDOW_WEEKS = 8, // before, and after
    WDM_EFFECT_MIN_WEEKS = 4,    // values that each side needs
    WDM_EFFECT_MIN_OUTSIDE = 2   // sites
};

typedef enum wdm_effect_part { WDM_EFFECT_DURING, WDM_EFFECT_AFTER, WDM_EFFECT_PARTS } wdm_effect_part;
const char *wdm_effect_part_text(wdm_effect_part part); // "during", "after"

// One site: weeks whose Thursday lies in the 8 weeks that end the day before the operation starts; in the
// operation; in the 8 weeks that begin the day after it.
typedef struct wdm_effect {
    wdm_day first, last; // of the part
    size_t n_before, n;  // values that compare
    double log;          // mean of the logs less that of the weeks before; NaN: too few weeks
    double se;           // standard error of it
    double df;           // degrees of freedom behind it
} wdm_effect;

// se^2 = s^2 (1 / n_before + 1 / n) (1 + r) / (1 - r): s^2 the pooled variance of the weeks about their two
// means (between weeks and their own errors, and never less than the mean of their squared random log-sds), r
// the mean product of neighbouring weeks over s^2 when it is positive, at most 0.9; df = n_before + n - 2.
// Before 10, 10.5, 9.5, 10 and after 8, 8.4, 7.6, 8 -> log(0.8) about. starts, ends: both in it; ends
// WDM_DAY_NONE: it goes on.
wdm_effect wdm_effect_of_site(const wdm_trend_point *weeks, size_t n, wdm_day starts, wdm_day ends,
                              wdm_effect_part part);

// Several sites as one: mean of their effects. se from their spread (n - 1 degrees of freedom), which holds
// what makes sites differ, or from their own errors (degrees of freedom by Welch and Satterthwaite),
// whichever is larger. How much of their errors the sites share (batches of a laboratory, weather, holidays)
// is not known here: they are taken as wholly shared, so that the mean's se is the mean of theirs and the
// interval errs to the wide side. One site: itself. None: log NaN.
typedef struct wdm_effect_mean {
    size_t n; // sites with an effect
    double log, se, df;
} wdm_effect_mean;
wdm_effect_mean wdm_effect_average(const wdm_effect *effects, size_t n);

// In percent with its 95 % interval (Student's t).
typedef struct wdm_effect_figure {
    double pct, lo95, hi95;
    const char *word; // up, down, cannot be told (the interval holds 0); insufficient data
} wdm_effect_figure;
wdm_effect_figure wdm_effect_say(double log, double se, double df);

// Difference in differences: inside less outside. df by Welch and Satterthwaite. Fewer than
// WDM_EFFECT_MIN_OUTSIDE sites outside: word "too few sites outside".
wdm_effect_figure wdm_effect_net(const wdm_effect_mean *inside, const wdm_effect_mean *outside);

#endif

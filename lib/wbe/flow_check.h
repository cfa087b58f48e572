// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a site's flow is plausible beside its own earlier flows (METHOD 11). Pure.
//
// Everything is judged on the logarithm: a flow is positive, rain and holidays multiply it, and its
// distribution has a long right tail. On the plain scale "3 MAD below the median" is often negative, so that
// no flow would be too low, while an ordinary rainy day is too high.
#ifndef WDM_WBE_FLOW_CHECK_H
#define WDM_WBE_FLOW_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/err.h"

// One earlier flow of the site; flow_m3_d > 0. A history has one a day, in ascending order of days.
typedef struct wdm_flow_day {
    wdm_day day;
    double flow_m3_d;
} wdm_flow_day;

// Where the lines are; rows of config/plausibility.csv.
typedef struct wdm_flow_limits {
    double ten_low, ten_high;        // flow / usual / 10^k within these: a slip of k places (0.7, 1.8)
    size_t seen_before;              // flows of this size in the history that make it no slip (2)
    double score_low, score_high;    // robust standard deviations of ln(flow) (-3, 3)
    double spread_floor;             // smallest standard deviation of ln(flow) to judge by (0.1)
    size_t least_weekday, least_all; // flows needed: of the weekday, else of all days (4, 8)
    wdm_day days;                    // history counts up to so many days before or after (730)
    double rain_mm;                  // more rain than this is wet weather (10)
    double wet_score;                // with any rain, a score above this is wet weather (2)
} wdm_flow_limits;

typedef enum wdm_flow_basis {
    WDM_FLOW_UNKNOWN, // too little history: no verdict, which is not "normal"
    WDM_FLOW_WEEKDAY, // flows of the same weekday
    WDM_FLOW_ALL      // flows of all days
} wdm_flow_basis;

// What is usual at the site for that day.
typedef struct wdm_flow_usual {
    wdm_flow_basis basis;
    size_t n;
    double usual_m3_d; // median flow; NaN when unknown
    double spread; // standard deviation of ln(flow): 1.4826 MAD x the small-sample factor of num/robust, at
                   // least the floor
} wdm_flow_usual;

// The usual flow for a day from history[0..n): flows of other days, at most limits->days away, of the same
// ISO weekday when there are least_weekday of them, else of all days when there are least_all, else unknown.
// Example: Mondays 100, 110, 90, 105, 1000 m3/d: usual 105, spread max(0.1, 1.206 x 1.4826 x 0.0488) = 0.1
// (of ln 100/105, ln 110/105, ... the median is 0.0488). WDM_E_DATA: a flow in the history that is not
// positive and finite; WDM_E_NOMEM.
wdm_rc wdm_flow_usual_of(const wdm_flow_day *history, size_t n, wdm_day day, const wdm_flow_limits *limits,
                         wdm_flow_usual *usual, wdm_err *err) WDM_MUST_CHECK;

// k when flow / usual is within low..high of 10^k, k one of -4..-1, 1..4 (a lost or doubled digit, 万
// forgotten); else 0. The window is not symmetric: a slipped flow is 10 times the true flow of that day, and
// rain makes that up to about 1.8 times the usual one, a holiday or a repair 0.7 times. Rain alone does not
// reach it: combined sewers bring plants some 3 to 6 times their dry-weather flow before they overflow, the
// mean of a day less. 2250000 / 225000: 1; 6 x usual: 0; 0.1 x usual: -1; 22.5 for 225000: -4.
int wdm_flow_slip(double flow_m3_d, double usual_m3_d, double low, double high);

typedef struct wdm_flow_verdict {
    bool judged;  // false: there is too little history
    int slip;     // as wdm_flow_slip, 0 when the site had such flows before
    double ratio; // flow / usual
    double score; // ln(ratio) / spread
    bool unusual; // the score is outside its limits and wet weather does not explain it
    bool wet;     // much rain, or a high flow with rain; known without a history too
} wdm_flow_verdict;

// Judges a flow (NaN: only the rain is looked at) with that day's rain (NaN: not known). history as above,
// for flows of this size that the site had before.
wdm_flow_verdict wdm_flow_judge(const wdm_flow_usual *usual, const wdm_flow_limits *limits,
                                const wdm_flow_day *history, size_t n, const double flow_rain[2]);

// Hours from start to end. Dates without times are whole days: the same date, or the next one, is 24 h. NaN
// when only one of them has a time, or the end lies before the start.
double wdm_composite_hours(wdm_when start, wdm_when end);

// Whether a / b is known and lies outside low..high. 155000 / 58000 with 0.5..1.5: true. False when either is
// NaN or not positive.
bool wdm_disagree(double a, double b, double low, double high);

#endif

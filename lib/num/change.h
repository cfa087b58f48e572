// SPDX-License-Identifier: GPL-3.0-or-later
// Change against an earlier period: the label that EUDA publishes, and our own with an interval. Pure.
#ifndef WDM_NUM_CHANGE_H
#define WDM_NUM_CHANGE_H

#include "base/err.h"

// Change in percent: 100 (current - previous) / previous. (15.53, 23.73) -> -34.5554. NaN when either is
// missing (NaN) or both are 0; +infinity from 0 to something, as EUDA publishes it. Values are loads, never
// negative: a negative or infinite one gives NaN.
double wdm_change_pct(double current, double previous);

// EUDA's word (a label, never an alarm): |change| < 10 % is stable. 0 to 0 is "stable", 0 to something
// "increase", as in the 2025 release. code, text
#define WDM_CHANGE_CLASS_LIST(X)                                                                             \
    X(WDM_CHANGE_INCREASE, "increase")                                                                       \
    X(WDM_CHANGE_DECREASE, "decrease")                                                                       \
    X(WDM_CHANGE_STABLE, "stable")                                                                           \
    X(WDM_CHANGE_NO_PREVIOUS, "no previous data")                                                            \
    X(WDM_CHANGE_NO_CURRENT, "no current data")

typedef enum wdm_change_label {
#define WDM_CHANGE_ENUM(code, text) code,
    WDM_CHANGE_CLASS_LIST(WDM_CHANGE_ENUM)
#undef WDM_CHANGE_ENUM
} wdm_change_label;

// A missing (NaN), negative or infinite value is no data; no current data goes before no previous data. A
// change of 10 % up to rounding of the arithmetic (1e-9) is a change: 1.0 to 0.9 is "decrease".
wdm_change_label wdm_change_class(double current, double previous);
const char *wdm_change_class_text(wdm_change_label label);

// code, text
#define WDM_CHANGE_WORD_LIST(X)                                                                              \
    X(WDM_CHANGE_UP, "up")                                                                                   \
    X(WDM_CHANGE_DOWN, "down")                                                                               \
    X(WDM_CHANGE_SAME, "stable")                                                                             \
    X(WDM_CHANGE_UNTOLD, "cannot be told")

typedef enum wdm_change_word {
#define WDM_CHANGE_ENUM(code, text) code,
    WDM_CHANGE_WORD_LIST(WDM_CHANGE_ENUM)
#undef WDM_CHANGE_ENUM
} wdm_change_word;

const char *wdm_change_word_text(wdm_change_word word);

// Two estimates of the same series.
typedef struct wdm_change_input {
    double current;        // > 0
    double previous;       // > 0, same unit
    double current_log_sd; // random part only: what the two share (flow-meter bias, population, excretion)
                           // cancels
    double previous_log_sd;
    double
        between_log_sd; // tau: how far one period strays from its series' level by itself; 0 when not known
} wdm_change_input;

typedef struct wdm_change_result {
    double ratio; // current / previous
    double log_sd;
    double lo95; // of the ratio
    double hi95;
    wdm_change_word word;
} wdm_change_result;

// ratio with the lognormal interval ratio exp(+-1.959964 s), s^2 = s_current^2 + s_previous^2 + 2 tau^2 (each
// of the two periods strays by tau). Word: the interval excludes 1: up or down; else within [1 / 1.25, 1.25]:
// stable; else cannot be told. {130, 100, 0.05, 0.05, 0} -> 1.3 [1.1318, 1.4932], up. {105, 100, 0.2, 0.2, 0}
// -> cannot be told. WDM_E_DATA: estimates not positive and finite, or sds negative or not finite.
wdm_rc wdm_change_ratio(const wdm_change_input *input, wdm_change_result *result,
                        wdm_err *err) WDM_MUST_CHECK;

#endif

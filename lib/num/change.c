// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/change.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define EUDA_STABLE_PCT 10.0
#define EUDA_ROUNDING_PCT 1e-9
#define STABLE_RATIO 1.25
#define Z_95 1.959963984540054

static bool is_load(double x)
{
    return isfinite(x) && x >= 0.0;
}

double wdm_change_pct(double current, double previous)
{
    if (!is_load(current) || !is_load(previous))
        return (double)NAN;
    if (previous == 0.0)
        return current == 0.0 ? (double)NAN : (double)INFINITY;
    return 100.0 * (current - previous) / previous;
}

wdm_change_label wdm_change_class(double current, double previous)
{
    double pct = (double)NAN;
    if (!is_load(current))
        return WDM_CHANGE_NO_CURRENT;
    if (!is_load(previous))
        return WDM_CHANGE_NO_PREVIOUS;
    if (current == 0.0 && previous == 0.0)
        return WDM_CHANGE_STABLE;
    pct = wdm_change_pct(current, previous);
    if (fabs(pct) < EUDA_STABLE_PCT - EUDA_ROUNDING_PCT)
        return WDM_CHANGE_STABLE;
    return pct > 0.0 ? WDM_CHANGE_INCREASE : WDM_CHANGE_DECREASE;
}

const char *wdm_change_class_text(wdm_change_label label)
{
    switch (label) {
#define CLASS_CASE(code, text)                                                                               \
    case code:                                                                                               \
        return text;
        WDM_CHANGE_CLASS_LIST(CLASS_CASE)
#undef CLASS_CASE
    }
    return "?";
}

const char *wdm_change_word_text(wdm_change_word word)
{
    switch (word) {
#define WORD_CASE(code, text)                                                                                \
    case code:                                                                                               \
        return text;
        WDM_CHANGE_WORD_LIST(WORD_CASE)
#undef WORD_CASE
    }
    return "?";
}

static bool is_sd(double x)
{
    return isfinite(x) && x >= 0.0;
}

static wdm_change_word word_of(double lo, double hi)
{
    if (lo > 1.0)
        return WDM_CHANGE_UP;
    if (hi < 1.0)
        return WDM_CHANGE_DOWN;
    if (lo >= 1.0 / STABLE_RATIO && hi <= STABLE_RATIO)
        return WDM_CHANGE_SAME;
    return WDM_CHANGE_UNTOLD;
}

wdm_rc wdm_change_ratio(const wdm_change_input *input, wdm_change_result *result, wdm_err *err)
{
    const double tau = input->between_log_sd;
    double width = (double)NAN;
    *result = (wdm_change_result){(double)NAN, (double)NAN, (double)NAN, (double)NAN, WDM_CHANGE_UNTOLD};
    if (!isfinite(input->current) || !isfinite(input->previous) || input->current <= 0.0 ||
        input->previous <= 0.0)
        return wdm_err_set(err, WDM_E_DATA, "a ratio needs two positive estimates, got %g and %g",
                           input->current, input->previous);
    if (!is_sd(input->current_log_sd) || !is_sd(input->previous_log_sd) || !is_sd(tau))
        return wdm_err_set(err, WDM_E_DATA, "a change needs the random uncertainty of both estimates");
    result->ratio = input->current / input->previous;
    result->log_sd = sqrt(input->current_log_sd * input->current_log_sd +
                          input->previous_log_sd * input->previous_log_sd + 2.0 * tau * tau);
    width = exp(Z_95 * result->log_sd);
    result->lo95 = result->ratio / width;
    result->hi95 = result->ratio * width;
    result->word = word_of(result->lo95, result->hi95);
    return WDM_OK;
}

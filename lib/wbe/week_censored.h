// SPDX-License-Identifier: GPL-3.0-or-later
// The mean of a period with values below a limit. Internal to wbe. Pure.
#ifndef WDM_WBE_WEEK_CENSORED_H
#define WDM_WBE_WEEK_CENSORED_H

#include <stddef.h>

#include "wbe/week_core.h"

// Sets mean, method, flags and var_censoring of core, whose bounds and counts are there already, and fill
// where the method gives each day a value. The censored days' values are what would have been measured;
// wanted is the mean of what was there. With h the share of true spread in the variance of the log of the
// days as measured, a censored day's true value has, relative to its conditional mean, the variance
//   h^2 v + exp((1 - h) sigma_true^2) - 1       v: relative variance of the conditional distribution
// of which the error model of the mean holds the day's own measurement variance already; what is more (or
// less), and the fit's own variance, make var_censoring.
// Other methods than the conditional one: the square of their standard error, at most of half the distance of
// the bounds, which is taken where they have none.
wdm_rc wdm_week_censored(const wdm_day_value *days, size_t n, const wdm_period_options *opt,
                         wdm_week_core *core, wdm_cens_fill *fill, wdm_err *err) WDM_MUST_CHECK;

// Share of the variance of a day's log that its week has in common, from the CVs of the options (0 within one
// week): with it the censored days of a week stray from their conditional means together, which the mean
// square between weeks has to know.
double wdm_days_alike(const wdm_period_options *opt);

#endif

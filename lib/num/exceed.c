// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/exceed.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define Z_95 1.959963984540054

static double upper_tail(double median, double log_sd, double limit)
{
    if (limit <= 0.0)
        return 1.0;
    if (log_sd == 0.0)
        return median > limit ? 1.0 : 0.0;
    return gsl_cdf_ugaussian_Q((log(limit) - log(median)) / log_sd);
}

wdm_rc wdm_exceed_lognormal(double median, double log_sd, double limit, double *p, wdm_err *err)
{
    *p = (double)NAN;
    if (!isfinite(median) || !isfinite(log_sd) || !isfinite(limit) || median <= 0.0 || log_sd < 0.0)
        return wdm_err_set(err, WDM_E_DATA, "no probability above a limit: median %g, log sd %g, limit %g",
                           median, log_sd, limit);
    *p = upper_tail(median, log_sd, limit);
    return WDM_OK;
}

wdm_rc wdm_exceed_split(const wdm_exceed_estimate *estimate, double limit, double *p, wdm_err *err)
{
    const double median = estimate->median;
    const double lo = estimate->lo95;
    const double hi = estimate->hi95;
    double log_sd = (double)NAN;
    *p = (double)NAN;
    if (!isfinite(hi) || !isfinite(limit) || !(lo > 0.0 && lo <= median && median <= hi))
        return wdm_err_set(err, WDM_E_DATA,
                           "no probability above a limit: median %g, interval %g to %g, limit %g", median, lo,
                           hi, limit);
    log_sd = limit >= median ? log(hi / median) / Z_95 : log(median / lo) / Z_95;
    *p = upper_tail(median, log_sd, limit);
    return WDM_OK;
}

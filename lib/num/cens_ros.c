// SPDX-License-Identifier: GPL-3.0-or-later
// Robust regression on order statistics for left-censored samples (num/censored.h).
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "num/censored.h"
#include "num/robust.h"

// Between two neighbouring limits. The lowest group starts at 0 when a detected value lies below every limit.
typedef struct group {
    double limit;
    double detected; // A: detected values in [limit, next limit)
    double below;    // B: everything below the limit: limits <= it, detected values < it
    double at_limit; // C: values censored at this limit
    double exceed;   // probability of exceeding the limit
    double ranked;   // detected values of the group that have their plotting position already
} group;

static int ascending(const void *a, const void *b)
{
    wdm_cens x = {0};
    wdm_cens y = {0};
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (x.x != y.x)
        return x.x > y.x ? 1 : -1;
    return (int)y.censored - (int)x.censored; // a limit stands before a detected value of the same size
}

static size_t groups_of(const wdm_cens *sorted, size_t n, group *groups)
{
    size_t count = 0;
    double below = 0.0; // values passed so far are all below the limit in hand
    if (!sorted[0].censored)
        groups[count++].limit = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (!sorted[i].censored) {
            groups[count - 1].detected += 1.0;
        } else {
            if (count == 0 || groups[count - 1].limit != sorted[i].x) {
                groups[count].limit = sorted[i].x;
                groups[count].below = below;
                count++;
            }
            groups[count - 1].at_limit += 1.0;
            groups[count - 1].below += 1.0;
        }
        below += 1.0;
    }
    for (size_t k = count; k-- > 0;) {
        const double above = k + 1 < count ? groups[k + 1].exceed : 0.0;
        const double in_group = groups[k].detected + groups[k].below;
        groups[k].exceed = above + (1.0 - above) * groups[k].detected / in_group;
    }
    return count;
}

// Weibull positions i / (m + 1) within each group, in the order of sorted.
static void positions(const wdm_cens *sorted, size_t n, group *groups, size_t count, double *quantile)
{
    size_t k = 0;
    double rank_censored = 0.0;
    for (size_t i = 0; i < n; i++) {
        double p = 0.0;
        while (k + 1 < count && sorted[i].x >= groups[k + 1].limit) {
            k++;
            rank_censored = 0.0;
        }
        if (sorted[i].censored) {
            rank_censored += 1.0;
            p = (1.0 - groups[k].exceed) * rank_censored / (groups[k].at_limit + 1.0);
        } else {
            const double above = k + 1 < count ? groups[k + 1].exceed : 0.0;
            groups[k].ranked += 1.0;
            p = (1.0 - groups[k].exceed) +
                (groups[k].exceed - above) * groups[k].ranked / (groups[k].detected + 1.0);
        }
        quantile[i] = gsl_cdf_ugaussian_Pinv(p);
    }
}

// logs: in the order of sorted, those of the detected given, those of the censored filled in from the line.
static wdm_rc fill_in(const wdm_cens *sorted, size_t n, const double *quantile, double *logs, wdm_err *err)
{
    double *x = wdm_alloc(n, sizeof *x);
    double *y = wdm_alloc(n, sizeof *y);
    size_t m = 0;
    double c0 = (double)NAN;
    double c1 = (double)NAN;
    double cov[3] = {0};
    double sum_sq = 0.0;
    wdm_rc rc = WDM_OK;
    if (x == NULL || y == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        logs[i] = log(sorted[i].x);
        if (sorted[i].censored)
            continue;
        x[m] = quantile[i];
        y[m] = logs[i];
        m++;
    }
    gsl_fit_linear(x, 1, y, 1, m, &c0, &c1, &cov[0], &cov[1], &cov[2], &sum_sq);
    if (!isfinite(c0) || !isfinite(c1)) { // GSL reports success with NaN coefficients
        rc = wdm_err_set(err, WDM_E_DATA, "the regression on order statistics has no solution");
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        if (sorted[i].censored)
            logs[i] = c0 + c1 * quantile[i];
    }
out:
    wdm_free(x);
    wdm_free(y);
    return rc;
}

static wdm_rc summarise(double *logs, size_t n, wdm_cens_ros *fit, wdm_err *err)
{
    wdm_rc rc = wdm_robust_mean(logs, n, &fit->meanlog, err);
    if (rc == WDM_OK)
        rc = wdm_robust_sd(logs, n, &fit->sdlog, err);
    for (size_t i = 0; i < n; i++)
        logs[i] = exp(logs[i]);
    if (rc == WDM_OK)
        rc = wdm_robust_mean(logs, n, &fit->mean, err);
    return rc;
}

wdm_rc wdm_cens_ros_fit(const wdm_cens *v, size_t n, wdm_cens_ros *fit, wdm_err *err)
{
    wdm_cens *sorted = NULL;
    group *groups = NULL;
    double *quantile = NULL;
    double *logs = NULL;
    size_t count = 0;
    wdm_rc rc = wdm_cens_check_fit(v, n, true, 2, err);
    *fit = (wdm_cens_ros){(double)NAN, (double)NAN, (double)NAN};
    if (rc != WDM_OK)
        return rc;
    sorted = wdm_alloc(n, sizeof *sorted);
    groups = wdm_alloc(n + 1, sizeof *groups);
    quantile = wdm_alloc(n, sizeof *quantile);
    logs = wdm_alloc(n, sizeof *logs);
    if (sorted == NULL || groups == NULL || quantile == NULL || logs == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    memcpy(sorted, v, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, ascending);
    count = groups_of(sorted, n, groups);
    positions(sorted, n, groups, count, quantile);
    rc = fill_in(sorted, n, quantile, logs, err);
    if (rc == WDM_OK)
        rc = summarise(logs, n, fit, err);
out:
    wdm_free(sorted);
    wdm_free(groups);
    wdm_free(quantile);
    wdm_free(logs);
    return rc;
}

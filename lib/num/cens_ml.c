// SPDX-License-Identifier: GPL-3.0-or-later
// Lognormal maximum likelihood for left-censored samples (num/censored.h).
#include <math.h>

#include "base/mem.h"
#include "num/cens_lognormal.h"

// From Olsen's parameters, shifted by centre, to the fit with standard errors by the delta method.
static void finish(const wdm_olsen *l, double theta, double delta, double centre, wdm_cens_ml *fit)
{
    const double det =
        l->tt * l->dd - l->td * l->td; // of the Hessian; the information matrix is its negative
    const double var_t = -l->dd / det;
    const double var_d = -l->tt / det;
    const double cov = l->td / det;
    const double s = 1.0 / theta;
    const double m = delta * s;
    // mu = delta / theta, sigma = 1 / theta
    const double mu_t = -m * s;
    const double mu_d = s;
    const double sigma_t = -s * s;
    const double log_mean_t = mu_t + s * sigma_t; // d(mu + sigma^2 / 2)
    fit->meanlog = centre + m;
    fit->sdlog = s;
    fit->se_meanlog = sqrt(mu_t * mu_t * var_t + 2.0 * mu_t * mu_d * cov + mu_d * mu_d * var_d);
    fit->se_sdlog = fabs(sigma_t) * sqrt(var_t);
    fit->mean = exp(fit->meanlog + 0.5 * s * s);
    fit->se_mean = fit->mean * sqrt(log_mean_t * log_mean_t * var_t + 2.0 * log_mean_t * mu_d * cov +
                                    mu_d * mu_d * var_d);
}

wdm_rc wdm_cens_ml_fit(const wdm_cens *v, size_t n, wdm_cens_ml *fit, wdm_err *err)
{
    double *logs = NULL;
    double centre = (double)NAN;
    double spread = (double)NAN;
    double theta = (double)NAN;
    double delta = 0.0;
    wdm_olsen_data data = {.v = v, .n = n};
    wdm_rc rc = wdm_cens_check_fit(v, n, true, 2, err);
    *fit = (wdm_cens_ml){(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
    if (rc != WDM_OK)
        return rc;
    logs = wdm_alloc(2 * n, sizeof *logs);
    if (logs == NULL)
        return wdm_err_nomem(err);
    rc = wdm_olsen_prepare(v, n, logs, &centre, &spread, err);
    if (rc != WDM_OK)
        goto out;
    if (!(spread > 0.0)) {
        rc = wdm_err_set(err, WDM_E_DATA, "the values differ too little for a lognormal fit");
        goto out;
    }
    theta = 1.0 / spread;
    data.high = logs;
    data.low = logs + n;
    if (wdm_olsen_maximise(&data, &theta, &delta)) {
        const wdm_olsen at_end = wdm_olsen_at(&data, theta, delta);
        finish(&at_end, theta, delta, centre, fit);
    }
    if (!isfinite(fit->mean) || !isfinite(fit->se_mean)) {
        *fit = (wdm_cens_ml){(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
        rc = wdm_err_set(err, WDM_E_DATA, "the lognormal fit of %zu values did not converge", n);
    }
out:
    wdm_free(logs);
    return rc;
}

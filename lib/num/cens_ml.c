// SPDX-License-Identifier: GPL-3.0-or-later
// Lognormal maximum likelihood for left-censored samples (num/censored.h).
#include <gsl/gsl_sf_erf.h>
#include <math.h>

#include "base/mem.h"
#include "num/censored.h"
#include "num/robust.h"

// The log likelihood in Olsen's parameters theta = 1 / sdlog, delta = meanlog / sdlog:
//   detected y: log(theta) - (theta y - delta)^2 / 2      censored at c: log Phi(theta c - delta)
// It is concave, so its Hessian is never indefinite.
typedef struct olsen {
    double value;
    double d_theta, d_delta; // gradient
    double tt, td, dd;       // Hessian
} olsen;

enum { ML_MAX_STEPS = 200, ML_MAX_HALVINGS = 60 };

#define ML_TOLERANCE 1e-9 // convergence is quadratic: the error after such a step is far below rounding
#define LOG_SQRT_2PI 0.91893853320467274178
#define SQRT_HALF 0.70710678118654752440
#define LOG_2 0.69314718055994530942

static double log_phi(double t) // log of the normal distribution function
{
    return gsl_sf_log_erfc(-t * SQRT_HALF) - LOG_2;
}

static double mills(double t) // density / distribution function = d log_phi / dt
{
    if (t < -1e4)
        return -t - 1.0 / t; // the first terms of the asymptotic series; the next is 2 / t^3
    return exp(-0.5 * t * t - LOG_SQRT_2PI - log_phi(t));
}

static olsen likelihood(const double *logs, const wdm_cens *v, size_t n, double theta, double delta)
{
    olsen l = {0};
    for (size_t i = 0; i < n; i++) {
        const double y = logs[i];
        const double t = theta * y - delta;
        double first = -t; // d/dt of the term
        double second = -1.0;
        if (v[i].censored) {
            first = mills(t);
            second = -first * (t + first);
            l.value += log_phi(t);
        } else {
            l.value += log(theta) - 0.5 * t * t;
            l.d_theta += 1.0 / theta;
            l.tt -= 1.0 / (theta * theta);
        }
        l.d_theta += first * y;
        l.d_delta -= first;
        l.tt += second * y * y;
        l.td -= second * y;
        l.dd += second;
    }
    return l;
}

// Newton's step, halved until the likelihood does not fall. True when the parameters no longer change.
static bool newton(const double *logs, const wdm_cens *v, size_t n, double *theta, double *delta)
{
    const olsen l = likelihood(logs, v, n, *theta, *delta);
    const double det = l.tt * l.dd - l.td * l.td;
    const double step_theta = -(l.dd * l.d_theta - l.td * l.d_delta) / det;
    const double step_delta = -(l.tt * l.d_delta - l.td * l.d_theta) / det;
    const double noise = 1e-12 * (1.0 + fabs(l.value)); // rounding of the sum: near the maximum all is flat
    double share = 1.0;
    for (int i = 0; i < ML_MAX_HALVINGS; i++) {
        const double new_theta = *theta + share * step_theta;
        const double new_delta = *delta + share * step_delta;
        if (new_theta > 0.0 && likelihood(logs, v, n, new_theta, new_delta).value >= l.value - noise) {
            *theta = new_theta;
            *delta = new_delta;
            return fabs(step_theta) <= ML_TOLERANCE * new_theta &&
                   fabs(step_delta) <= ML_TOLERANCE * (1.0 + fabs(new_delta));
        }
        share *= 0.5;
    }
    return true; // no step goes up: at the maximum to the last digit
}

// From Olsen's parameters, shifted by centre, to the fit with standard errors by the delta method.
static void finish(const olsen *l, double theta, double delta, double centre, wdm_cens_ml *fit)
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

// Logs of values and limits less their mean, so that theta and delta are nearly uncorrelated; starting values
// from them.
static wdm_rc prepare(const wdm_cens *v, size_t n, double *logs, double *centre, double *spread)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < n; i++)
        logs[i] = log(v[i].x);
    rc = wdm_robust_mean(logs, n, centre, NULL);
    if (rc == WDM_OK)
        rc = wdm_robust_sd(logs, n, spread, NULL);
    for (size_t i = 0; i < n; i++)
        logs[i] -= *centre;
    return rc;
}

wdm_rc wdm_cens_ml_fit(const wdm_cens *v, size_t n, wdm_cens_ml *fit, wdm_err *err)
{
    double *logs = NULL;
    double centre = (double)NAN;
    double spread = (double)NAN;
    double theta = (double)NAN;
    double delta = 0.0;
    bool done = false;
    olsen at_end = {0};
    wdm_rc rc = wdm_cens_check_fit(v, n, true, 2, err);
    *fit = (wdm_cens_ml){(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
    if (rc != WDM_OK)
        return rc;
    logs = wdm_alloc(n, sizeof *logs);
    if (logs == NULL)
        return wdm_err_nomem(err);
    rc = prepare(v, n, logs, &centre, &spread);
    if (rc != WDM_OK || !(spread > 0.0)) {
        rc = wdm_err_set(err, WDM_E_DATA, "the values differ too little for a lognormal fit");
        goto out;
    }
    theta = 1.0 / spread;
    for (int i = 0; i < ML_MAX_STEPS && !done; i++)
        done = newton(logs, v, n, &theta, &delta);
    at_end = likelihood(logs, v, n, theta, delta);
    if (done)
        finish(&at_end, theta, delta, centre, fit);
    if (!done || !isfinite(fit->mean) || !isfinite(fit->se_mean)) {
        *fit = (wdm_cens_ml){(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
        rc = wdm_err_set(err, WDM_E_DATA, "the lognormal fit of %zu values did not converge", n);
    }
out:
    wdm_free(logs);
    return rc;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Censored values at their conditional means under a lognormal whose spread is known about (num/censored.h).
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "num/cens_lognormal.h"

enum { NODES = 5 };

// Gauss-Hermite nodes and weights for exp(-z^2), weights times exp(z^2).
static const double node[NODES] = {-2.0201828704560856, -0.9585724646138185, 0.0, 0.9585724646138185,
                                   2.0201828704560856};
static const double node_weight[NODES] = {1.1814886255359869, 0.9865809967514283, 0.9453087204829419,
                                          0.9865809967514283, 1.1814886255359869};

// What the posterior says of the censored values together, summed over the nodes.
typedef struct posterior {
    double weight;
    double sum; // of the conditional means of all censored values
    double sum_sq;
    double inside; // of their conditional variances
    double meanlog;
    double sdlog;
} posterior;

// E[x] and Var[x] of a lognormal between two ends, log ends given as (ln end - mu) / sigma.
static void conditional(double a, double b, double mu, double sigma, double *mean, double *var)
{
    const double log_p = wdm_log_phi_between(a, b);
    const double first = wdm_log_phi_between(a - sigma, b - sigma) - log_p + mu + 0.5 * sigma * sigma;
    const double second =
        wdm_log_phi_between(a - 2.0 * sigma, b - 2.0 * sigma) - log_p + 2.0 * mu + 2.0 * sigma * sigma;
    *mean = exp(first);
    *var = fmax(0.0, exp(second) - exp(2.0 * first));
}

static void at_node(const wdm_olsen_data *data, double theta, double delta, double weight,
                    wdm_cens_fill *fill, posterior *post)
{
    const double mu = delta / theta;
    const double sigma = 1.0 / theta;
    double sum = 0.0;
    double inside = 0.0;
    for (size_t i = 0; i < data->n; i++) {
        double mean = 0.0;
        double var = 0.0;
        if (!data->v[i].censored)
            continue;
        conditional(theta * data->low[i] - delta, theta * data->high[i] - delta, mu, sigma, &mean, &var);
        fill[i].mean += weight * mean;
        fill[i].var += weight * var;
        sum += mean;
        inside += var;
    }
    post->weight += weight;
    post->sum += weight * sum;
    post->sum_sq += weight * sum * sum;
    post->inside += weight * inside;
    post->meanlog += weight * mu;
    post->sdlog += weight * sigma;
}

// The nodes lie around the posterior's maximum along the axes of its curvature there; each is weighted with
// the posterior itself.
static bool integrate(const wdm_olsen_data *data, double theta, double delta, wdm_cens_fill *fill,
                      posterior *post)
{
    const wdm_olsen top = wdm_olsen_at(data, theta, delta);
    const double det = top.tt * top.dd - top.td * top.td;
    const double var_t = -top.dd / det; // of theta and delta where the posterior is normal
    const double cov = top.td / det;
    const double l11 = sqrt(2.0 * var_t);
    const double l21 = 2.0 * cov / l11;
    const double l22 = sqrt(fmax(0.0, 2.0 * -top.tt / det - l21 * l21));
    if (!(det > 0.0) || !(var_t > 0.0))
        return false;
    for (int i = 0; i < NODES; i++) {
        for (int k = 0; k < NODES; k++) {
            const double t = theta + l11 * node[i];
            const double d = delta + l21 * node[i] + l22 * node[k];
            if (!(t > 0.05 * theta))
                continue;
            const double rise = wdm_olsen_at(data, t, d).value - top.value;
            const double weight = node_weight[i] * node_weight[k] * exp(rise);
            if (weight > 1e-6)
                at_node(data, t, d, weight, fill, post);
        }
    }
    return post->weight > 0.0;
}

// From sums over the nodes, in units of exp(centre), to the fit.
static void finish(const wdm_cens *v, size_t n, double centre, const posterior *post, wdm_cens_fill *fill,
                   wdm_cens_conditional *fit)
{
    const double unit = exp(centre);
    const double k = (double)n;
    const double sum = post->sum / post->weight;
    const double var_fit = fmax(0.0, post->sum_sq / post->weight - sum * sum);
    fit->mean = 0.0;
    for (size_t i = 0; i < n; i++) {
        fill[i] = v[i].censored ? (wdm_cens_fill){fill[i].mean / post->weight * unit,
                                                  fill[i].var / post->weight * unit * unit}
                                : (wdm_cens_fill){v[i].x, 0.0};
        fit->mean += fill[i].mean / k;
    }
    fit->se_fit = sqrt(var_fit) * unit / k;
    fit->se_inside = sqrt(post->inside / post->weight) * unit / k;
    fit->meanlog = centre + post->meanlog / post->weight;
    fit->sdlog = post->sdlog / post->weight;
}

wdm_rc wdm_cens_conditional_fit(const wdm_cens *v, size_t n, const wdm_cens_prior *prior, wdm_cens_fill *fill,
                                wdm_cens_conditional *fit, wdm_err *err)
{
    double *logs = NULL;
    double centre = (double)NAN;
    double spread = (double)NAN;
    wdm_olsen_data data = {.v = v, .n = n};
    posterior post = {0};
    wdm_rc rc = wdm_cens_check_fit(v, n, true, 1, err);
    *fit = (wdm_cens_conditional){(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
    if (rc != WDM_OK)
        return rc;
    if (!(prior->df >= 2.0) || !(prior->sdlog > 0.0) || !isfinite(prior->df) || !isfinite(prior->sdlog))
        return wdm_err_set(err, WDM_E_DATA, "a prior of sdlog %g with %g degrees of freedom", prior->sdlog,
                           prior->df);
    logs = wdm_alloc(2 * n, sizeof *logs);
    if (logs == NULL)
        return wdm_err_nomem(err);
    rc = wdm_olsen_prepare(v, n, logs, &centre, &spread, err);
    if (rc != WDM_OK)
        goto out;
    data.high = logs;
    data.low = logs + n;
    data.power = prior->df - 2.0; // d mu d sigma / sigma is theta^-2 d theta d delta
    data.decay = 0.5 * prior->df * prior->sdlog * prior->sdlog;
    memset(fill, 0, n * sizeof *fill);
    double theta = 1.0 / prior->sdlog;
    double delta = 0.0;
    if (wdm_olsen_maximise(&data, &theta, &delta) && integrate(&data, theta, delta, fill, &post))
        finish(v, n, centre, &post, fill, fit);
    if (!isfinite(fit->mean) || !isfinite(fit->se_fit) || !isfinite(fit->se_inside))
        rc = wdm_err_set(err, WDM_E_DATA, "the conditional means of %zu values did not converge", n);
out:
    wdm_free(logs);
    return rc;
}

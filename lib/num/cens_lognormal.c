// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/cens_lognormal.h"

#include <gsl/gsl_sf_erf.h>
#include <math.h>

#include "num/robust.h"

enum { MAX_STEPS = 200, MAX_HALVINGS = 60 };

#define TOLERANCE 1e-9 // convergence is quadratic: the error after such a step is far below rounding
#define LOG_SQRT_2PI 0.91893853320467274178
#define SQRT_HALF 0.70710678118654752440
#define LOG_2 0.69314718055994530942

static double log_phi(double t) // log of the normal distribution function
{
    return gsl_sf_log_erfc(-t * SQRT_HALF) - LOG_2;
}

static double mills(double t, double log_p) // density / distribution function = d log_phi / dt
{
    if (t < -1e4)
        return -t - 1.0 / t; // the first terms of the asymptotic series; the next is 2 / t^3
    return exp(-0.5 * t * t - LOG_SQRT_2PI - log_p);
}

double wdm_log_phi_between(double a, double b)
{
    if (isinf(a))
        return log_phi(b);
    if (a > 0.0) // the lower tail has the digits
        return wdm_log_phi_between(-b, -a);
    const double upper = log_phi(b);
    return upper + log1p(-exp(log_phi(a) - upper));
}

static void add_below(double y, double theta, double delta, wdm_olsen *l)
{
    const double t = theta * y - delta;
    const double log_p = log_phi(t);
    const double first = mills(t, log_p); // d/dt of the term
    const double second = -first * (t + first);
    l->value += log_p;
    l->d_theta += first * y;
    l->d_delta -= first;
    l->tt += second * y * y;
    l->td -= second * y;
    l->dd += second;
}

static void add_between(double low, double high, double theta, double delta, wdm_olsen *l)
{
    const double a = theta * low - delta;
    const double b = theta * high - delta;
    const double log_p = wdm_log_phi_between(a, b);
    const double fa = exp(-0.5 * a * a - LOG_SQRT_2PI - log_p);
    const double fb = exp(-0.5 * b * b - LOG_SQRT_2PI - log_p);
    const double d_theta = fb * high - fa * low;
    const double d_delta = fa - fb;
    l->value += log_p;
    l->d_theta += d_theta;
    l->d_delta += d_delta;
    l->tt += a * fa * low * low - b * fb * high * high - d_theta * d_theta;
    l->td += b * fb * high - a * fa * low - d_theta * d_delta;
    l->dd += a * fa - b * fb - d_delta * d_delta;
}

static void add_detected(double y, double theta, double delta, wdm_olsen *l)
{
    const double t = theta * y - delta;
    l->value += log(theta) - 0.5 * t * t;
    l->d_theta += 1.0 / theta - t * y;
    l->d_delta += t;
    l->tt -= 1.0 / (theta * theta) + y * y;
    l->td += y;
    l->dd -= 1.0;
}

wdm_olsen wdm_olsen_at(const wdm_olsen_data *data, double theta, double delta)
{
    wdm_olsen l = {.value = data->power * log(theta) - data->decay * theta * theta,
                   .d_theta = data->power / theta - 2.0 * data->decay * theta,
                   .tt = -data->power / (theta * theta) - 2.0 * data->decay};
    for (size_t i = 0; i < data->n; i++) {
        if (!data->v[i].censored)
            add_detected(data->high[i], theta, delta, &l);
        else if (isinf(data->low[i]))
            add_below(data->high[i], theta, delta, &l);
        else
            add_between(data->low[i], data->high[i], theta, delta, &l);
    }
    return l;
}

// Newton's step, halved until the likelihood does not fall. True when the parameters no longer change.
static bool newton(const wdm_olsen_data *data, double *theta, double *delta)
{
    const wdm_olsen l = wdm_olsen_at(data, *theta, *delta);
    const double det = l.tt * l.dd - l.td * l.td;
    const double step_theta = -(l.dd * l.d_theta - l.td * l.d_delta) / det;
    const double step_delta = -(l.tt * l.d_delta - l.td * l.d_theta) / det;
    const double noise = 1e-12 * (1.0 + fabs(l.value)); // rounding of the sum: near the maximum all is flat
    double share = 1.0;
    for (int i = 0; i < MAX_HALVINGS; i++) {
        const double new_theta = *theta + share * step_theta;
        const double new_delta = *delta + share * step_delta;
        if (new_theta > 0.0 && wdm_olsen_at(data, new_theta, new_delta).value >= l.value - noise) {
            *theta = new_theta;
            *delta = new_delta;
            return fabs(step_theta) <= TOLERANCE * new_theta &&
                   fabs(step_delta) <= TOLERANCE * (1.0 + fabs(new_delta));
        }
        share *= 0.5;
    }
    return true; // no step goes up: at the maximum to the last digit
}

bool wdm_olsen_maximise(const wdm_olsen_data *data, double *theta, double *delta)
{
    bool done = false;
    for (int i = 0; i < MAX_STEPS && !done; i++)
        done = newton(data, theta, delta);
    return done && isfinite(*theta) && isfinite(*delta);
}

wdm_rc wdm_olsen_prepare(const wdm_cens *v, size_t n, double *logs, double *centre, double *spread,
                         wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < n; i++) {
        logs[i] = log(v[i].x);
        logs[n + i] =
            v[i].censored && v[i].low > 0.0 && v[i].low < v[i].x ? log(v[i].low) : -(double)INFINITY;
    }
    rc = wdm_robust_mean(logs, n, centre, err);
    *spread = 0.0;
    if (rc == WDM_OK && n > 1)
        rc = wdm_robust_sd(logs, n, spread, err);
    for (size_t i = 0; i < 2 * n; i++)
        logs[i] -= *centre;
    return rc;
}

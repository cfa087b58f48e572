// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/glm_quasipoisson.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/mem.h"

// As R's glm.control and glm.fit.
enum { STEPS_MAX = 25 };
static const double EPSILON = 1e-8;
static const double START = 0.1;
// R asks for 1e-11 of a column's length after a QR; of its square less would be rounding.
static const double DEPENDENT = 1e-13;

wdm_rc wdm_glm_init(wdm_glm *glm, size_t n_max, wdm_err *err)
{
    *glm = (wdm_glm){.n_max = n_max};
    glm->mu = wdm_alloc(n_max, sizeof *glm->mu);
    glm->hat = wdm_alloc(n_max, sizeof *glm->hat);
    glm->eta = wdm_alloc(n_max, sizeof *glm->eta);
    glm->w = wdm_alloc(n_max, sizeof *glm->w);
    if (glm->mu == NULL || glm->hat == NULL || glm->eta == NULL || glm->w == NULL)
        return wdm_err_nomem(err);
    return WDM_OK;
}

void wdm_glm_fini(wdm_glm *glm)
{
    wdm_free(glm->mu);
    wdm_free(glm->hat);
    wdm_free(glm->eta);
    wdm_free(glm->w);
    *glm = (wdm_glm){.n_max = 0};
}

static double weight_of(const double *weights, size_t i)
{
    return weights != NULL ? weights[i] : 1.0;
}

static double deviance(const wdm_glm *glm, const double *y, const double *weights)
{
    double sum = 0.0;
    for (size_t i = 0; i < glm->n; i++) {
        const double mu = glm->mu[i];
        sum += weight_of(weights, i) * (y[i] > 0.0 ? y[i] * log(y[i] / mu) - (y[i] - mu) : mu);
    }
    return 2.0 * sum;
}

// The upper triangle R with R'R = A, in place of A's upper triangle; false when a column depends on those
// before it.
static bool cholesky(double *a, size_t p)
{
    for (size_t j = 0; j < p; j++) {
        const double square = a[j * p + j];
        double rest = square;
        for (size_t k = 0; k < j; k++)
            rest -= a[k * p + j] * a[k * p + j];
        if (!(rest > DEPENDENT * square))
            return false;
        a[j * p + j] = sqrt(rest);
        for (size_t i = j + 1; i < p; i++) {
            double sum = a[j * p + i];
            for (size_t k = 0; k < j; k++)
                sum -= a[k * p + j] * a[k * p + i];
            a[j * p + i] = sum / a[j * p + j];
        }
    }
    return true;
}

// u from R' u = c for the upper triangle R.
static void solve_transposed(const double *triangle, size_t p, const double *c, double *u)
{
    for (size_t j = 0; j < p; j++) {
        double rest = c[j];
        for (size_t k = 0; k < j; k++)
            rest -= triangle[k * p + j] * u[k];
        u[j] = rest / triangle[j * p + j];
    }
}

static double solved_square(const double *triangle, size_t p, const double *c)
{
    double u[WDM_GLM_MAX_P];
    double sum = 0.0;
    solve_transposed(triangle, p, c, u);
    for (size_t j = 0; j < p; j++)
        sum += u[j] * u[j];
    return sum;
}

// Weighted least squares of the working response by the normal equations: a factor's columns are mostly
// zeros, which makes them several times faster than a QR of all rows. False when columns depend on each
// other.
static bool least_squares(wdm_glm *glm, const double *x, const double *y, const double *weights)
{
    const size_t p = glm->p;
    double *a = glm->triangle;
    double rhs[WDM_GLM_MAX_P] = {0.0};
    double u[WDM_GLM_MAX_P];
    for (size_t j = 0; j < p * p; j++)
        a[j] = 0.0;
    for (size_t i = 0; i < glm->n; i++) {
        const double *row = x + i * p;
        const double w = weight_of(weights, i) * glm->mu[i];
        const double working = glm->eta[i] + (y[i] - glm->mu[i]) / glm->mu[i];
        glm->w[i] = w;
        for (size_t j = 0; j < p; j++) {
            if (row[j] == 0.0)
                continue;
            rhs[j] += w * row[j] * working;
            for (size_t k = j; k < p; k++)
                a[j * p + k] += w * row[j] * row[k];
        }
    }
    if (!cholesky(a, p))
        return false;
    solve_transposed(a, p, rhs, u);
    for (size_t j = p; j-- > 0;) {
        double rest = u[j];
        for (size_t k = j + 1; k < p; k++)
            rest -= a[j * p + k] * glm->beta[k];
        glm->beta[j] = rest / a[j * p + j];
    }
    return true;
}

// The dispersion, from the weights of the last step, as in R.
static void finish(wdm_glm *glm, const double *y)
{
    double sum = 0.0;
    for (size_t i = 0; i < glm->n; i++) {
        const double residual = (y[i] - glm->mu[i]) / glm->mu[i];
        sum += glm->w[i] * residual * residual;
    }
    glm->dispersion = sum / (double)(glm->n - glm->p);
}

bool wdm_glm_fit(wdm_glm *glm, const double *x, const double *y, const double *weights, size_t n, size_t p)
{
    double before = 0.0;
    if (n > glm->n_max || p == 0 || p > WDM_GLM_MAX_P || n <= p)
        return false;
    glm->n = n;
    glm->p = p;
    for (size_t i = 0; i < n; i++) {
        glm->mu[i] = y[i] + START;
        glm->eta[i] = log(glm->mu[i]);
    }
    before = deviance(glm, y, weights);
    for (int step = 0; step < STEPS_MAX; step++) {
        double now = 0.0;
        if (!least_squares(glm, x, y, weights))
            return false;
        for (size_t i = 0; i < n; i++) {
            glm->eta[i] = 0.0;
            for (size_t j = 0; j < p; j++)
                glm->eta[i] += x[i * p + j] * glm->beta[j];
            glm->mu[i] = fmax(exp(glm->eta[i]), DBL_EPSILON);
        }
        now = deviance(glm, y, weights);
        if (!isfinite(now))
            return false;
        if (fabs(now - before) / (fabs(now) + 0.1) < EPSILON) {
            finish(glm, y);
            return isfinite(glm->dispersion);
        }
        before = now;
    }
    return false;
}

void wdm_glm_hat(wdm_glm *glm, const double *x)
{
    for (size_t i = 0; i < glm->n; i++)
        glm->hat[i] = glm->w[i] * solved_square(glm->triangle, glm->p, x + i * glm->p);
}

double wdm_glm_variance(const wdm_glm *glm, const double *c)
{
    return solved_square(glm->triangle, glm->p, c);
}

double wdm_glm_p(const wdm_glm *glm, size_t at, double dispersion)
{
    double c[WDM_GLM_MAX_P] = {0.0};
    double sd = 0.0;
    c[at] = 1.0;
    sd = sqrt(dispersion * wdm_glm_variance(glm, c));
    if (!(sd > 0.0))
        return glm->beta[at] == 0.0 ? 1.0 : 0.0;
    return 2.0 * gsl_cdf_tdist_Q(fabs(glm->beta[at]) / sd, (double)(glm->n - glm->p));
}

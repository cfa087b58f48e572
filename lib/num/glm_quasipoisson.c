// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/glm_quasipoisson.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

#include "base/mem.h"

// As R's glm.control and glm.fit.
enum { STEPS_MAX = 25 };
static const double EPSILON = 1e-8;
static const double START = 0.1;
static const double DEPENDENT = 1e-11; // a column keeps at least this share of its length

wdm_rc wdm_glm_init(wdm_glm *glm, size_t n_max, wdm_err *err)
{
    *glm = (wdm_glm){.n_max = n_max};
    glm->qr = wdm_alloc(n_max, WDM_GLM_MAX_P * sizeof *glm->qr);
    glm->mu = wdm_alloc(n_max, sizeof *glm->mu);
    glm->hat = wdm_alloc(n_max, sizeof *glm->hat);
    glm->eta = wdm_alloc(n_max, sizeof *glm->eta);
    glm->working = wdm_alloc(n_max, sizeof *glm->working);
    glm->w_root = wdm_alloc(n_max, sizeof *glm->w_root);
    if (glm->qr == NULL || glm->mu == NULL || glm->hat == NULL || glm->eta == NULL || glm->working == NULL ||
        glm->w_root == NULL)
        return wdm_err_nomem(err);
    return WDM_OK;
}

void wdm_glm_fini(wdm_glm *glm)
{
    wdm_free(glm->qr);
    wdm_free(glm->mu);
    wdm_free(glm->hat);
    wdm_free(glm->eta);
    wdm_free(glm->working);
    wdm_free(glm->w_root);
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

// Weighted least squares of the working response; false when columns depend on each other.
static bool least_squares(wdm_glm *glm, const double *x, const double *y, const double *weights)
{
    const size_t n = glm->n;
    const size_t p = glm->p;
    double tau[WDM_GLM_MAX_P];
    double length[WDM_GLM_MAX_P] = {0.0};
    gsl_matrix_view qr = gsl_matrix_view_array(glm->qr, n, p);
    gsl_vector_view taus = gsl_vector_view_array(tau, p);
    gsl_vector_view rhs = gsl_vector_view_array(glm->working, n);
    for (size_t i = 0; i < n; i++) {
        const double root = sqrt(weight_of(weights, i) * glm->mu[i]);
        glm->w_root[i] = root;
        glm->working[i] = (glm->eta[i] + (y[i] - glm->mu[i]) / glm->mu[i]) * root;
        for (size_t j = 0; j < p; j++) {
            const double cell = x[i * p + j] * root;
            glm->qr[i * p + j] = cell;
            length[j] += cell * cell;
        }
    }
    // none of these three can fail for n >= p: the library's own handler would end the program
    (void)gsl_linalg_QR_decomp(&qr.matrix, &taus.vector);
    (void)gsl_linalg_QR_QTvec(&qr.matrix, &taus.vector, &rhs.vector);
    for (size_t j = 0; j < p; j++) {
        if (!(fabs(glm->qr[j * p + j]) > DEPENDENT * sqrt(length[j])))
            return false;
    }
    for (size_t j = p; j-- > 0;) {
        double rest = glm->working[j];
        for (size_t k = j + 1; k < p; k++)
            rest -= glm->qr[j * p + k] * glm->beta[k];
        glm->beta[j] = rest / glm->qr[j * p + j];
    }
    return true;
}

// R' u = c for the upper triangle R; the square of u's length.
static double solved_square(const double *triangle, size_t p, const double *c, double scale)
{
    double u[WDM_GLM_MAX_P];
    double sum = 0.0;
    for (size_t j = 0; j < p; j++) {
        double rest = c[j] * scale;
        for (size_t k = 0; k < j; k++)
            rest -= triangle[k * p + j] * u[k];
        u[j] = rest / triangle[j * p + j];
        sum += u[j] * u[j];
    }
    return sum;
}

// Dispersion and hat values, all from the weights of the last step, as in R.
static void finish(wdm_glm *glm, const double *x, const double *y)
{
    double sum = 0.0;
    for (size_t j = 0; j < glm->p; j++) {
        for (size_t k = j; k < glm->p; k++)
            glm->triangle[j * glm->p + k] = glm->qr[j * glm->p + k];
    }
    for (size_t i = 0; i < glm->n; i++) {
        const double residual = glm->w_root[i] * (y[i] - glm->mu[i]) / glm->mu[i];
        sum += residual * residual;
        glm->hat[i] = solved_square(glm->triangle, glm->p, x + i * glm->p, glm->w_root[i]);
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
            finish(glm, x, y);
            return isfinite(glm->dispersion);
        }
        before = now;
    }
    return false;
}

double wdm_glm_variance(const wdm_glm *glm, const double *c)
{
    return solved_square(glm->triangle, glm->p, c, 1.0);
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

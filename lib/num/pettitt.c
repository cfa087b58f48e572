// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "num/changepoint.h"

// A value with its place in time.
typedef struct placed {
    double y;
    size_t at;
} placed;

static int by_value(const void *a, const void *b)
{
    const placed *p = a;
    const placed *q = b;
    return (p->y > q->y) - (p->y < q->y);
}

// rank2[i] = 2 x midrank of the value at place i: a whole number.
static void double_ranks(placed *sorted, size_t n, double *rank2)
{
    qsort(sorted, n, sizeof *sorted, by_value);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && sorted[end].y == sorted[i].y)
            end++;
        for (size_t k = i; k < end; k++)
            rank2[sorted[k].at] = (double)(i + end + 1);
        i = end;
    }
}

wdm_rc wdm_pettitt_test(const double *y, size_t n, wdm_pettitt_result *result, wdm_err *err)
{
    const double m = (double)n;
    placed *sorted = NULL;
    double *rank2 = NULL;
    double u = 0.0;
    wdm_rc rc = WDM_OK;
    *result = (wdm_pettitt_result){.n = n, .u = (double)NAN, .p = (double)NAN};
    if (n < 2)
        return wdm_err_set(err, WDM_E_DATA, "a change of level needs at least 2 values, got %zu", n);
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(y[i]))
            return wdm_err_set(err, WDM_E_DATA,
                               "a change of level cannot be tested: value %zu is missing or not finite",
                               i + 1);
    }
    sorted = wdm_alloc(n, sizeof *sorted);
    rank2 = wdm_alloc(n, sizeof *rank2);
    if (sorted == NULL || rank2 == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    for (size_t i = 0; i < n; i++)
        sorted[i] = (placed){y[i], i};
    double_ranks(sorted, n, rank2);
    result->u = 0.0;
    for (size_t i = 0; i + 1 < n; i++) {
        u += rank2[i] - (m + 1.0);
        if (fabs(u) > result->u) {
            result->u = fabs(u);
            result->at = i + 1;
            result->rises = u < 0.0;
        }
    }
    result->p = fmin(1.0, 2.0 * exp(-6.0 * result->u * result->u / (m * m * m + m * m)));
out:
    wdm_free(sorted);
    wdm_free(rank2);
    return rc;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Benjamini-Hochberg false discovery rate (num/baseline.h).
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "num/baseline.h"

typedef struct ranked {
    double p;
    size_t at;
} ranked;

static int ascending(const void *a, const void *b)
{
    ranked x = {0};
    ranked y = {0};
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x.p > y.p) - (x.p < y.p);
}

wdm_rc wdm_bh_adjust(const double *p, size_t n, double *adjusted, wdm_err *err)
{
    ranked *order = wdm_alloc(n, sizeof *order);
    size_t tested = 0;
    double least = 1.0;
    wdm_rc rc = WDM_OK;
    if (order == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < n; i++) {
        adjusted[i] = (double)NAN;
        if (isnan(p[i]))
            continue;
        if (p[i] < 0.0 || p[i] > 1.0) {
            rc = wdm_err_set(err, WDM_E_DATA, "p-value %zu is %g, outside 0..1", i + 1, p[i]);
            goto out;
        }
        order[tested++] = (ranked){p[i], i};
    }
    if (tested > 1)
        qsort(order, tested, sizeof *order, ascending);
    for (size_t rank = tested; rank > 0; rank--) {
        const double scaled = order[rank - 1].p * (double)tested / (double)rank;
        least = fmin(least, scaled);
        adjusted[order[rank - 1].at] = least;
    }
out:
    wdm_free(order);
    return rc;
}

wdm_rc wdm_bh_reject(const double *p, size_t n, double rate, bool *rejected, size_t *count, wdm_err *err)
{
    double *adjusted = NULL;
    size_t found = 0;
    wdm_rc rc = WDM_OK;
    if (!(rate > 0.0 && rate < 1.0))
        return wdm_err_set(err, WDM_E_DATA, "the false discovery rate must lie between 0 and 1, got %g",
                           rate);
    adjusted = wdm_alloc(n, sizeof *adjusted);
    if (adjusted == NULL)
        return wdm_err_nomem(err);
    rc = wdm_bh_adjust(p, n, adjusted, err);
    if (rc == WDM_OK) {
        for (size_t i = 0; i < n; i++) {
            rejected[i] = adjusted[i] <= rate; // NaN: not rejected
            found += rejected[i];
        }
        if (count != NULL)
            *count = found;
    }
    wdm_free(adjusted);
    return rc;
}

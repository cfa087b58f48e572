// SPDX-License-Identifier: GPL-3.0-or-later
// Kaplan-Meier mean of left-censored samples (num/censored.h).
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "num/censored.h"

// Highest first; a detected value stands before a limit of the same size (it is at or above the limit).
static int descending(const void *a, const void *b)
{
    wdm_cens x = {0};
    wdm_cens y = {0};
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (x.x != y.x)
        return x.x < y.x ? 1 : -1;
    return (int)x.censored - (int)y.censored;
}

// One pass from the highest value down. f is the estimated share below the value; area[k] is the part of the
// mean under the curve below the kth detected level, needed for Greenwood's variance.
typedef struct level {
    double y;      // a detected value
    double deaths; // how many have it
    double risk;   // values and limits at or below it
    double f;      // F just below y
} level;

static size_t levels_of(const wdm_cens *sorted, size_t n, level *levels)
{
    size_t count = 0;
    double f = 1.0;
    size_t i = 0;
    while (i < n) {
        size_t same = i;
        if (sorted[i].censored) {
            i++;
            continue;
        }
        while (same < n && !sorted[same].censored && sorted[same].x == sorted[i].x)
            same++;
        levels[count].y = sorted[i].x;
        levels[count].deaths = (double)(same - i);
        levels[count].risk = (double)(n - i);
        f *= 1.0 - levels[count].deaths / levels[count].risk;
        levels[count].f = f;
        count++;
        i = same;
    }
    return count;
}

wdm_rc wdm_cens_km_fit(const wdm_cens *v, size_t n, wdm_cens_km *fit, wdm_err *err)
{
    wdm_cens *sorted = NULL;
    level *levels = NULL;
    size_t count = 0;
    double variance = 0.0;
    double area = 0.0; // integral of F from the lowest detected value up to the level in hand
    wdm_rc rc = wdm_cens_check_fit(v, n, false, 1, err);
    *fit = (wdm_cens_km){(double)NAN, (double)NAN, (double)NAN};
    if (rc != WDM_OK)
        return rc;
    sorted = wdm_alloc(n, sizeof *sorted);
    levels = wdm_alloc(n, sizeof *levels);
    if (sorted == NULL || levels == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    memcpy(sorted, v, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, descending);
    count = levels_of(sorted, n, levels);
    // Upwards from the lowest detected level: its own term of Greenwood's sum has no area below it.
    for (size_t k = count; k-- > 1;) {
        const level *upper = &levels[k - 1];
        area += (upper->y - levels[k].y) * upper->f;
        variance += area * area * upper->deaths / (upper->risk * (upper->risk - upper->deaths));
    }
    fit->mean = levels[0].y - area;
    fit->se_mean = sqrt(variance);
    fit->rest_mass = levels[count - 1].f;
out:
    wdm_free(sorted);
    wdm_free(levels);
    return rc;
}

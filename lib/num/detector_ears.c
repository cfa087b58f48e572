// SPDX-License-Identifier: GPL-3.0-or-later
// EARS C1, C2 and C3: a point against mean and standard deviation of the 7 before it (C1), or of the 7 before
// the last two (C2); C3 adds the excesses of three points.
//   C(t) = (y(t) - mean) / max(sd, min_sigma)         alarm above z(1 - alpha)
//   C3(t) = sum over t, t-1, t-2 of max(0, C2 - 1)    alarm above z(1 - alpha)
// With `today` = 0 C3 is that of R surveillance 1.20.3 (earsC): the sum is over t-1 and t-2 only, and the
// bound is y(t) + sd (z - sum), so that the value of the week itself plays no part. The CDC's own thresholds
// of 3 (C1, C2) and 2 (C3) are alpha = 0.00135 and 0.02275. (With a spread of 0 that bound is the value, and
// there is no alarm; R has NaN.) C3: a period without value, censored or excluded adds nothing to the sum.
// Worked example: 10 12 11 9 10 13 12 then 20: mean 11, sd sqrt(2), C1 = 9 / sqrt(2) = 6.363961,
// bound 15.370248.
#include <math.h>

#include "base/mem.h"
#include "num/detector_parts.h"

enum { ALPHA, BASELINE, MIN_SIGMA, TODAY };
enum { LAG = 2 }; // of C2 and C3

#define SOURCE "Hutwagner et al. 2003, doi:10.1007/PL00022319; Fricker et al. 2008, doi:10.1002/sim.3197"
#define SHARED                                                                                               \
    {"baseline", 3.0, 104.0, true, 7.0, "values in the baseline"},                                           \
    {                                                                                                        \
        "min_sigma", 0.0, 1e6, false, 0.0, "least standard deviation, unit of the values"                    \
    }

static const wdm_detector_parameter parameters_c12[] = {
    {"alpha", 1e-12, 0.5, false, 0.001, "one-sided probability of an alarm without change"}, SHARED};
static const wdm_detector_parameter parameters_c3[] = {
    {"alpha", 1e-12, 0.5, false, 0.025, "one-sided probability that makes the threshold"},
    SHARED,
    {"today", 0.0, 1.0, true, 1.0, "1: the sum has the point itself, as published; 0: as R surveillance"}};

typedef struct ears {
    double mean, sd, z; // z is NaN: no value, or too few before it
} ears;

static ears ears_at(const wdm_detector_series *series, size_t at, int32_t lag)
{
    const size_t baseline = (size_t)series->parameters[BASELINE];
    ears out = {.z = (double)NAN};
    const double *window = isnan(series->x[at]) ? NULL : wdm_detector_window(series, at, lag, baseline);
    if (window == NULL)
        return out;
    wdm_detector_moments(window, baseline, &out.mean, &out.sd);
    out.sd = fmax(out.sd, series->parameters[MIN_SIGMA]);
    out.z = wdm_detector_z(series->x[at], out.mean, out.sd);
    return out;
}

static wdm_rc run_c12(const wdm_detector *detector, int32_t lag, const wdm_detector_point *points, size_t n,
                      const double *parameters, wdm_detector_verdict *verdicts, wdm_err *err)
{
    wdm_detector_series series;
    const wdm_rc rc = wdm_detector_open(&series, detector, points, n, parameters, verdicts, err);
    const double threshold = rc == WDM_OK ? wdm_detector_z_alpha(series.parameters[ALPHA]) : 0.0;
    for (size_t i = 0; rc == WDM_OK && i < n; i++) {
        const ears e = ears_at(&series, i, lag);
        const double bound = e.mean + threshold * e.sd;
        if (isnan(e.z))
            continue;
        wdm_detector_judge(&series, i,
                           (wdm_detector_verdict){.alarm = wdm_detector_above(series.x[i], bound),
                                                  .expected = e.mean,
                                                  .bound = bound,
                                                  .statistic = e.z,
                                                  .p = wdm_detector_p(e.z),
                                                  .n_used = (size_t)series.parameters[BASELINE]},
                           &verdicts[i]);
    }
    wdm_detector_close(&series);
    return rc;
}

static wdm_rc run_c1(const wdm_detector_point *points, size_t n, const double *parameters,
                     wdm_detector_verdict *verdicts, wdm_err *err)
{
    return run_c12(&wdm_detector_ears_c1, 0, points, n, parameters, verdicts, err);
}

static wdm_rc run_c2(const wdm_detector_point *points, size_t n, const double *parameters,
                     wdm_detector_verdict *verdicts, wdm_err *err)
{
    return run_c12(&wdm_detector_ears_c2, LAG, points, n, parameters, verdicts, err);
}

// The excesses of the two periods before, from the C2 of the points so far. False: one of them has a value
// and too few before it.
static bool earlier_excess(const wdm_detector_series *series, size_t at, const double *c2, double *sum)
{
    *sum = 0.0;
    for (size_t i = at; i-- > 0 && (int64_t)series->points[at].when - series->points[i].when <= LAG;) {
        if (!wdm_detector_usable(series, i) || wdm_detector_censored(series, i))
            continue;
        if (isnan(c2[i]))
            return false;
        *sum += fmax(0.0, c2[i] - 1.0);
    }
    return true;
}

static void judge_c3(const wdm_detector_series *series, size_t at, double threshold, double *c2,
                     wdm_detector_verdict *verdict)
{
    const ears e = ears_at(series, at, LAG);
    double sum = 0.0;
    wdm_detector_verdict judged = {
        .bound = (double)NAN, .p = (double)NAN, .n_used = (size_t)series->parameters[BASELINE]};
    c2[at] = e.z;
    if (isnan(e.z) || !earlier_excess(series, at, c2, &sum))
        return;
    judged.expected = e.mean;
    if (series->parameters[TODAY] != 0.0) {
        judged.statistic = sum + fmax(0.0, e.z - 1.0);
        // when the earlier ones are enough there is no bound on the value: whatever it is, C3 alarms
        judged.bound = sum > threshold ? (double)NAN : e.mean + e.sd * (1.0 + threshold - sum);
        judged.alarm = sum > threshold || wdm_detector_above(series->x[at], judged.bound);
    } else {
        judged.statistic = sum;
        if (!wdm_detector_censored(series, at))
            judged.bound = fmax(0.0, series->x[at] + e.sd * (threshold - sum));
        judged.alarm = sum > threshold && series->x[at] > judged.bound;
    }
    wdm_detector_judge(series, at, judged, verdict);
}

static wdm_rc run_c3(const wdm_detector_point *points, size_t n, const double *parameters,
                     wdm_detector_verdict *verdicts, wdm_err *err)
{
    wdm_detector_series series;
    double *c2 = NULL;
    double threshold = 0.0;
    wdm_rc rc = wdm_detector_open(&series, &wdm_detector_ears_c3, points, n, parameters, verdicts, err);
    if (rc != WDM_OK)
        goto out;
    c2 = wdm_alloc(n, sizeof *c2);
    if (c2 == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    threshold = wdm_detector_z_alpha(series.parameters[ALPHA]);
    for (size_t i = 0; i < n; i++)
        judge_c3(&series, i, threshold, c2, &verdicts[i]);
out:
    wdm_free(c2);
    wdm_detector_close(&series);
    return rc;
}

static size_t needs_c1(const double *parameters)
{
    return (size_t)(parameters != NULL ? parameters[BASELINE] : parameters_c12[BASELINE].value);
}

static size_t needs_c2(const double *parameters)
{
    return needs_c1(parameters) + LAG;
}

static size_t needs_c3(const double *parameters)
{
    return needs_c1(parameters) + LAG + LAG;
}

static int32_t from_c1(const wdm_detector_point *points, size_t n, const double *parameters)
{
    const size_t want = needs_c1(parameters);
    return wdm_detector_works_values(points, n, want, 0, WDM_DETECTOR_REACH * (int64_t)want);
}

static int32_t from_c2(const wdm_detector_point *points, size_t n, const double *parameters)
{
    const size_t want = needs_c1(parameters);
    return wdm_detector_works_values(points, n, want, LAG, WDM_DETECTOR_REACH * (int64_t)want);
}

// The C2 of the period before the last is there too.
static int32_t from_c3(const wdm_detector_point *points, size_t n, const double *parameters)
{
    const size_t want = needs_c1(parameters);
    return wdm_detector_works_values(points, n, want, LAG + LAG, WDM_DETECTOR_REACH * (int64_t)want);
}

const wdm_detector wdm_detector_ears_c1 = {"ears_c1",
                                           "EARS C1: against mean and sd of the 7 values before",
                                           SOURCE,
                                           parameters_c12,
                                           sizeof parameters_c12 / sizeof *parameters_c12,
                                           run_c1,
                                           needs_c1,
                                           from_c1};
const wdm_detector wdm_detector_ears_c2 = {"ears_c2",
                                           "EARS C2: against mean and sd of the 7 values before the last two",
                                           SOURCE,
                                           parameters_c12,
                                           sizeof parameters_c12 / sizeof *parameters_c12,
                                           run_c2,
                                           needs_c2,
                                           from_c2};
const wdm_detector wdm_detector_ears_c3 = {"ears_c3",
                                           "EARS C3: sum of the excesses of C2 over three values",
                                           SOURCE,
                                           parameters_c3,
                                           sizeof parameters_c3 / sizeof *parameters_c3,
                                           run_c3,
                                           needs_c3,
                                           from_c3};

// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/flow_check.h"

#include <math.h>

#include "base/mem.h"
#include "num/robust.h"

// A slip of more places than 万 would be no flow of this site in any unit.
enum { SLIP_MAX = 4, DAY_MINUTES = 24 * 60 };

static bool is_near(const wdm_flow_day *h, wdm_day day, const wdm_flow_limits *limits)
{
    const wdm_day away = h->day > day ? h->day - day : day - h->day;
    return away != 0 && away <= limits->days;
}

// The flows that count, of one weekday (0: of all); returns how many.
static size_t choose(const wdm_flow_day *history, size_t n, wdm_day day, int weekday,
                     const wdm_flow_limits *limits, double *flows)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_near(&history[i], day, limits) && (weekday == 0 || wdm_weekday(history[i].day) == weekday))
            flows[kept++] = history[i].flow_m3_d;
    }
    return kept;
}

wdm_rc wdm_flow_usual_of(const wdm_flow_day *history, size_t n, wdm_day day, const wdm_flow_limits *limits,
                         wdm_flow_usual *usual, wdm_err *err)
{
    double mad = (double)NAN;
    wdm_rc rc = WDM_OK;
    double *flows = wdm_alloc(n, sizeof *flows);
    *usual = (wdm_flow_usual){WDM_FLOW_UNKNOWN, 0, (double)NAN, (double)NAN};
    if (flows == NULL)
        return wdm_err_nomem(err);
    usual->n = choose(history, n, day, wdm_weekday(day), limits, flows);
    usual->basis = WDM_FLOW_WEEKDAY;
    if (usual->n < limits->least_weekday) {
        usual->n = choose(history, n, day, 0, limits, flows);
        usual->basis = WDM_FLOW_ALL;
    }
    if (usual->n < 2 || (usual->basis == WDM_FLOW_ALL && usual->n < limits->least_all)) {
        usual->basis = WDM_FLOW_UNKNOWN;
    } else {
        rc = wdm_robust_median(flows, usual->n, &usual->usual_m3_d, err);
        for (size_t i = 0; i < usual->n; i++)
            flows[i] = log(flows[i]);
        if (rc == WDM_OK)
            rc = wdm_robust_mad(flows, usual->n, &mad, err);
        usual->spread = fmax(limits->spread_floor, wdm_robust_mad_factor(usual->n) * WDM_MAD_TO_SD * mad);
    }
    wdm_free(flows);
    return rc;
}

int wdm_flow_slip(double flow_m3_d, double usual_m3_d, double low, double high)
{
    for (int k = -SLIP_MAX; k <= SLIP_MAX; k++) {
        const double left = flow_m3_d / usual_m3_d / pow(10.0, k);
        if (k != 0 && left >= low && left <= high)
            return k;
    }
    return 0;
}

// Flows of this size or beyond, within the window of a slip, that the site had on other days.
static size_t seen_before(const wdm_flow_day *history, size_t n, double flow_m3_d, bool high, double window)
{
    size_t seen = 0;
    for (size_t i = 0; i < n; i++) {
        const double before = history[i].flow_m3_d;
        seen += high ? before >= flow_m3_d * window : before <= flow_m3_d / window;
    }
    return seen;
}

wdm_flow_verdict wdm_flow_judge(const wdm_flow_usual *usual, const wdm_flow_limits *limits,
                                const wdm_flow_day *history, size_t n, const double flow_rain[2])
{
    const double flow = flow_rain[0];
    const double rain = flow_rain[1];
    wdm_flow_verdict v = {.ratio = (double)NAN, .score = (double)NAN, .wet = rain > limits->rain_mm};
    v.judged = usual->basis != WDM_FLOW_UNKNOWN && !isnan(flow);
    if (!v.judged)
        return v;
    v.ratio = flow / usual->usual_m3_d;
    v.score = log(v.ratio) / usual->spread;
    v.slip = wdm_flow_slip(flow, usual->usual_m3_d, limits->ten_low, limits->ten_high);
    if (v.slip != 0 && seen_before(history, n, flow, v.slip > 0, limits->ten_low) >= limits->seen_before)
        v.slip = 0;
    v.wet = v.wet || (rain > 0.0 && v.score > limits->wet_score);
    v.unusual = v.score < limits->score_low || (v.score > limits->score_high && !v.wet);
    return v;
}

double wdm_composite_hours(wdm_when start, wdm_when end)
{
    const int days = (int)end.day - (int)start.day;
    if (days < 0 || (start.minute < 0) != (end.minute < 0))
        return (double)NAN;
    if (start.minute < 0)
        return 24.0 * (days == 0 ? 1 : days);
    const int minutes = days * DAY_MINUTES + end.minute - start.minute;
    return minutes < 0 ? (double)NAN : minutes / 60.0;
}

bool wdm_disagree(double a, double b, double low, double high)
{
    if (!(a > 0.0) || !(b > 0.0))
        return false;
    return a / b < low || a / b > high;
}

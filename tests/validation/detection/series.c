// SPDX-License-Identifier: GPL-3.0-or-later
#include "series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "wbe/disposal.h"

enum { DAYS = 7, EVENT_WEEK = SERIES_PAST + 26, AGAIN = 16, FURTHER = 10, RAMP_WEEKS = 12 };
#define MISSING 0.05
#define DISPOSAL 0.01
#define DISPOSAL_FACTOR 20.0
#define DAY_U 0.10 // sampling and flow, each
#define BATCH_U 0.10
#define Z95 1.959963984540054

const char *const series_event_names[EVENT_N] = {
    "none",          "step 1.5",    "step 2",      "step 3", "ramp x 2 in 12 weeks",
    "new substance", "second step", "further step"};

static double sigma_of(double u)
{
    return sqrt(log1p(u * u));
}

// Random log-sd of a week's value, as the engine states it: all seven days are sampled.
static double week_log_sd(void)
{
    return sigma_of(sqrt(2.0 * DAY_U * DAY_U / DAYS + BATCH_U * BATCH_U));
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *values, double share)
{
    double sorted[SERIES_WEEKS];
    int n = 0;
    for (int i = 0; i < SERIES_WEEKS; i++) {
        if (!isnan(values[i]))
            sorted[n++] = values[i];
    }
    qsort(sorted, (size_t)n, sizeof sorted[0], compare);
    return sorted[(int)(share * n)];
}

// Marks the weeks in which the program's own rule (five times the middle of a week around) finds a disposal.
static void mark_disposal(const double *days, series *out)
{
    static const wdm_spike rule = {.factor = 5.0, .window = 7, .min_neighbours = 4};
    for (int i = 0; i < SERIES_WEEKS * DAYS; i++) {
        const int first = i < 8 ? 0 : i - 8;
        const int last = i + 8 < SERIES_WEEKS * DAYS ? i + 8 : SERIES_WEEKS * DAYS - 1;
        wdm_day numbers[17];
        for (int k = first; k <= last; k++)
            numbers[k - first] = k;
        if (wdm_is_spike(numbers, days + first, (size_t)last - (size_t)first + 1, (size_t)i - (size_t)first,
                         &rule))
            out->disposal[i / DAYS] = true;
    }
}

void series_draw(const series_design *design, uint64_t seed, int at, series *out)
{
    const double day_sd = hypot(sigma_of(design->kind->cv_within), sigma_of(sqrt(2.0) * DAY_U));
    double days[SERIES_WEEKS * DAYS];
    double level = log(100.0);
    double own = 0.0;
    char key[96];
    wdm_rng rng = {0};
    (void)snprintf(key, sizeof key, "detection/%s/%g/%d", design->kind->name, design->phi, at);
    wdm_rng_init(&rng, seed, key);
    memset(out, 0, sizeof *out);
    for (int week = 0; week < SERIES_WEEKS; week++) {
        const double batch = sigma_of(BATCH_U) * wdm_rng_normal(&rng);
        const bool dumped = wdm_rng_uniform(&rng) < DISPOSAL && design->disposal;
        const int dump_day = (int)(DAYS * wdm_rng_uniform(&rng));
        double sum = 0.0;
        level += design->kind->drift * wdm_rng_normal(&rng);
        own = design->phi * own +
              sqrt(1.0 - design->phi * design->phi) * design->kind->between * wdm_rng_normal(&rng);
        for (int day = 0; day < DAYS; day++) {
            double *value = &days[week * DAYS + day];
            *value = exp(level + own + batch + day_sd * wdm_rng_normal(&rng));
            *value *= dumped && day == dump_day ? DISPOSAL_FACTOR : 1.0;
            sum += *value;
        }
        out->value[week] = wdm_rng_uniform(&rng) < MISSING ? (double)NAN : sum / DAYS;
    }
    if (design->disposal)
        mark_disposal(days, out);
    if (design->below)
        out->limit = 4.0 * quantile(out->value, 0.5);
    else if (design->censored > 0.0)
        out->limit = quantile(out->value, design->censored);
}

int series_event_week(series_event event)
{
    return event == EVENT_SECOND    ? EVENT_WEEK + AGAIN
           : event == EVENT_FURTHER ? EVENT_WEEK + FURTHER
                                    : EVENT_WEEK;
}

static double factor_of(series_event event, int week)
{
    const int since = week - EVENT_WEEK;
    if (since < 0)
        return 1.0;
    switch (event) {
    case EVENT_STEP_15:
        return 1.5;
    case EVENT_STEP_2:
        return 2.0;
    case EVENT_STEP_3:
        return 3.0;
    case EVENT_RAMP:
        return exp2(since < RAMP_WEEKS ? (since + 1.0) / RAMP_WEEKS : 1.0);
    case EVENT_NEW:
        return 16.0; // four times the limit, which lies at four times the middle
    case EVENT_SECOND:
        return since < AGAIN / 2 || since >= AGAIN ? 2.0 : 1.0;
    case EVENT_FURTHER:
        return since < FURTHER ? 2.0 : 4.0;
    case EVENT_NONE:
    case EVENT_N:
        break;
    }
    return 1.0;
}

size_t series_weeks(const series *s, series_event event, bool plain, int first, int last,
                    wdm_series_week *weeks)
{
    const double half = exp(Z95 * week_log_sd());
    size_t n = 0;
    for (int week = first; week < last; week++) {
        const double value = s->value[week] * factor_of(event, week);
        const bool censored = value < s->limit;
        if (isnan(value))
            continue;
        weeks[n++] = (wdm_series_week){.week = week,
                                       .estimate = censored ? (double)NAN : value,
                                       .limit = censored ? s->limit : (double)NAN,
                                       .bound_high = censored ? s->limit : value,
                                       .median = value,
                                       .lo95 = value / half,
                                       .hi95 = value * half,
                                       .lo95_random = value / half,
                                       .hi95_random = value * half,
                                       .n_days = DAYS,
                                       .n_censored = censored ? DAYS : 0,
                                       .disposal = !plain && s->disposal[week]};
    }
    return n;
}

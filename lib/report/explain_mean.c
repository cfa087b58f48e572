// SPDX-License-Identifier: GPL-3.0-or-later
// From the samples of the days to the period's mean: what is averaged, which days are missing, how values
// below the limit are taken.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "model/site_value.h"
#include "report/explain_parts.h"
#include "wbe/week_core.h"

typedef struct days {
    wdm_day_value *rows; // merged
    size_t n, n_samples;
} days;

static const char *weekday_text(wdm_explanation *x, wdm_day day)
{
    char key[16];
    (void)snprintf(key, sizeof key, "weekday.%d", wdm_weekday(day));
    return wdm_words_get(&x->out->words, key);
}

// The days as the engine averages them. Call wdm_free(rows) in any case.
static wdm_rc merge_days(const wdm_explanation *x, const wdm_day_series *series, days *out, wdm_err *err)
{
    memset(out, 0, sizeof *out);
    out->rows = wdm_alloc(series->n + 1, sizeof *out->rows);
    if (out->rows == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < series->n; i++) {
        const wdm_day day = series->points[i].value.day;
        if (day >= x->request->span.first && day <= x->request->span.last)
            out->rows[out->n++] = series->points[i].value;
    }
    out->n_samples = out->n;
    out->n = wdm_days_merge(out->rows, out->n);
    return WDM_OK;
}

static size_t samples_of(const wdm_day_series *series, wdm_day day)
{
    size_t n = 0;
    for (size_t i = 0; i < series->n; i++)
        n += series->points[i].value.day == day ? 1 : 0;
    return n;
}

static void say_day(wdm_explanation *x, const wdm_day_series *series, const wdm_day_value *v)
{
    const size_t n = samples_of(series, v->day);
    const bool measured = v->state == WDM_STATE_MEASURED;
    const char *key = !measured && isnan(v->load_mg_d_1000) ? "explain.day_unknown"
                      : !measured                           ? "explain.day_limit"
                      : n > 1                               ? "explain.day_merged"
                                                            : "explain.day";
    const double low = v->lower > 0.0 ? v->lower : 0.0;
    wdm_step *step = NULL;
    x->out->scope.day = v->day;
    step =
        WDM_STEP(x->out, 2, key, {"day", wdm_steps_day(x->out, v->day)}, {"weekday", weekday_text(x, v->day)},
                 {"n", wdm_steps_number(x->out, v->load_mg_d_1000)}, {"low", wdm_steps_number(x->out, low)},
                 {"samples", wdm_steps_integer(x->out, (int64_t)n)});
    step->unit = wdm_quantity_unit(WDM_Q_NORMALISED_LOAD);
    if (measured)
        step->value = v->load_mg_d_1000;
    else {
        step->low = low;
        step->high = v->load_mg_d_1000;
    }
    x->out->scope.day = WDM_DAY_NONE;
}

// Days of the period without a level, as "Tue 2026-11-17".
static const char *missing_days(wdm_explanation *x, const days *d)
{
    const char *names = "";
    size_t at = 0;
    for (wdm_day day = x->request->span.first; day <= x->request->span.last; day++) {
        while (at < d->n && d->rows[at].day < day)
            at++;
        if (at < d->n && d->rows[at].day == day)
            continue;
        const wdm_place places[] = {{"day", wdm_steps_day(x->out, day)}, {"weekday", weekday_text(x, day)}};
        names = wdm_steps_join(x->out, names, wdm_steps_phrase(x->out, "explain.day_name", places, 2), "、");
    }
    return names;
}

// Where the spread between days is from: few days and nothing tabulated, the table and the days, or the days.
static const char *spread_text(wdm_explanation *x, wdm_index biomarker, const wdm_estimate *e)
{
    const double cv = x->config->analytes.rows[biomarker].within_week_cv;
    const wdm_place places[] = {{"cv", wdm_steps_short(x->out, cv >= 0.0 ? cv : WDM_DEFAULT_WEEK_CV)}};
    return wdm_steps_phrase(x->out,
                            (e->flags & (unsigned)WDM_EST_ASSUMED_DAY_CV) != 0 ? "explain.spread_assumed"
                            : cv >= 0.0                                        ? "explain.spread_cv"
                                                                               : "explain.spread_own",
                            places, 1);
}

// Days of a week without a value, by name.
static void say_missing_days(wdm_explanation *x, const days *d, wdm_index biomarker, const wdm_estimate *e)
{
    const wdm_place places[] = {{"n", wdm_steps_integer(x->out, (int64_t)d->n)},
                                {"all", wdm_steps_integer(x->out, wdm_period_days(&x->request->span))},
                                {"names", missing_days(x, d)},
                                {"spread", spread_text(x, biomarker, e)},
                                {"share", wdm_steps_percent(x->out, e->budget[WDM_BUDGET_DAYS])}};
    (void)wdm_steps_put(x->out, 2, "explain.days_missing", places, 5);
    wdm_steps_put(x->out, 2, "explain.days_spread", places, 5)->value = e->budget[WDM_BUDGET_DAYS];
}

// A month and longer: how many days and weeks have a value, and what the others cost.
static void say_missing_weeks(wdm_explanation *x, const days *d, wdm_index biomarker,
                              const wdm_explain_value *load)
{
    const wdm_estimate *e = &load->value;
    const wdm_place cv[] = {{"cv", wdm_steps_short(x->out, WDM_DEFAULT_BETWEEN_CV)}};
    const char *between =
        wdm_steps_phrase(x->out,
                         (e->flags & (unsigned)WDM_EST_ASSUMED_WEEK_CV) != 0 ? "explain.spread_weeks_assumed"
                                                                             : "explain.spread_weeks_own",
                         cv, 1);
    const wdm_place places[] = {{"n", wdm_steps_integer(x->out, (int64_t)d->n)},
                                {"all", wdm_steps_integer(x->out, wdm_period_days(&x->request->span))},
                                {"weeks", wdm_steps_integer(x->out, load->row.n_weeks)},
                                {"all_weeks", wdm_steps_integer(x->out, wdm_period_weeks(&x->request->span))},
                                {"spread", spread_text(x, biomarker, e)},
                                {"between", between},
                                {"share", wdm_steps_percent(x->out, e->budget[WDM_BUDGET_DAYS])}};
    (void)wdm_steps_put(x->out, 2, "explain.weeks_missing", places, 7);
    wdm_steps_put(x->out, 2, "explain.weeks_spread", places, 7)->value = e->budget[WDM_BUDGET_DAYS];
}

static void say_missing(wdm_explanation *x, const days *d, wdm_index site, wdm_index biomarker,
                        const wdm_explain_value *load)
{
    const int all = wdm_period_days(&x->request->span);
    if ((int)d->n >= all)
        WDM_STEP(x->out, 2, "explain.days_all", {"n", wdm_steps_integer(x->out, all)});
    else if (x->request->span.scale == WDM_SCALE_WEEK)
        say_missing_days(x, d, biomarker, &load->value);
    else
        say_missing_weeks(x, d, biomarker, load);
    if ((load->value.flags & (unsigned)WDM_EST_PROVISIONAL) != 0)
        WDM_STEP(x->out, 2, "explain.provisional", {"n", wdm_steps_integer(x->out, (int64_t)d->n)},
                 {"expected", wdm_steps_integer(x->out, wdm_expected_days(&x->config->sites.rows[site],
                                                                          &x->request->span))});
}

// Why the mean is taken as it is, in the order in which the engine decides.
static const char *reason_key(const wdm_explanation *x, const wdm_estimate *e)
{
    const bool bounds = e->method == WDM_CENS_BOUNDS;
    if ((e->flags & (unsigned)WDM_EST_UNKNOWN_LIMIT) != 0 && bounds)
        return "explain.because_unknown";
    if (e->n_censored == e->n_days && e->method != WDM_CENS_HALF_LOQ)
        return "explain.because_all";
    if ((e->flags & (unsigned)WDM_EST_CENSORING_FAILED) != 0)
        return "explain.because_failed";
    if (x->options.censoring != WDM_CENS_AUTO)
        return "explain.because_asked";
    if (bounds && e->n_days < WDM_CENS_MIN_N)
        return "explain.because_few";
    if (bounds)
        return "explain.because_most";
    return "explain.because_some";
}

static void say_censoring(wdm_explanation *x, const wdm_estimate *e)
{
    char method[48] = "";
    const double share = (double)e->n_censored / (double)e->n_days;
    (void)snprintf(method, sizeof method, "censoring.%s", wdm_cens_method_text(e->method));
    const wdm_place places[] = {{"least", wdm_steps_integer(x->out, WDM_CENS_MIN_N)},
                                {"asked", wdm_cens_method_text(x->options.censoring)}};
    const char *because = wdm_steps_phrase(x->out, reason_key(x, e), places, 2);
    wdm_step *step = NULL;
    WDM_STEP(x->out, 2, "explain.censored", {"n", wdm_steps_integer(x->out, e->n_censored)},
             {"all", wdm_steps_integer(x->out, e->n_days)}, {"percent", wdm_steps_percent(x->out, share)},
             {"method", wdm_words_get(&x->out->words, wdm_steps_keep(x->out, method))}, {"because", because})
        ->value = share;
    step = WDM_STEP(x->out, 2, isnan(e->bound_high) ? "explain.bounds_open" : "explain.bounds",
                    {"low", wdm_steps_number(x->out, e->bound_low)},
                    {"high", wdm_steps_number(x->out, e->bound_high)});
    step->low = e->bound_low;
    step->high = e->bound_high;
    step->unit = wdm_quantity_unit(WDM_Q_NORMALISED_LOAD);
}

static void say_mean(wdm_explanation *x, const days *d, const wdm_estimate *e)
{
    const bool point = isfinite(e->estimate);
    wdm_step *step = NULL;
    if (e->method == WDM_CENS_ARITHMETIC && d->n > 7) {
        step = WDM_STEP(x->out, 2, "explain.mean_sum", {"sum", wdm_steps_number(x->out, e->sum)},
                        {"n", wdm_steps_integer(x->out, (int64_t)d->n)},
                        {"mean", wdm_steps_number(x->out, e->estimate)});
    } else if (e->method == WDM_CENS_ARITHMETIC) {
        wdm_buf terms = {0};
        wdm_buf_init(&terms, 65536);
        for (size_t i = 0; i < d->n; i++)
            wdm_buf_printf(&terms, "%s%s", i == 0 ? "" : " + ",
                           wdm_steps_number(x->out, d->rows[i].load_mg_d_1000));
        step = WDM_STEP(x->out, 2, "explain.mean", {"terms", wdm_buf_text(&terms)},
                        {"n", wdm_steps_integer(x->out, (int64_t)d->n)},
                        {"mean", wdm_steps_number(x->out, e->estimate)});
        wdm_buf_fini(&terms);
    } else if (point) {
        step = WDM_STEP(x->out, 2, "explain.mean_fitted", {"mean", wdm_steps_number(x->out, e->estimate)});
    } else {
        step = WDM_STEP_PLAIN(x->out, 2, "explain.mean_none");
        step->low = e->bound_low;
        step->high = e->bound_high;
    }
    step->value = e->estimate;
    step->unit = wdm_quantity_unit(WDM_Q_NORMALISED_LOAD);
}

wdm_rc wdm_explain_mean(wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker, wdm_err *err)
{
    const wdm_day_series *series = wdm_site_series_of(&place->series, biomarker);
    const wdm_explain_value *load =
        wdm_explain_value_of(place, x->request->drug, biomarker, WDM_Q_NORMALISED_LOAD);
    days d = {0};
    wdm_rc rc = WDM_OK;
    if (series == NULL || load == NULL)
        return WDM_OK;
    rc = merge_days(x, series, &d, err);
    if (rc == WDM_OK && (x->request->span.scale != WDM_SCALE_DAY || d.n_samples > 1)) {
        x->out->scope.quantity = wdm_quantity_name(WDM_Q_NORMALISED_LOAD);
        WDM_STEP_PLAIN(x->out, 1,
                       x->request->span.scale == WDM_SCALE_DAY ? "explain.mean_day" : "explain.mean_period");
        for (size_t i = 0; i < d.n; i++)
            say_day(x, series, &d.rows[i]);
        if (x->request->span.scale != WDM_SCALE_DAY) {
            say_missing(x, &d, place->series.site, biomarker, load);
            if (load->value.n_censored > 0)
                say_censoring(x, &load->value);
            say_mean(x, &d, &load->value);
        }
        x->out->scope.quantity = NULL;
    }
    wdm_free(d.rows);
    return rc;
}

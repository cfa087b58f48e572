// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/site_value.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

enum { DAYS_TEXT_MAX = 1 << 14 };

void wdm_site_value_init(wdm_site_value *v, const wdm_site_series *site, const wdm_estimate_options *options)
{
    memset(v, 0, sizeof *v);
    v->site = site;
    v->options = options;
    wdm_buf_init(&v->days, DAYS_TEXT_MAX);
}

void wdm_site_value_fini(wdm_site_value *v)
{
    wdm_free(v->values);
    wdm_buf_fini(&v->days);
}

void wdm_site_value_select(wdm_site_value *v, const wdm_day_series *series, wdm_index drug,
                           wdm_quantity quantity)
{
    v->series = series;
    v->drug = drug;
    v->quantity = quantity;
    v->ready = false;
}

wdm_rc wdm_site_value_prepare(wdm_site_value *v, const wdm_point *points, size_t n, wdm_err *err)
{
    const wdm_config *config = v->site->config;
    const wdm_index biomarker = v->series->biomarker;
    const wdm_day day = points[0].value.day;
    const wdm_excretion *e =
        v->drug == WDM_NONE ? NULL : wdm_config_excretion(config, v->drug, biomarker, day);
    wdm_points_share shared = {{0.0, 0.0}, 1.0};
    wdm_rc rc = wdm_points_shared(v->site, biomarker, points, n, &shared, err);
    if (rc != WDM_OK || (v->ready && e == v->excretion && shared.u.u_population == v->shared.u.u_population &&
                         shared.u.u_flow_bias == v->shared.u.u_flow_bias &&
                         shared.median == v->shared.median && points[0].published == v->published))
        return rc;
    v->ready = true;
    v->excretion = e;
    v->shared = shared;
    v->published = points[0].published;
    rc = wdm_series_factor(config, v->drug, biomarker, day, v->published, &v->factor, &v->flags, err);
    if (v->quantity == WDM_Q_NORMALISED_LOAD)
        v->flags = 0; // no factor enters
    v->available = rc == WDM_OK && wdm_factor_has(&v->factor, v->quantity);
    if (rc == WDM_OK && v->available)
        rc = wdm_estimator_init(&v->estimator, v->quantity, &v->factor, &shared.u, err);
    if (rc == WDM_OK && v->available && shared.median != 1.0)
        rc = wdm_estimator_shift(&v->estimator, 1.0 / shared.median, err);
    v->estimator.mc = v->options->mc;
    return rc;
}

// The values of the points into v->values, and what the row says of them.
static wdm_rc gather(wdm_site_value *v, const wdm_point *points, size_t n, const wdm_period *period,
                     wdm_estimate_row *row, wdm_err *err)
{
    wdm_day last = WDM_DAY_NONE;
    int n_days = 0;
    v->n = 0;
    if (wdm_grow(&v->values, &v->cap, n, sizeof *v->values, err) != WDM_OK)
        return WDM_E_NOMEM;
    *row = (wdm_estimate_row){.place_kind = WDM_PLACE_SITE,
                              .place = v->site->site,
                              .drug = v->drug,
                              .biomarker = v->series->biomarker,
                              .quantity = v->quantity,
                              .scale = period->scale,
                              .first = period->first,
                              .last = period->last,
                              .state = WDM_STATE_NOT_DETECTED,
                              .flags = v->flags,
                              .days = "",
                              .population = wdm_points_population(points, n),
                              .coverage = (double)NAN};
    for (size_t i = 0; i < n; i++) {
        const bool new_day = i == 0 || points[i].value.day != points[i - 1].value.day;
        row->flags |= points[i].flags;
        row->state = points[i].value.state < row->state ? points[i].value.state : row->state;
        if (period->scale != WDM_SCALE_DAY && !wdm_flags_enter(points[i].flags, v->quantity, v->options)) {
            row->n_left_out += new_day;
            continue;
        }
        v->values[v->n++] = points[i].value;
        if (points[i].value.day == last)
            continue;
        row->n_weeks += last == WDM_DAY_NONE || wdm_week_index(points[i].value.day) != wdm_week_index(last);
        last = points[i].value.day;
        n_days++;
    }
    row->days_share = (double)n_days / (double)wdm_period_days(period);
    return WDM_OK;
}

static bool is_suppressed(const wdm_estimate *e)
{
    return (e->flags & (unsigned)WDM_EST_SUPPRESSED) != 0U;
}

static void add_flags(wdm_estimate_row *row, const wdm_estimate *e, wdm_rc rc)
{
    if (rc == WDM_OK && is_suppressed(e)) // there is no value that could be clipped
        row->flags &= ~(int64_t)WDM_EST_CLIPPED_AT_ZERO;
    row->flags |= rc == WDM_OK ? (int64_t)e->flags : 0;
}

wdm_rc wdm_site_value_day(wdm_site_value *v, const wdm_point *points, size_t n, wdm_estimate *e,
                          wdm_estimate_row *row, wdm_err *err)
{
    const wdm_period day = wdm_period_of_day(WDM_SCALE_DAY, points[0].value.day);
    wdm_week_options options = wdm_week_options_default();
    wdm_rc rc = gather(v, points, n, &day, row, err);
    if (rc != WDM_OK)
        return rc;
    if (n == 1) {
        wdm_estimate_day(&v->estimator, v->values, e);
    } else {
        options.period_days = 1;
        options.expected_days = 1;
        options.censoring = v->options->censoring;
        rc = wdm_estimate_week(&v->estimator, v->values, n, &options, e, err);
    }
    if (rc == WDM_OK && isnan(e->estimate) && row->state == WDM_STATE_MEASURED && !is_suppressed(e))
        row->state = WDM_STATE_BELOW_LOQ; // some of the day's samples are below their limit: no single level
    row->value = e;
    add_flags(row, e, rc);
    return rc;
}

static wdm_rc list_days(wdm_site_value *v, wdm_estimate_row *row, wdm_err *err)
{
    wdm_day last = WDM_DAY_NONE;
    wdm_buf_clear(&v->days);
    for (size_t i = 0; i < v->n; i++) {
        char text[WDM_DATE_TEXT];
        if (v->values[i].day != last)
            wdm_buf_printf(&v->days, "%s%s", v->days.len == 0 ? "" : " ",
                           wdm_day_format(v->values[i].day, text));
        last = v->values[i].day;
    }
    row->days = wdm_buf_text(&v->days);
    return wdm_buf_check(&v->days, err);
}

int wdm_expected_days(const wdm_site *site, const wdm_period *period)
{
    const int days = site->expected_days * wdm_period_days(period) / 7;
    return days > 0 ? days : 1;
}

wdm_rc wdm_site_value_period(wdm_site_value *v, const wdm_point *points, size_t n, const wdm_period *period,
                             wdm_estimate *e, wdm_estimate_row *row, wdm_err *err)
{
    const wdm_config *config = v->site->config;
    wdm_period_options options = wdm_period_options_default(period->first, period->last);
    wdm_rc rc = gather(v, points, n, period, row, err);
    if (rc != WDM_OK)
        return rc;
    options.censoring = v->options->censoring;
    options.expected_days = wdm_expected_days(&config->sites.rows[v->site->site], period);
    options.within_week_cv = config->analytes.rows[v->series->biomarker].within_week_cv;
    if (period->scale == WDM_SCALE_WEEK)
        rc = list_days(v, row, err);
    if (v->n == 0)
        wdm_estimate_clear(e);
    else if (rc == WDM_OK)
        rc = wdm_estimate_period(&v->estimator, v->values, v->n, &options, e, err);
    row->value = e;
    row->flags |= wdm_series_flags_without_level(v->series, period->first, period->last);
    add_flags(row, e, rc);
    return rc;
}

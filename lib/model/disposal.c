// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/disposal.h"

#include <math.h>

#include "base/mem.h"
#include "data/flags.h"
#include "model/ratios.h"
#include "wbe/disposal.h"

static wdm_day_series *series_of(wdm_site_series *site, wdm_index biomarker)
{
    return biomarker == WDM_NONE || site->place[biomarker] == 0 ? NULL
                                                                : &site->rows[site->place[biomarker] - 1];
}

static void mark_day(wdm_day_series *series, wdm_day day, int64_t flag)
{
    for (size_t i = 0; series != NULL && i < series->n; i++) {
        if (series->points[i].value.day == day)
            series->points[i].flags |= flag;
    }
}

static void mark_list(wdm_site_series *site, const wdm_index *list, size_t n, wdm_day day)
{
    for (size_t i = 0; i < n; i++)
        mark_day(series_of(site, list[i]), day, WDM_FLAG_DISPOSAL);
}

static void mark_ratio(wdm_site_series *site, const wdm_ratio_rule *rule)
{
    const wdm_day_series *first = series_of(site, rule->above[0]);
    for (size_t at = 0; first != NULL && at < first->n;
         at += wdm_points_of_day(first->points, first->n, at)) {
        const wdm_day day = first->points[at].value.day;
        wdm_ratio ratio;
        int64_t flags = 0;
        if (!wdm_ratio_of_days(site, rule, day, day, &ratio, &flags))
            continue;
        const wdm_ratio_verdict verdict = wdm_ratio_judge(&ratio, rule->low, rule->high);
        if (verdict != WDM_RATIO_ABOVE && verdict != WDM_RATIO_BELOW)
            continue;
        mark_list(site, rule->marks, rule->n_marks, day);
        if (rule->n_marks == 0) {
            mark_list(site, rule->above, rule->n_above, day);
            mark_list(site, rule->below, rule->n_below, day);
        }
    }
}

static wdm_rc mark_spikes(wdm_day_series *series, const wdm_spike_rule *rule, wdm_err *err)
{
    const wdm_spike spike = {rule->factor, rule->window_days, (size_t)rule->min_neighbours};
    wdm_day *days = wdm_alloc(series->n, sizeof *days);
    double *values = wdm_alloc(series->n, sizeof *values);
    size_t n = 0;
    if (days == NULL || values == NULL) {
        wdm_free(days);
        wdm_free(values);
        return wdm_err_nomem(err);
    }
    for (size_t at = 0; at < series->n; at += wdm_points_of_day(series->points, series->n, at)) {
        wdm_day_value v = {0};
        int64_t flags = 0;
        (void)wdm_series_day(series, series->points[at].value.day, &v, &flags);
        days[n] = v.day;
        values[n] = v.state == WDM_STATE_MEASURED ? v.load_mg_d_1000 : (double)NAN;
        n++;
    }
    for (size_t i = 0; i < n; i++) {
        if (wdm_is_spike(days, values, n, i, &spike))
            mark_day(series, days[i], WDM_FLAG_DISPOSAL);
    }
    wdm_free(days);
    wdm_free(values);
    return WDM_OK;
}

// Whether parents of the acid were analysed that day, and all of them are below their limits.
static bool without_parents(const wdm_site_series *site, wdm_index acid, wdm_day day)
{
    const wdm_config *config = site->config;
    size_t n = 0;
    for (size_t i = 0; i < config->apportionment.n; i++) {
        const wdm_apportionment *a = &config->apportionment.rows[i];
        wdm_day_value v = {0};
        int64_t flags = 0;
        if (a->acid != acid || !wdm_series_day(wdm_site_series_of(site, a->parent), day, &v, &flags))
            continue;
        if (v.state == WDM_STATE_MEASURED || v.lower > 0.0)
            return false; // also a parent detected below its LOQ
        n++;
    }
    return n > 0;
}

static void mark_shared_residue(wdm_site_series *site, wdm_day_series *series)
{
    const wdm_config *config = site->config;
    bool is_acid = false;
    bool hospital = false;
    for (size_t i = 0; i < config->apportionment.n; i++) {
        const wdm_apportionment *a = &config->apportionment.rows[i];
        is_acid = is_acid || a->acid == series->biomarker;
        hospital = hospital || (a->parent == series->biomarker && a->hospital);
    }
    hospital = (hospital || is_acid) && config->sites.rows[site->site].hospital_share > 0.0;
    for (size_t i = 0; i < series->n && (is_acid || hospital); i++) {
        wdm_point *point = &series->points[i];
        point->flags |= hospital ? WDM_FLAG_HOSPITAL_SHARE : 0;
        if (is_acid && point->value.state == WDM_STATE_MEASURED &&
            without_parents(site, series->biomarker, point->value.day))
            point->flags |= WDM_FLAG_ACID_WITHOUT_PARENTS;
    }
}

wdm_rc wdm_disposal_mark(wdm_site_series *site, wdm_err *err)
{
    const wdm_config *config = site->config;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < config->ratios.n; i++) {
        const wdm_ratio_rule *rule = &config->ratios.rows[i];
        if (rule->kind == WDM_RATIO_DISPOSAL || rule->kind == WDM_RATIO_ENANTIOMER)
            mark_ratio(site, rule);
    }
    for (size_t i = 0; i < site->n && rc == WDM_OK; i++) {
        const wdm_spike_rule *rule = wdm_config_spike(config, site->rows[i].biomarker);
        if (rule != NULL && site->rows[i].n > 0)
            rc = mark_spikes(&site->rows[i], rule, err);
        mark_shared_residue(site, &site->rows[i]);
    }
    return rc;
}

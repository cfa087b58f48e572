// SPDX-License-Identifier: GPL-3.0-or-later
// Family disposal: the day of the judged week that stands out most from the days around it.
#include <math.h>

#include "base/mem.h"
#include "findings_parts.h"

static int compare_keys(const wdm_spike *a, const wdm_series *b)
{
    if (a->site_key != b->site_key)
        return a->site_key < b->site_key ? -1 : 1;
    if (a->drug_key != b->drug_key)
        return a->drug_key < b->drug_key ? -1 : 1;
    return (a->biomarker_key > b->biomarker_key) - (a->biomarker_key < b->biomarker_key);
}

static const wdm_spike *spike_of(const wdm_finder *f, const wdm_series *series)
{
    size_t low = 0;
    size_t high = f->n_spikes;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare_keys(&f->spikes[middle], series);
        if (order == 0)
            return &f->spikes[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

wdm_rc wdm_finder_disposal(wdm_finder *f, const wdm_rule *rule, const wdm_series *series, wdm_buf *buf,
                           wdm_err *err)
{
    const wdm_spike *top = spike_of(f, series);
    char date[WDM_DATE_TEXT];
    wdm_finding finding = wdm_finder_begin(f, rule, series);
    finding.judged = true;
    finding.below_weeks = finding.close_weeks; // an event of one week
    if (top == NULL) {
        wdm_buf_puts(buf, "that week is over");
        return wdm_finder_add(f, &finding, buf, err);
    }
    finding.value = top->load_mg_d_1000;
    finding.baseline = top->middle;
    finding.factor = top->ratio;
    finding.threshold = rule->parameter[WDM_PARAM_RATIO] * top->middle;
    if (top->ratio >= rule->parameter[WDM_PARAM_RATIO]) {
        finding.level = rule->fixed_level;
        finding.weeks = 1;
    }
    wdm_buf_printf(buf, "%s: ", wdm_day_format(top->day, date));
    wdm_finder_put_value(buf, top->load_mg_d_1000, WDM_Q_NORMALISED_LOAD);
    wdm_buf_puts(buf, " is ");
    wdm_finder_put_number(buf, top->ratio);
    wdm_buf_puts(buf, " times the middle of the days around it, ");
    wdm_finder_put_number(buf, top->middle);
    if (finding.level > WDM_LEVEL_NONE)
        wdm_buf_puts(buf, "; disposal rather than consumption");
    return wdm_finder_add(f, &finding, buf, err);
}

static wdm_rc end_days(wdm_finder *f, wdm_err *err)
{
    const wdm_day_series *d = &f->days;
    wdm_spike top = {.site_key = d->key.site_key,
                     .drug_key = d->key.drug_key,
                     .biomarker_key = d->key.biomarker_key,
                     .ratio = -1.0};
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < d->n; i++) {
        const double ratio = wdm_week_index(d->days[i]) == f->week
                                 ? wdm_rule_disposal(d->days, d->values, d->limits, d->n, i)
                                 : (double)NAN;
        if (!(ratio > top.ratio))
            continue;
        top.ratio = ratio;
        top.day = d->days[i];
        top.load_mg_d_1000 = d->values[i];
        top.middle = d->values[i] / ratio;
    }
    f->days.n = 0;
    if (top.ratio < 0.0)
        return WDM_OK;
    rc = wdm_grow(&f->spikes, &f->cap_spikes, f->n_spikes + 1, sizeof *f->spikes, err);
    if (rc == WDM_OK)
        f->spikes[f->n_spikes++] = top;
    return rc;
}

static wdm_rc take_day(void *context, const wdm_load_day *day, wdm_err *err)
{
    wdm_finder *f = context;
    wdm_day_series *d = &f->days;
    const bool same = d->n > 0 && d->key.site_key == day->site_key && d->key.drug_key == day->drug_key &&
                      d->key.biomarker_key == day->biomarker_key;
    wdm_rc rc = same ? WDM_OK : end_days(f, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&d->days, &d->cap_days, d->n + 1, sizeof *d->days, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&d->values, &d->cap_values, d->n + 1, sizeof *d->values, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&d->limits, &d->cap_limits, d->n + 1, sizeof *d->limits, err);
    if (rc != WDM_OK)
        return rc;
    d->key = *day;
    d->days[d->n] = day->day;
    d->values[d->n] = day->load_mg_d_1000;
    d->limits[d->n] = day->limit_mg_d_1000;
    d->n++;
    return WDM_OK;
}

wdm_rc wdm_finder_read_spikes(wdm_finder *f, wdm_err *err)
{
    const wdm_day monday = wdm_week_monday(f->week);
    const wdm_day to = monday + 13 < f->as_of ? monday + 13 : f->as_of;
    bool wanted = false;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < f->rules->n; i++)
        wanted = wanted || f->rules->rows[i].family == WDM_FAMILY_DISPOSAL;
    if (!wanted)
        return WDM_OK;
    rc = wdm_store_each_load_day(f->session->store, f->session->config.factor_set, monday - 7, to, take_day,
                                 f, err);
    return rc == WDM_OK ? end_days(f, err) : rc;
}

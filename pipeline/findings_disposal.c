// SPDX-License-Identifier: GPL-3.0-or-later
// Family disposal: a day of the judged week that is marked as disposal, or may yet turn out to be; or, where
// the rule gives a ratio of its own, the day that stands out most from the days around it.
#include <math.h>

#include "base/mem.h"
#include "data/flags.h"
#include "findings_parts.h"
#include "io/number.h"
#include "wbe/disposal.h"

enum { DEFAULT_WINDOW = 7, DEFAULT_NEIGHBOURS = 4 };

static int compare_keys(const wdm_week_spikes *a, const wdm_series *b)
{
    if (a->site_key != b->site_key)
        return a->site_key < b->site_key ? -1 : 1;
    if (a->drug_key != b->drug_key)
        return a->drug_key < b->drug_key ? -1 : 1;
    return (a->biomarker_key > b->biomarker_key) - (a->biomarker_key < b->biomarker_key);
}

static const wdm_week_spikes *spikes_of(const wdm_finder *f, const wdm_series *series)
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

static void say(const wdm_finder *f, wdm_reason *reason, const wdm_finding *finding, wdm_day day)
{
    char date[WDM_DATE_TEXT], value[WDM_VALUE_TEXT], ratio[WDM_NUMBER_TEXT], middle[WDM_NUMBER_TEXT];
    WDM_REASON(f, reason, isnan(finding->factor) ? "reason.disposal_ratio" : "reason.spike",
               {"day", wdm_day_format(day, date)},
               {"value", wdm_value_text(finding->value, WDM_Q_NORMALISED_LOAD, value)},
               {"factor", wdm_number_pretty(finding->factor, 3, ratio)},
               {"middle", wdm_number_pretty(finding->baseline, 3, middle)});
    if (finding->level > WDM_LEVEL_NONE)
        WDM_REASON(f, reason, "reason.disposal", {"", ""});
}

static wdm_rc find(wdm_finder *f, const wdm_rule *rule, const wdm_series *series, wdm_err *err)
{
    const wdm_week_spikes *spikes = spikes_of(f, series);
    const double own = rule->parameter[WDM_PARAM_RATIO]; // NaN: as the estimates do
    const wdm_spike_day *day = spikes == NULL                                     ? NULL
                               : isnan(own) && spikes->marked.day != WDM_DAY_NONE ? &spikes->marked
                                                                                  : &spikes->top;
    wdm_finding finding = wdm_finder_begin(f, rule, series);
    wdm_reason reason;
    wdm_rc rc = WDM_OK;
    wdm_reason_init(&reason);
    finding.judged = true;
    finding.below_weeks = finding.close_weeks; // an event of one week
    if (day == NULL || day->day == WDM_DAY_NONE) {
        WDM_REASON(f, &reason, "reason.over", {"", ""});
    } else {
        finding.value = day->load_mg_d_1000;
        finding.baseline = day->middle;
        finding.factor = day->ratio;
        finding.threshold = own * day->middle;
        finding.first_day = finding.last_day = day->day;
        if (isnan(own) ? day == &spikes->marked : day->ratio >= own) {
            finding.level = rule->fixed_level;
            finding.weeks = 1;
        }
        say(f, &reason, &finding, day->day);
    }
    rc = wdm_finder_add(f, &finding, &reason, err);
    wdm_reason_fini(&reason);
    return rc;
}

// ---- the days of all series, read once

// Fewer than two measured days follow: whether the load falls back is not known yet.
static bool is_unsettled(const wdm_load_days *d, size_t at)
{
    size_t after = 0;
    for (size_t i = at + 1; i < d->n; i++)
        after += d->values[i] > 0.0;
    return after < 2;
}

static void look_at(wdm_finder *f, size_t at, wdm_week_spikes *out)
{
    const wdm_load_days *d = &f->days;
    const int window = d->rule == NULL ? DEFAULT_WINDOW : d->rule->window_days;
    const size_t least = d->rule == NULL ? DEFAULT_NEIGHBOURS : (size_t)d->rule->min_neighbours;
    const double ratio = wdm_spike_ratio(d->days, d->values, d->limits, d->n, at, window, least);
    const wdm_spike_day day = {d->days[at], ratio, d->values[at], d->values[at] / ratio};
    const bool by_table = d->rule != NULL && ratio >= d->rule->factor && is_unsettled(d, at);
    const bool marked = (d->flags[at] & WDM_FLAG_DISPOSAL) != 0 || by_table;
    if (ratio > out->top.ratio || (out->top.day == WDM_DAY_NONE && !isnan(ratio)))
        out->top = day;
    if (marked && (out->marked.day == WDM_DAY_NONE || ratio > out->marked.ratio))
        out->marked = day;
}

static wdm_rc end_days(wdm_finder *f, wdm_err *err)
{
    const wdm_load_days *d = &f->days;
    wdm_week_spikes spikes = {.site_key = d->key.site_key,
                              .drug_key = d->key.drug_key,
                              .biomarker_key = d->key.biomarker_key,
                              .top = {.day = WDM_DAY_NONE},
                              .marked = {.day = WDM_DAY_NONE}};
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < d->n; i++) {
        if (wdm_week_index(d->days[i]) == f->week)
            look_at(f, i, &spikes);
    }
    f->days.n = 0;
    if (spikes.top.day == WDM_DAY_NONE && spikes.marked.day == WDM_DAY_NONE)
        return WDM_OK;
    rc = wdm_grow(&f->spikes, &f->cap_spikes, f->n_spikes + 1, sizeof *f->spikes, err);
    if (rc == WDM_OK)
        f->spikes[f->n_spikes++] = spikes;
    return rc;
}

static wdm_rc take_day(void *context, const wdm_load_day *day, wdm_err *err)
{
    wdm_finder *f = context;
    wdm_load_days *d = &f->days;
    const bool same = d->n > 0 && d->key.site_key == day->site_key && d->key.drug_key == day->drug_key &&
                      d->key.biomarker_key == day->biomarker_key;
    wdm_rc rc = same ? WDM_OK : end_days(f, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&d->days, &d->cap_days, d->n + 1, sizeof *d->days, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&d->values, &d->cap_values, d->n + 1, sizeof *d->values, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&d->limits, &d->cap_limits, d->n + 1, sizeof *d->limits, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&d->flags, &d->cap_flags, d->n + 1, sizeof *d->flags, err);
    if (rc != WDM_OK)
        return rc;
    if (d->n == 0) {
        const wdm_config *config = &f->session->config;
        const wdm_index analyte = wdm_config_analyte(config, day->biomarker_id);
        d->rule = analyte == WDM_NONE ? NULL : wdm_config_spike(config, analyte);
    }
    d->key = *day;
    d->days[d->n] = day->day;
    d->values[d->n] = day->load_mg_d_1000;
    d->limits[d->n] = day->limit_mg_d_1000;
    d->flags[d->n] = day->flags;
    d->n++;
    return WDM_OK;
}

static wdm_rc read_days(wdm_finder *f, wdm_err *err)
{
    const wdm_day monday = wdm_week_monday(f->week);
    int window = DEFAULT_WINDOW;
    wdm_day to = f->as_of;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < f->session->config.spikes.n; i++) {
        const int days = f->session->config.spikes.rows[i].window_days;
        window = days > window ? days : window;
    }
    to = monday + 6 + window < to ? monday + 6 + window : to;
    rc = wdm_store_each_load_day(f->session->store, f->session->config.factor_set, monday - window, to,
                                 take_day, f, err);
    return rc == WDM_OK ? end_days(f, err) : rc;
}

const wdm_family_code wdm_family_disposal = {
    .family = WDM_FAMILY_DISPOSAL, .start = read_days, .series = find};

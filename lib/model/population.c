// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/population.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "data/flags.h"

// What N inherits of the flags of the marker's result.
#define INHERITED_FLAGS (WDM_FLAG_QC_ESTIMATE | WDM_FLAG_NO_ANALYSIS_U)
enum { FIELD_KEY = 1, TABLE_KEYS = 2 }; // shared_key: of the field sheet, of the first row of population.csv

static int64_t key_of(const char *text)
{
    return (int64_t)(wdm_hash_text(text) >> 1) | 1;
}

int64_t wdm_row_sample_key(const wdm_result_row *row)
{
    char text[900];
    (void)snprintf(text, sizeof text, "%s||", row->sample_id);
    return key_of(text);
}

int64_t wdm_row_batch_key(const wdm_result_row *row)
{
    char text[1200];
    (void)snprintf(text, sizeof text, "%s|%s|%s|%s|%d", row->batch, row->lab_id, row->method_id,
                   row->analyte_id, (int)row->analysed);
    return (int64_t)(wdm_hash_text(text) >> 1);
}

int64_t wdm_row_flow_key(const wdm_result_row *row)
{
    char text[900];
    (void)snprintf(text, sizeof text, "%s|%lld", row->flow_file, (long long)row->flow_line);
    return key_of(text);
}

void wdm_site_population_init(wdm_site_population *p, const wdm_config *config, wdm_index site)
{
    memset(p, 0, sizeof *p);
    p->config = config;
    p->site = site;
    p->policy = wdm_config_policy(config, site);
}

void wdm_site_population_fini(wdm_site_population *p)
{
    wdm_free(p->markers);
    wdm_free(p->days);
    p->markers = NULL;
    p->days = NULL;
    p->n = p->cap = p->n_days = p->days_cap = 0;
}

// ---- reading

static wdm_rc see_day(wdm_site_population *p, const wdm_result_row *row, wdm_err *err)
{
    const wdm_seen_day *last = p->n_days == 0 ? NULL : &p->days[p->n_days - 1];
    if (last != NULL && last->day == row->start.day &&
        (isnan(row->population) || !isnan(last->field_persons)))
        return WDM_OK;
    if (wdm_grow(&p->days, &p->days_cap, p->n_days + 1, sizeof *p->days, err) != WDM_OK)
        return WDM_E_NOMEM;
    p->days[p->n_days] = (wdm_seen_day){row->start.day, row->population, p->n_days};
    p->n_days++;
    return WDM_OK;
}

// The population by one result of a marker; persons NaN when it gives none.
static wdm_population_value marker_value(const wdm_site_population *p, const wdm_result_row *row,
                                         const wdm_marker *marker, int64_t *flags)
{
    const wdm_site *site = &p->config->sites.rows[p->site];
    const wdm_limits table =
        wdm_config_limits(p->config, row->lab_id, row->method_id, marker->analyte, row->start.day);
    const double u_analysis = isnan(row->u_rel) ? table.u_rel_random : row->u_rel;
    *flags = row->flags | (isnan(u_analysis) ? WDM_FLAG_NO_ANALYSIS_U : 0);
    return (wdm_population_value){.persons = wdm_population_of_sample(
                                      row->value_ng_l, row->flow_m3_d,
                                      wdm_marker_share(marker, row->domestic_share), marker->per_capita_mg_d),
                                  .u_shared = marker->u_rel,
                                  .shared_key = -1 - (int64_t)(marker - p->config->markers.rows),
                                  .marker = true,
                                  .u_analysis = u_analysis,
                                  .u_batch = table.u_rel_batch,
                                  .u_sampling = site->sampling_u_rel,
                                  .u_flow = isnan(row->u_flow_rel) ? site->flow_u_rel : row->u_flow_rel,
                                  .u_flow_bias = site->flow_bias_u_rel,
                                  .batch_key = wdm_row_batch_key(row) | 1,
                                  .sample_key = wdm_row_sample_key(row),
                                  .flow_key = wdm_row_flow_key(row)};
}

wdm_rc wdm_site_population_add(wdm_site_population *p, const wdm_result_row *row, wdm_err *err)
{
    const wdm_index analyte = wdm_config_analyte(p->config, row->analyte_id);
    wdm_marker_value m = {.day = row->start.day, .order = p->n};
    const wdm_marker *marker = NULL;
    wdm_rc rc = WDM_OK;
    if (strcmp(row->sample_type, "sample") != 0)
        return WDM_OK;
    rc = see_day(p, row, err);
    if (rc != WDM_OK || row->state != WDM_RESULT_MEASURED || isnan(row->flow_m3_d))
        return rc;
    marker = wdm_config_marker(p->config, analyte, p->site, row->start.day);
    if (marker == NULL)
        return WDM_OK;
    m.method = marker->method;
    m.value = marker_value(p, row, marker, &m.flags);
    if (!isfinite(m.value.persons))
        return WDM_OK;
    rc = wdm_grow(&p->markers, &p->cap, p->n + 1, sizeof *p->markers, err);
    if (rc == WDM_OK)
        p->markers[p->n++] = m;
    return rc;
}

static int by_day_method(const void *a, const void *b)
{
    const wdm_marker_value *x = a;
    const wdm_marker_value *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->method != y->method)
        return x->method < y->method ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static int by_day(const void *a, const void *b)
{
    const wdm_seen_day *x = a;
    const wdm_seen_day *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

void wdm_site_population_finish(wdm_site_population *p)
{
    size_t kept = 0;
    if (p->n > 1)
        qsort(p->markers, p->n, sizeof *p->markers, by_day_method);
    if (p->n_days > 1)
        qsort(p->days, p->n_days, sizeof *p->days, by_day);
    for (size_t i = 0; i < p->n_days; i++) { // the first population of the day that any row has
        if (kept > 0 && p->days[kept - 1].day == p->days[i].day) {
            if (isnan(p->days[kept - 1].field_persons))
                p->days[kept - 1].field_persons = p->days[i].field_persons;
        } else {
            p->days[kept++] = p->days[i];
        }
    }
    p->n_days = kept;
}

// ---- one day

static void add_static(const wdm_site_population *p, const wdm_population_query *q, wdm_day_population *out)
{
    const wdm_population *row = wdm_config_population(p->config, p->site, q->day);
    wdm_population_value v = {.persons = q->field_persons, .shared_key = FIELD_KEY};
    if (row != NULL)
        v = (wdm_population_value){.persons = row->population,
                                   .u_shared = row->u_rel,
                                   .shared_key = TABLE_KEYS + (int64_t)(row - p->config->population.rows)};
    else if (isnan(q->field_persons))
        return;
    out->method[0] = WDM_POPULATION_STATIC;
    out->value[0] = v;
    out->n_samples[0] = 0;
    out->n = 1;
}

// The first marker of the day or later.
static size_t first_of_day(const wdm_site_population *p, wdm_day day)
{
    size_t low = 0;
    size_t high = p->n;
    while (low < high) {
        const size_t mid = (low + high) / 2;
        if (p->markers[mid].day < day)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

// markers[0..n) are of one day and method: those of the sample asked for, else all.
static void add_method(const wdm_marker_value *markers, size_t n, int64_t sample_key, wdm_day_population *out,
                       int64_t *flags)
{
    wdm_population_value values[WDM_POPULATION_VALUES_MAX];
    size_t k = 0;
    bool own = false;
    for (size_t i = 0; i < n; i++)
        own = own || (sample_key != 0 && markers[i].value.sample_key == sample_key);
    *flags = 0;
    for (size_t i = 0; i < n && k < WDM_POPULATION_VALUES_MAX; i++) {
        if (own && markers[i].value.sample_key != sample_key)
            continue;
        values[k++] = markers[i].value;
        *flags |= markers[i].flags & INHERITED_FLAGS;
    }
    out->method[out->n] = markers[0].method;
    out->value[out->n] = wdm_population_mean(values, k);
    out->n_samples[out->n] = (int)k;
    out->n++;
}

// Weights of a policy that combines: the marker that is to be divided itself takes no part.
static void weigh_all(const wdm_site_population *p, wdm_index biomarker, wdm_day_population *out)
{
    wdm_population_value values[WDM_POPULATION_ESTIMATES_MAX];
    double weights[WDM_POPULATION_ESTIMATES_MAX];
    size_t place[WDM_POPULATION_ESTIMATES_MAX];
    size_t k = 0;
    for (size_t i = 0; i < out->n; i++) {
        if (out->method[i] != WDM_POPULATION_STATIC &&
            p->config->marker_methods.rows[out->method[i]].analyte == biomarker)
            continue;
        place[k] = i;
        values[k++] = out->value[i];
    }
    if (k == 0)
        return;
    wdm_population_weights(values, k, weights);
    for (size_t i = 0; i < k; i++)
        out->weight[place[i]] = weights[i];
}

// Gives the weights that the policy wants; none when it gets no population.
static void weigh(const wdm_site_population *p, wdm_index biomarker, wdm_day_population *out)
{
    const bool has_static = out->n > 0 && out->method[0] == WDM_POPULATION_STATIC;
    double markers = 0.0;
    if (p->policy.kind == WDM_POLICY_COMBINED) {
        weigh_all(p, biomarker, out);
    } else if (p->policy.kind == WDM_POLICY_MARKER &&
               p->config->marker_methods.rows[p->policy.method].analyte != biomarker) {
        for (size_t i = 0; i < out->n; i++)
            out->weight[i] = out->method[i] == p->policy.method ? 1.0 : 0.0;
    }
    for (size_t i = 0; i < out->n; i++)
        markers += out->value[i].marker ? out->weight[i] : 0.0;
    if (markers > 0.0)
        out->flags |= WDM_FLAG_MARKER_POPULATION;
    else if (has_static) {
        out->weight[0] = 1.0;
        out->flags |= p->policy.kind == WDM_POLICY_STATIC ? 0 : WDM_FLAG_POPULATION_FALLBACK;
    }
    out->known = markers > 0.0 || has_static;
    if (has_static && out->weight[0] > 0.0 && out->value[0].shared_key == FIELD_KEY)
        out->flags |= WDM_FLAG_FIELD_POPULATION;
}

bool wdm_population_differs(const wdm_site_population *p, const wdm_day_population *day, size_t i)
{
    const wdm_plausibility *lines = wdm_config_plausibility(p->config, WDM_CHECK_MARKER_DISAGREES, p->site);
    const wdm_population_value used = {
        .persons = wdm_population_combine(day->value, day->weight, day->n, 0, 0).persons,
        .marker = (day->flags & WDM_FLAG_MARKER_POPULATION) != 0};
    return day->known && day->weight[i] < 1.0 && lines->severity != WDM_CHECK_OFF &&
           wdm_population_disagree(&used, &day->value[i], lines->low, lines->high);
}

void wdm_population_of_day(const wdm_site_population *p, const wdm_population_query *q,
                           wdm_day_population *out)
{
    int64_t flags[WDM_POPULATION_ESTIMATES_MAX] = {0};
    uint64_t sources = 0;
    memset(out, 0, sizeof *out);
    add_static(p, q, out);
    for (size_t at = first_of_day(p, q->day), n = 0; at < p->n && p->markers[at].day == q->day; at += n) {
        n = 1;
        while (at + n < p->n && p->markers[at + n].day == q->day &&
               p->markers[at + n].method == p->markers[at].method)
            n++;
        add_method(&p->markers[at], n, q->sample_key, out, &flags[out->n]);
    }
    weigh(p, q->biomarker, out);
    if (!out->known)
        return;
    for (size_t i = 0; i < out->n; i++) {
        if (out->weight[i] > 0.0) {
            out->flags |= flags[i];
            sources = sources * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)out->value[i].shared_key;
        }
    }
    out->source_key = (int64_t)(sources >> 1);
    for (size_t i = 0; i < out->n; i++)
        out->flags |= wdm_population_differs(p, out, i) ? WDM_FLAG_POPULATION_DISAGREES : 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The estimates of a site's population side by side, as rows for the sink.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/flags.h"
#include "model/population.h"

typedef struct emitter {
    const wdm_site_population *population;
    const wdm_estimate_sink *sink;
    wdm_population_row row;
} emitter;

static wdm_rc emit(emitter *e, const char *method, const char *source, const wdm_population_interval *value,
                   wdm_err *err)
{
    e->row.method = method;
    e->row.source = source;
    e->row.value = *value;
    return e->sink->population(e->sink->user, &e->row, err);
}

// A row of population.csv or of the field sheet: one value that nothing else enters.
static wdm_rc emit_static(emitter *e, const char *method, const char *source, double persons, double u_rel,
                          wdm_err *err)
{
    const wdm_population_value v = {.persons = persons, .u_shared = u_rel, .shared_key = 1};
    const double one = 1.0;
    const wdm_population_interval value = wdm_population_interval_of(&v, &one, 1);
    e->row.n = 0;
    return emit(e, method, source, &value, err);
}

// Whether a later row of the same method (or the one in force) takes its place that day.
static bool is_superseded(const wdm_config *config, const wdm_population *row, wdm_day day)
{
    for (size_t i = 0; i < config->population.n; i++) {
        const wdm_population *o = &config->population.rows[i];
        if (o != row && o->site == row->site && o->valid_from <= day && strcmp(o->method, row->method) == 0 &&
            (o->valid_to == WDM_DAY_NONE || o->valid_to >= day) && o->valid_from > row->valid_from)
            return true;
    }
    return false;
}

// Rows of the table that hold that day beside the one in force.
static wdm_rc emit_other_rows(emitter *e, const wdm_population *in_force, wdm_day day, wdm_err *err)
{
    const wdm_config *config = e->population->config;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < config->population.n && rc == WDM_OK; i++) {
        const wdm_population *row = &config->population.rows[i];
        char method[256];
        if (row == in_force || row->site != e->population->site || row->valid_from > day ||
            (row->valid_to != WDM_DAY_NONE && row->valid_to < day) ||
            strcmp(row->method, in_force->method) == 0 || is_superseded(config, row, day))
            continue;
        (void)snprintf(method, sizeof method, "static:%s", row->method[0] == '\0' ? "other" : row->method);
        e->row.weight = 0.0;
        e->row.used = false;
        e->row.flags = 0;
        rc = emit_static(e, method, row->source, row->population, row->u_rel, err);
    }
    return rc;
}

static wdm_rc emit_marker(emitter *e, const wdm_day_population *day, size_t i, wdm_err *err)
{
    const wdm_config *config = e->population->config;
    const wdm_marker_method *method = &config->marker_methods.rows[day->method[i]];
    const wdm_marker *marker = wdm_config_marker(config, method->analyte, e->population->site, e->row.day);
    const double one = 1.0;
    const wdm_population_interval value = wdm_population_interval_of(&day->value[i], &one, 1);
    e->row.n = day->n_samples[i];
    return emit(e, method->method, marker == NULL ? "" : marker->source, &value, err);
}

// Static and markers put together, where there are at least two that can be weighed. It counts when the
// policy is to combine; the day's own weights are then those of this row.
static wdm_rc emit_combined(emitter *e, const wdm_day_population *day, bool used, int64_t flags, wdm_err *err)
{
    double weights[WDM_POPULATION_ESTIMATES_MAX];
    size_t n_weighed = 0;
    wdm_population_interval value;
    wdm_population_weights(day->value, day->n, weights);
    e->row.n = 0;
    for (size_t i = 0; i < day->n; i++) {
        n_weighed += weights[i] > 0.0 ? 1 : 0;
        e->row.n += weights[i] > 0.0 ? day->n_samples[i] : 0;
    }
    if (n_weighed < 2)
        return WDM_OK;
    value = wdm_population_interval_of(day->value, weights, day->n);
    e->row.used = used;
    e->row.weight = used ? 1.0 : 0.0;
    e->row.flags = flags;
    return emit(e, "combined", "", &value, err);
}

static wdm_rc emit_day(emitter *e, const wdm_seen_day *seen, wdm_err *err)
{
    const wdm_site_population *p = e->population;
    const wdm_population *in_force = wdm_config_population(p->config, p->site, seen->day);
    const wdm_population_query query = {
        .day = seen->day, .field_persons = seen->field_persons, .biomarker = WDM_NONE};
    wdm_day_population day;
    bool is_combined = false;
    wdm_rc rc = WDM_OK;
    wdm_population_of_day(p, &query, &day);
    for (size_t i = 0; i < day.n; i++)
        is_combined = is_combined || (day.weight[i] > 0.0 && day.weight[i] < 1.0);
    e->row.day = seen->day;
    for (size_t i = 0; i < day.n && rc == WDM_OK; i++) {
        e->row.weight = day.weight[i];
        e->row.used = day.weight[i] == 1.0;
        e->row.flags = (day.weight[i] == 1.0 ? day.flags : 0) |
                       (wdm_population_differs(p, &day, i) ? WDM_FLAG_POPULATION_DISAGREES : 0);
        if (day.method[i] != WDM_POPULATION_STATIC)
            rc = emit_marker(e, &day, i, err);
        else if (in_force != NULL)
            rc = emit_static(e, "static", in_force->source, in_force->population, in_force->u_rel, err);
        else
            rc = emit_static(e, "field", "", seen->field_persons, 0.0, err);
    }
    if (rc == WDM_OK && in_force != NULL)
        rc = emit_other_rows(e, in_force, seen->day, err);
    if (rc == WDM_OK && in_force != NULL && !isnan(seen->field_persons)) {
        e->row.weight = 0.0;
        e->row.used = false;
        e->row.flags = 0;
        rc = emit_static(e, "field", "", seen->field_persons, 0.0, err);
    }
    return rc == WDM_OK ? emit_combined(e, &day, is_combined, is_combined ? day.flags : 0, err) : rc;
}

wdm_rc wdm_site_population_emit(const wdm_site_population *population, const wdm_estimate_sink *sink,
                                wdm_err *err)
{
    emitter e = {.population = population, .sink = sink, .row = {.site = population->site}};
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < population->n_days && sink->population != NULL && rc == WDM_OK; i++)
        rc = emit_day(&e, &population->days[i], err);
    return rc;
}

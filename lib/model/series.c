// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/flags.h"
#include "model/disposal.h"
#include "model/drug_points.h"
#include "wbe/units.h"
#include "wbe/week_core.h"

// A key of names that is never 0.
static int64_t key_of(const char *a, const char *b, const char *c)
{
    char text[900];
    (void)snprintf(text, sizeof text, "%s|%s|%s", a, b, c);
    return (int64_t)(wdm_hash_text(text) >> 1) | 1;
}

static double or_zero(double u)
{
    return isnan(u) ? 0.0 : u;
}

// The point without its population: the mass C Q stands where the load will. false: *why.
static bool mass_of_result(const wdm_config *config, wdm_index site, const wdm_result_row *row,
                           wdm_point *point, const char **why)
{
    const wdm_index analyte = wdm_config_analyte(config, row->analyte_id);
    const wdm_limits table = wdm_config_limits(config, row->lab_id, row->method_id, analyte, row->start.day);
    double limit_ng_l = row->loq_ng_l;
    memset(point, 0, sizeof *point);
    point->flags = row->flags;
    point->n_results = 1;
    point->field_population = row->population;
    point->temperature_c = row->temperature_c;
    *why = NULL;
    if (row->state == WDM_RESULT_QC_FAILED)
        *why = "quality";
    else if (row->state > WDM_RESULT_NOT_DETECTED)
        *why = "level";
    else if (isnan(row->flow_m3_d))
        *why = "flow";
    if (*why != NULL)
        return false;
    if (row->state == WDM_RESULT_NOT_DETECTED && !isnan(row->lod_ng_l))
        limit_ng_l = row->lod_ng_l;
    point->flow_key = wdm_row_flow_key(row);
    point->value.day = row->start.day;
    point->value.state = row->state; // the two lists of states agree up to "not detected"
    point->value.load_mg_d_1000 =
        (row->state == WDM_RESULT_MEASURED ? row->value_ng_l : limit_ng_l) * row->flow_m3_d;
    if (row->state == WDM_RESULT_BELOW_LOQ)
        point->value.lower = or_zero(row->lod_ng_l * row->flow_m3_d);
    point->value.u_sampling = config->sites.rows[site].sampling_u_rel;
    point->value.u_analysis = or_zero(isnan(row->u_rel) ? table.u_rel_random : row->u_rel);
    point->value.u_flow = isnan(row->u_flow_rel) ? config->sites.rows[site].flow_u_rel : row->u_flow_rel;
    point->value.u_batch = or_zero(table.u_rel_batch);
    point->value.batch_key = wdm_row_batch_key(row);
    point->value.sample_key = wdm_row_sample_key(row);
    point->value.analysis_key = key_of(row->lab_id, row->method_id, row->analyte_id);
    point->value.site_key = key_of(row->site_id, "", "");
    if (isnan(row->u_rel) && isnan(table.u_rel_random))
        point->flags |= WDM_FLAG_NO_ANALYSIS_U;
    return true;
}

bool wdm_point_of_result(const wdm_site_series *site, const wdm_result_row *row, wdm_point *point,
                         const char **why)
{
    if (!mass_of_result(site->config, site->site, row, point, why))
        return false;
    if (wdm_point_normalise(&site->population, wdm_config_analyte(site->config, row->analyte_id), point))
        return true;
    *why = "population";
    return false;
}

// The people of a day of published loads, for the mass: the table's.
static void set_static_population(const wdm_config *config, wdm_index site, wdm_point *point)
{
    const wdm_population *p = wdm_config_population(config, site, point->value.day);
    point->population = p == NULL ? (double)NAN : p->population;
    point->u_population = p == NULL ? 0.0 : p->u_rel;
    point->u_flow_bias = config->sites.rows[site].flow_bias_u_rel;
    point->value.persons = point->population;
}

void wdm_point_of_published(const wdm_config *config, const wdm_published_row *row, wdm_point *point)
{
    const wdm_index site = wdm_config_site(config, row->site_id);
    const wdm_index analyte = wdm_config_analyte(config, row->analyte_id);
    const wdm_limits table = wdm_config_limits(config, "", "", analyte, row->day);
    memset(point, 0, sizeof *point);
    point->published = true;
    point->temperature_c = (double)NAN;
    point->flags = row->flags;
    point->field_population = (double)NAN;
    point->n_results = 1;
    point->value.day = row->day;
    set_static_population(config, site, point);
    point->value.state = row->state;
    point->value.load_mg_d_1000 =
        row->state == WDM_STATE_MEASURED ? row->load_mg_d_1000 : row->limit_mg_d_1000;
    point->value.u_sampling = config->sites.rows[site].sampling_u_rel;
    point->value.u_analysis = or_zero(table.u_rel_random);
    point->value.u_flow = config->sites.rows[site].flow_u_rel;
    point->value.u_batch = or_zero(table.u_rel_batch);
    point->value.batch_key = key_of(row->batch, row->analyte_id, "");
    point->value.analysis_key = key_of("", "", row->analyte_id);
    point->value.site_key = key_of(row->site_id, "", "");
    if (isnan(table.u_rel_random))
        point->flags |= WDM_FLAG_NO_ANALYSIS_U;
}

wdm_rc wdm_site_series_init(wdm_site_series *series, const wdm_config *config, wdm_index site, wdm_err *err)
{
    memset(series, 0, sizeof *series);
    series->config = config;
    series->site = site;
    series->count_first = INT32_MIN;
    series->count_last = INT32_MAX;
    wdm_site_population_init(&series->population, config, site);
    series->place = wdm_alloc(config->analytes.n, sizeof *series->place);
    return series->place == NULL ? wdm_err_nomem(err) : WDM_OK;
}

static wdm_day_series *series_of(wdm_site_series *s, wdm_index biomarker, wdm_err *err)
{
    size_t *place = &s->place[biomarker];
    if (*place != 0)
        return &s->rows[*place - 1];
    if (wdm_grow(&s->rows, &s->cap, s->n + 1, sizeof *s->rows, err) != WDM_OK)
        return NULL;
    s->rows[s->n] = (wdm_day_series){.biomarker = biomarker};
    *place = ++s->n;
    return &s->rows[*place - 1];
}

const wdm_day_series *wdm_site_series_of(const wdm_site_series *series, wdm_index biomarker)
{
    const size_t place = biomarker == WDM_NONE ? 0 : series->place[biomarker];
    return place == 0 ? NULL : &series->rows[place - 1];
}

static int by_day(const void *a, const void *b)
{
    const wdm_point *x = a;
    const wdm_point *y = b;
    return (x->value.day > y->value.day) - (x->value.day < y->value.day);
}

static wdm_rc add_point(wdm_day_series *series, const wdm_point *point, wdm_err *err)
{
    if (wdm_grow(&series->points, &series->cap, series->n + 1, sizeof *series->points, err) != WDM_OK)
        return WDM_E_NOMEM;
    series->points[series->n++] = *point;
    return WDM_OK;
}

// Measured replicates of one sample by one laboratory and method are averaged into one point; a replicate
// below the limit stays a value of its own.
static bool is_replicate(wdm_site_series *s, wdm_day_series *series, const wdm_result_row *row,
                         const wdm_point *point)
{
    char key[sizeof s->key];
    wdm_point *last = NULL;
    (void)snprintf(key, sizeof key, "%s|%d|%s|%s|%s", row->analyte_id, (int)row->start.day, row->sample_id,
                   row->lab_id, row->method_id);
    if (strcmp(key, s->key) != 0) {
        (void)snprintf(s->key, sizeof s->key, "%s", key);
        s->n_replicates = 1;
        return false;
    }
    if (series->n == 0)
        return false;
    last = &series->points[series->n - 1];
    if (last->value.state != WDM_STATE_MEASURED || point->value.state != WDM_STATE_MEASURED)
        return false;
    wdm_day_value_add_replicate(&last->value, s->n_replicates, point->value.load_mg_d_1000);
    last->flags |= point->flags;
    last->n_results++;
    s->n_replicates++;
    return true;
}

static wdm_rc note_gap(wdm_day_series *series, wdm_day day, int64_t flag, wdm_err *err)
{
    if (wdm_grow(&series->gaps, &series->gaps_cap, series->n_gaps + 1, sizeof *series->gaps, err) != WDM_OK)
        return WDM_E_NOMEM;
    series->gaps[series->n_gaps++] = (wdm_gap){day, flag};
    return WDM_OK;
}

static int counts(const wdm_site_series *s, wdm_day day)
{
    return day >= s->count_first && day <= s->count_last;
}

// The series of a row; NULL with WDM_OK when the config no longer has its analyte.
static wdm_rc find_series(wdm_site_series *s, const char *analyte_id, wdm_day day, wdm_day_series **series,
                          wdm_err *err)
{
    const wdm_index analyte = wdm_config_analyte(s->config, analyte_id);
    *series = NULL;
    s->counts.n_results += counts(s, day);
    if (analyte == WDM_NONE) {
        s->counts.n_unknown += counts(s, day);
        return WDM_OK;
    }
    *series = series_of(s, analyte, err);
    return *series == NULL ? WDM_E_NOMEM : WDM_OK;
}

wdm_rc wdm_site_series_add_result(wdm_site_series *s, const wdm_result_row *row, wdm_err *err)
{
    wdm_point point = {0};
    const char *why = NULL;
    wdm_day_series *series = NULL;
    wdm_rc rc = find_series(s, row->analyte_id, row->start.day, &series, err);
    s->n_from_results = s->n;
    if (rc == WDM_OK)
        rc = wdm_site_population_add(&s->population, row, err);
    if (rc != WDM_OK || series == NULL)
        return rc;
    if (!mass_of_result(s->config, s->site, row, &point, &why)) {
        const int one = counts(s, row->start.day);
        s->counts.n_no_flow += strcmp(why, "flow") == 0 ? one : 0;
        s->counts.n_no_level += strcmp(why, "level") == 0 ? one : 0;
        s->counts.n_qc_failed += strcmp(why, "quality") == 0 ? one : 0;
        if (row->state == WDM_RESULT_ABOVE_RANGE)
            return note_gap(series, row->start.day, WDM_FLAG_ABOVE_RANGE, err);
        return row->state == WDM_RESULT_QC_FAILED ? note_gap(series, row->start.day, WDM_FLAG_QC_FAILED, err)
                                                  : WDM_OK;
    }
    return is_replicate(s, series, row, &point) ? WDM_OK : add_point(series, &point, err);
}

static bool has_own_day(const wdm_day_series *series, wdm_day day)
{
    for (size_t i = 0; i < series->n; i++) {
        if (series->points[i].value.day == day && !series->points[i].published)
            return true;
    }
    return false;
}

wdm_rc wdm_site_series_add_published(wdm_site_series *s, const wdm_published_row *row, wdm_err *err)
{
    wdm_point point = {0};
    wdm_day_series *series = NULL;
    wdm_rc rc = find_series(s, row->analyte_id, row->day, &series, err);
    if (rc != WDM_OK || series == NULL)
        return rc;
    if ((size_t)(series - s->rows) < s->n_from_results && has_own_day(series, row->day)) {
        s->counts.n_beside +=
            counts(s, row->day); // two sources of one day are not two samples: the own results count
        return WDM_OK;
    }
    wdm_point_of_published(s->config, row, &point);
    return add_point(series, &point, err);
}

// Loads of the series' own results; those without a population go.
static void normalise(wdm_site_series *s, wdm_day_series *series)
{
    size_t kept = 0;
    for (size_t i = 0; i < series->n; i++) {
        wdm_point *point = &series->points[i];
        if (point->published || wdm_point_normalise(&s->population, series->biomarker, point))
            series->points[kept++] = *point;
        else
            s->counts.n_no_population += counts(s, point->value.day) ? point->n_results : 0;
    }
    series->n = kept;
}

wdm_rc wdm_site_series_finish(wdm_site_series *s, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    wdm_site_population_finish(&s->population);
    for (size_t i = 0; i < s->n_from_results; i++) { // published days may lie between measured ones
        normalise(s, &s->rows[i]);
        if (s->rows[i].n > 1)
            qsort(s->rows[i].points, s->rows[i].n, sizeof *s->rows[i].points, by_day);
    }
    rc = wdm_disposal_mark(s, err);
    for (size_t i = 0; i < s->n && rc == WDM_OK; i++)
        rc = wdm_drug_points_make(s, &s->rows[i], err);
    return rc;
}

const wdm_point *wdm_series_points(const wdm_day_series *series, wdm_quantity quantity, size_t *n)
{
    const bool drug = quantity != WDM_Q_NORMALISED_LOAD && series->drug_points != NULL;
    *n = drug ? series->n_drug_points : series->n;
    return drug ? series->drug_points : series->points;
}

// Index of the first point of that day or a later one.
static size_t point_from(const wdm_point *points, size_t n, wdm_day day)
{
    size_t low = 0;
    size_t high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (points[middle].value.day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t wdm_series_from(const wdm_day_series *series, wdm_day day)
{
    return point_from(series->points, series->n, day);
}

const wdm_point *wdm_series_span(const wdm_day_series *series, wdm_quantity quantity, wdm_day first,
                                 wdm_day last, size_t *n)
{
    size_t all = 0;
    const wdm_point *points = wdm_series_points(series, quantity, &all);
    const size_t from = point_from(points, all, first);
    *n = point_from(points, all, last + 1) - from;
    return points + from;
}

size_t wdm_points_of_day(const wdm_point *points, size_t n, size_t at)
{
    size_t k = 1;
    while (at + k < n && points[at + k].value.day == points[at].value.day)
        k++;
    return k;
}

bool wdm_series_day(const wdm_day_series *series, wdm_day day, wdm_day_value *value, int64_t *flags)
{
    wdm_day_value values[WDM_PERIOD_DAYS_MAX];
    const size_t low = series == NULL ? 0 : wdm_series_from(series, day);
    if (series == NULL || low == series->n || series->points[low].value.day != day)
        return false;
    size_t n = wdm_points_of_day(series->points, series->n, low);
    n = n > WDM_PERIOD_DAYS_MAX ? WDM_PERIOD_DAYS_MAX : n; // more samples a day fail where they are estimated
    for (size_t i = 0; i < n; i++) {
        values[i] = series->points[low + i].value;
        *flags |= series->points[low + i].flags;
    }
    (void)wdm_days_merge(values, n);
    *value = values[0];
    *flags |= n > 1 ? (int64_t)WDM_EST_REPEATED_DAY : 0;
    return true;
}

int64_t wdm_series_flags_without_level(const wdm_day_series *series, wdm_day first, wdm_day last)
{
    int64_t flags = 0;
    for (size_t i = 0; i < series->n_gaps; i++) {
        if (series->gaps[i].day >= first && series->gaps[i].day <= last)
            flags |= series->gaps[i].flag;
    }
    return flags;
}

void wdm_series_counts_add(wdm_series_counts *sum, const wdm_series_counts *more)
{
    sum->n_results += more->n_results;
    sum->n_no_flow += more->n_no_flow;
    sum->n_no_population += more->n_no_population;
    sum->n_no_level += more->n_no_level;
    sum->n_qc_failed += more->n_qc_failed;
    sum->n_beside += more->n_beside;
    sum->n_unknown += more->n_unknown;
}

void wdm_site_series_fini(wdm_site_series *series)
{
    for (size_t i = 0; i < series->n; i++) {
        wdm_free(series->rows[i].points);
        wdm_free(series->rows[i].gaps);
        wdm_free(series->rows[i].drug_points);
    }
    wdm_free(series->rows);
    wdm_free(series->place);
    wdm_site_population_fini(&series->population);
    memset(series, 0, sizeof *series);
}

wdm_rc wdm_series_factor(const wdm_config *config, wdm_index drug, wdm_index biomarker, wdm_day day,
                         bool published, wdm_factor *factor, int64_t *flags, wdm_err *err)
{
    const wdm_excretion *e = drug == WDM_NONE ? NULL : wdm_config_excretion(config, drug, biomarker, day);
    wdm_rc rc = WDM_OK;
    *factor = wdm_factor_none();
    factor->biomarker_key = wdm_hash_text(config->analytes.rows[biomarker].analyte_id);
    factor->drug_key = drug == WDM_NONE ? 0 : wdm_hash_text(config->drugs.rows[drug].drug_id);
    *flags = 0;
    if (e == NULL || isnan(e->fraction.mode))
        return WDM_OK;
    factor->mass_ratio = config->drugs.rows[drug].molar_mass / config->analytes.rows[biomarker].molar_mass;
    factor->dose_mg = config->drugs.rows[drug].dose_mg;
    factor->dose_u_rel = config->drugs.rows[drug].dose_u_rel;
    factor->doses_per_user_day = config->drugs.rows[drug].doses_per_user_day;
    factor->doses_per_user_day_u_rel = config->drugs.rows[drug].doses_per_user_day_u_rel;
    rc = wdm_factor_excretion(&e->fraction, &factor->excretion, err);
    if (e->confidence == WDM_CONFIDENCE_LOW)
        *flags |= WDM_FLAG_LOW_CONFIDENCE;
    if (published)
        *flags |= WDM_FLAG_FROM_PUBLISHED_LOAD;
    return rc;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The bulletin's numbers for programs: CSV and JSON. Names are those of docs/cmd/report.md and do not depend
// on the language.
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/bulletin_parts.h"
#include "report/clean.h"
#include "report/figure.h"
#include "report/tabular.h"
#include "wbe/factor.h"

enum { TEXT_MAX = 256 * 1024 };

static const char *const columns[] = {"site_id",
                                      "site_name",
                                      "drug_id",
                                      "biomarker_id",
                                      "iso_week",
                                      "quantity",
                                      "unit",
                                      "estimate",
                                      "limit",
                                      "bound_low",
                                      "bound_high",
                                      "lo95",
                                      "hi95",
                                      "lo95_random",
                                      "hi95_random",
                                      "n_days",
                                      "n_censored",
                                      "population",
                                      "provisional",
                                      "baseline",
                                      "factor",
                                      "change_prev_pct",
                                      "change_prev_word",
                                      "change_year_pct",
                                      "change_year_word",
                                      "alert_level",
                                      "factor_set"};

static const wdm_alert_row *alert_of(const wdm_bulletin *b, const wdm_week_row *row)
{
    for (size_t i = 0; i < b->alerts.n; i++) {
        if (wdm_bulletin_alert_row(b, &b->alerts.rows[i]) == row)
            return &b->alerts.rows[i];
    }
    return NULL;
}

static void put_row(const wdm_bulletin *b, wdm_tabular *t, const wdm_week_row *r)
{
    const wdm_config *c = b->words.config;
    const wdm_alert_row *alert = alert_of(b, r);
    const double numbers[] = {r->estimate, r->limit, r->bound_low,   r->bound_high,
                              r->lo95,     r->hi95,  r->lo95_random, r->hi95_random};
    char week[WDM_DATE_TEXT];
    wdm_tabular_text(t, r->site == WDM_NONE ? "" : c->sites.rows[r->site].site_id);
    wdm_tabular_text(t, r->site == WDM_NONE ? "" : wdm_words_site(&b->words, r->site));
    wdm_tabular_text(t, r->drug == WDM_NONE ? "" : c->drugs.rows[r->drug].drug_id);
    wdm_tabular_text(t, r->biomarker_id);
    wdm_tabular_text(t, wdm_figure_week(b->week, week));
    wdm_tabular_text(t, wdm_quantity_name((wdm_quantity)r->key.quantity));
    wdm_tabular_text(t, wdm_quantity_unit((wdm_quantity)r->key.quantity));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        wdm_tabular_number(t, numbers[i]);
    wdm_tabular_integer(t, r->n_days);
    wdm_tabular_integer(t, r->n_censored);
    wdm_tabular_number(t, r->population);
    wdm_tabular_integer(t, wdm_bulletin_provisional(r) ? 1 : 0);
    wdm_tabular_number(t, r->baseline);
    wdm_tabular_number(t, r->baseline > 0.0 ? r->estimate / r->baseline : (double)NAN);
    wdm_tabular_number(t, r->change_prev_pct);
    wdm_tabular_text(t, r->change_prev_word);
    wdm_tabular_number(t, r->change_year_pct);
    wdm_tabular_text(t, r->change_year_word);
    wdm_tabular_text(t, alert == NULL ? "" : alert->level);
    wdm_tabular_text(t, c->factor_set);
}

wdm_rc wdm_bulletin_csv(const wdm_bulletin *b, wdm_buf *out, wdm_err *err)
{
    wdm_tabular t = {0};
    wdm_rc rc = WDM_OK;
    wdm_tabular_init(&t, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < b->rows.n; i++)
        put_row(b, &t, &b->rows.rows[i]);
    rc = wdm_tabular_write(&t, WDM_FORMAT_CSV, out, err);
    wdm_tabular_fini(&t);
    return rc;
}

// ---- JSON

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

// Text of a file on its way out: what is no valid UTF-8 or steers is left out, so that jansson takes it.
static json_t *string(const char *text)
{
    json_t *value = NULL;
    wdm_buf clean = {0};
    wdm_buf_init(&clean, TEXT_MAX);
    wdm_clean_put(&clean, text);
    value = json_string(wdm_buf_text(&clean));
    wdm_buf_fini(&clean);
    return value;
}

static const char *site_id(const wdm_bulletin *b, wdm_index site)
{
    return site == WDM_NONE ? "" : b->words.config->sites.rows[site].site_id;
}

static const char *drug_id(const wdm_bulletin *b, wdm_index drug)
{
    return drug == WDM_NONE ? "" : b->words.config->drugs.rows[drug].drug_id;
}

// A new reference is taken over by the object in every case; a failure is seen at the end as a missing key.
static void set(json_t *object, const char *key, json_t *value, int *failed)
{
    *failed |= json_object_set_new(object, key, value) != 0;
}

static void add(json_t *list, json_t *value, int *failed)
{
    *failed |= json_array_append_new(list, value) != 0;
}

static json_t *series_json(const wdm_bulletin *b, const wdm_week_row *r, int *failed)
{
    const struct {
        const char *key;
        double value;
    } numbers[] = {{"estimate", r->estimate},
                   {"limit", r->limit},
                   {"bound_low", r->bound_low},
                   {"bound_high", r->bound_high},
                   {"lo95", r->lo95},
                   {"hi95", r->hi95},
                   {"lo95_random", r->lo95_random},
                   {"hi95_random", r->hi95_random},
                   {"population", r->population},
                   {"baseline", r->baseline},
                   {"factor", r->baseline > 0.0 ? r->estimate / r->baseline : (double)NAN},
                   {"change_prev_pct", r->change_prev_pct},
                   {"change_year_pct", r->change_year_pct},
                   {"slope_pct_per_year", r->slope_pct_per_year}};
    json_t *o = json_object();
    set(o, "site_id", string(site_id(b, r->site)), failed);
    set(o, "drug_id", string(drug_id(b, r->drug)), failed);
    set(o, "biomarker_id", string(r->biomarker_id), failed);
    set(o, "quantity", string(wdm_quantity_name((wdm_quantity)r->key.quantity)), failed);
    set(o, "unit", string(wdm_quantity_unit((wdm_quantity)r->key.quantity)), failed);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        set(o, numbers[i].key, number(numbers[i].value), failed);
    set(o, "n_days", json_integer(r->n_days), failed);
    set(o, "n_censored", json_integer(r->n_censored), failed);
    set(o, "provisional", json_boolean(wdm_bulletin_provisional(r)), failed);
    set(o, "change_prev_word", string(r->change_prev_word), failed);
    set(o, "change_year_word", string(r->change_year_word), failed);
    set(o, "trend_class", string(r->trend_class), failed);
    return o;
}

static json_t *alert_json(const wdm_bulletin *b, const wdm_alert_row *a, int *failed)
{
    json_t *o = json_object();
    char day[WDM_DATE_TEXT];
    set(o, "alert_id", json_integer(a->alert_id), failed);
    set(o, "site_id", string(site_id(b, a->site)), failed);
    set(o, "region_id", string(a->region_id), failed);
    set(o, "drug_id", string(drug_id(b, a->drug)), failed);
    set(o, "biomarker_id", string(a->biomarker_id), failed);
    set(o, "quantity", string(wdm_quantity_name((wdm_quantity)a->key.quantity)), failed);
    set(o, "rule_id", string(a->rule_id), failed);
    set(o, "family", string(a->family), failed);
    set(o, "level", string(a->level), failed);
    set(o, "state", string(a->state), failed);
    set(o, "opened", string(wdm_day_format(a->opened, day)), failed);
    set(o, "weeks", json_integer(a->weeks), failed);
    set(o, "value", number(a->value), failed);
    set(o, "threshold", number(a->threshold), failed);
    set(o, "baseline", number(a->baseline), failed);
    set(o, "factor", number(a->factor), failed);
    set(o, "probability", number(a->probability), failed);
    set(o, "reason", string(a->reason), failed);
    set(o, "acknowledged_by", string(a->acknowledged_by), failed);
    return o;
}

static json_t *region_json(const wdm_bulletin *b, const wdm_region_row *r, int *failed)
{
    json_t *o = json_object();
    const wdm_config *c = b->words.config;
    char week[WDM_DATE_TEXT];
    set(o, "region_id", string(r->region == WDM_NONE ? "" : c->regions.rows[r->region].region_id), failed);
    set(o, "drug_id", string(drug_id(b, r->drug)), failed);
    set(o, "biomarker_id", string(r->biomarker_id), failed);
    set(o, "iso_week", string(wdm_figure_week(r->week, week)), failed);
    set(o, "quantity", string(wdm_quantity_name((wdm_quantity)r->quantity)), failed);
    set(o, "unit", string(wdm_quantity_unit((wdm_quantity)r->quantity)), failed);
    set(o, "estimate", number(r->estimate), failed);
    set(o, "bound_low", number(r->bound_low), failed);
    set(o, "bound_high", number(r->bound_high), failed);
    set(o, "lo95", number(r->lo95), failed);
    set(o, "hi95", number(r->hi95), failed);
    set(o, "population", number(r->population), failed);
    set(o, "coverage", number(r->coverage), failed);
    set(o, "n_sites", json_integer(r->n_sites), failed);
    return o;
}

static json_t *coverage_json(const wdm_bulletin *b, int *failed)
{
    const wdm_bulletin_counts c = wdm_bulletin_count(b);
    json_t *o = json_object(), *missing = json_array();
    set(o, "sites_reporting", json_integer(c.sites_reporting), failed);
    set(o, "sites_expected", json_integer(c.sites_expected), failed);
    set(o, "samples", json_integer(c.samples), failed);
    set(o, "people", number(c.persons), failed);
    set(o, "series", json_integer(c.series), failed);
    set(o, "series_in_alert", json_integer(c.in_alert), failed);
    set(o, "series_below_limit", json_integer(c.censored), failed);
    set(o, "series_provisional", json_integer(c.provisional), failed);
    for (size_t s = 0; s < b->n_sites; s++) {
        if (!wdm_bulletin_site_reports(b, s))
            add(missing, string(site_id(b, b->sites[s])), failed);
    }
    set(o, "missing", missing, failed);
    return o;
}

static void set_about(const wdm_bulletin *b, json_t *root, int *failed)
{
    wdm_buf sentence = {0};
    char text[WDM_DATE_TEXT];
    wdm_buf_init(&sentence, TEXT_MAX);
    wdm_bulletin_headline(b, &sentence);
    set(root, "iso_week", string(wdm_figure_week(b->week, text)), failed);
    set(root, "as_of", string(wdm_day_format(b->as_of, text)), failed);
    set(root, "version", string(wdm_version()), failed);
    set(root, "factor_set", string(b->words.config->factor_set), failed);
    set(root, "config_sha256", string(b->words.config->set_sha256), failed);
    set(root, "input_hash", string(b->estimate_run.input_hash), failed);
    set(root, "headline", string(wdm_buf_text(&sentence)), failed);
    wdm_buf_fini(&sentence);
}

static void set_lists(const wdm_bulletin *b, json_t *root, int *failed)
{
    json_t *series = json_array(), *alerts = json_array(), *regions = json_array(), *firsts = json_array(),
           *batches = json_array();
    for (size_t i = 0; i < b->rows.n; i++)
        add(series, series_json(b, &b->rows.rows[i], failed), failed);
    for (size_t i = 0; i < b->alerts.n; i++)
        add(alerts, alert_json(b, &b->alerts.rows[i], failed), failed);
    for (size_t i = 0; i < b->regions.n; i++) {
        if (b->regions.rows[i].week == b->week)
            add(regions, region_json(b, &b->regions.rows[i], failed), failed);
    }
    for (size_t i = 0; i < b->firsts.n; i++) {
        json_t *o = json_object();
        set(o, "site_id", string(site_id(b, b->firsts.rows[i].site)), failed);
        set(o, "drug_id", string(drug_id(b, b->firsts.rows[i].drug)), failed);
        set(o, "biomarker_id", string(b->firsts.rows[i].biomarker_id), failed);
        set(o, "weeks_before", json_integer(b->firsts.rows[i].weeks_before), failed);
        set(o, "anywhere", json_boolean(b->firsts.rows[i].anywhere), failed);
        add(firsts, o, failed);
    }
    for (size_t i = 0; i < b->batches.n; i++) {
        json_t *o = json_object();
        set(o, "batch_id", string(b->batches.rows[i].name), failed);
        set(o, "rows", json_integer(b->batches.rows[i].rows), failed);
        set(o, "stored", json_integer(b->batches.rows[i].stored), failed);
        set(o, "rejected", json_integer(b->batches.rows[i].rejected), failed);
        add(batches, o, failed);
    }
    set(root, "series", series, failed);
    set(root, "alerts", alerts, failed);
    set(root, "regions", regions, failed);
    set(root, "first_detections", firsts, failed);
    set(root, "batches", batches, failed);
}

static json_t *cell_json(const wdm_cell *cell)
{
    switch (cell->kind) {
    case WDM_CELL_TEXT:
        return string(cell->text);
    case WDM_CELL_NUMBER:
        return number(cell->number);
    case WDM_CELL_INTEGER:
        return json_integer(cell->integer);
    case WDM_CELL_EMPTY:
        break;
    }
    return json_null();
}

// {"since": null or the report compared with, "rows": those of changes.csv}
static json_t *changes_json(const wdm_bulletin *b, int *failed)
{
    const wdm_changes_filter all = {NULL, NULL, NULL};
    const wdm_report_base *base = &b->changes.base;
    json_t *o = json_object(), *rows = json_array(), *since = base->found ? json_object() : json_null();
    wdm_tabular t = {0};
    char text[WDM_DATE_TEXT];
    wdm_tabular_init(&t, wdm_changes_columns, wdm_changes_columns_n);
    wdm_changes_put(&b->changes, &all, &t);
    *failed |= t.rc != WDM_OK;
    for (size_t i = 0; i + t.n_columns <= t.n_cells && !*failed; i += t.n_columns) {
        json_t *row = json_object();
        for (size_t k = 0; k < t.n_columns; k++)
            set(row, t.columns[k], cell_json(&t.cells[i + k]), failed);
        add(rows, row, failed);
    }
    if (base->found) {
        set(since, "iso_week", string(wdm_figure_week(base->week, text)), failed);
        set(since, "as_of", string(wdm_day_format(base->as_of, text)), failed);
    }
    set(o, "since", since, failed);
    set(o, "rows", rows, failed);
    wdm_tabular_fini(&t);
    return o;
}

wdm_rc wdm_bulletin_json(const wdm_bulletin *b, wdm_buf *out, wdm_err *err)
{
    json_t *root = json_object();
    char *text = NULL;
    int failed = root == NULL;
    wdm_rc rc = WDM_OK;
    if (!failed) {
        set_about(b, root, &failed);
        set(root, "coverage", coverage_json(b, &failed), &failed);
        set_lists(b, root, &failed);
        set(root, "changes", changes_json(b, &failed), &failed);
    }
    if (!failed)
        text = json_dumps(root, JSON_INDENT(2));
    if (text == NULL) {
        rc = wdm_err_nomem(err);
    } else {
        wdm_buf_puts(out, text);
        wdm_buf_puts(out, "\n");
        rc = wdm_buf_check(out, err);
    }
    free(text);
    json_decref(root);
    return rc;
}
